/** `podrun restart` and `podrun delete`: what they do to one Pod's life. */
import { retriesIn } from '../../../src/core/state/state.ts';
import { shareRetry } from '../memory.ts';
import { describe, expect, test } from 'vitest';
import type { PodSpec } from '../../../src/model/pod.ts';
import { podList } from '../../../src/core/status/status.ts';
import { step } from '../../../src/core/step/supervisor.ts';
import { drive, statusOf } from '../drive.ts';
import type { Drive } from '../drive.ts';
import { makeContainer, makePod } from '../make.ts';

const key = 'default/web';
const app = makeContainer('app');
const side = makeContainer('side');
const mesh = makeContainer('mesh', { restartPolicy: 'Always' });
const begin = (spec: Partial<PodSpec> = {}): Drive => {
  const d = drive(makePod('web', { containers: [app, side], ...spec }));
  d.said();
  return d;
};
const restartCounts = (d: Drive) =>
  podList(d.state(), d.nowMs())[0]?.status?.containerStatuses?.map(
    ({ name, restartCount }) => `${name} ${restartCount}`,
  );
const uidOf = (d: Drive) => podList(d.state(), d.nowMs())[0]?.metadata?.uid;

describe('restart', () => {
  test('ends all containers in their grace and starts each anew, the sandbox and what has succeeded stay', () => {
    const d = begin({ initContainers: [makeContainer('setup'), mesh] });
    d.end('setup', 0);
    d.said();
    d.feed({ kind: 'restart', pod: key });
    expect(d.said().toSorted()).toEqual([
      ...['SIGTERM app', 'SIGTERM mesh', 'SIGTERM side'],
      ...['start app', 'start mesh', 'start side'],
    ]);
    expect(restartCounts(d)).toEqual(['app 1', 'side 1']);
    d.feed({ kind: 'tick' });
    expect(d.said()).toEqual([]);
  });

  test.each(['Always', 'OnFailure', 'Never'] as const)(
    'of one container leaves the others, under %s too',
    (restartPolicy) => {
      const d = begin({ restartPolicy });
      d.feed({ kind: 'restart', pod: key, container: 'app' });
      expect([d.said(), restartCounts(d), statusOf(d)[0]]).toEqual([
        ['SIGTERM app', 'start app'],
        ['app 1', 'side 0'],
        'Running',
      ]);
    },
  );

  test('starts what has ended, and ends a back-off', () => {
    const d = begin({ restartPolicy: 'OnFailure' });
    d.end('side', 0);
    d.end('app', 1);
    d.end('app', 1);
    d.said();
    d.feed({ kind: 'restart', pod: key });
    expect([d.said(), restartCounts(d)]).toEqual([
      ['start app', 'start side'],
      ['app 2', 'side 1'],
    ]);
  });

  test('of a finished Pod is another life', () => {
    const d = begin({ restartPolicy: 'Never', containers: [app] });
    d.end('app', 0);
    const before = uidOf(d);
    d.said();
    expect(statusOf(d)[0]).toBe('Succeeded');
    d.feed({ kind: 'restart', pod: key });
    expect([d.said(), statusOf(d)[0]]).toEqual([['start app'], 'Running']);
    expect(uidOf(d)).not.toBe(before);
  });

  test('is gone on with by the next podrun, and once done is not done again', () => {
    const d = begin({ restartPolicy: 'Never' });
    d.deaf.add('app');
    d.feed({ kind: 'restart', pod: key, container: 'app' });
    expect(d.said()).toEqual(['SIGTERM app']);
    d.restart();
    d.end('app', 143);
    expect(d.said()).toEqual(['SIGTERM app', 'start app']);
    d.restart();
    expect(d.said()).toEqual([]);
  });

  test('tries at once what waits to be tried again', () => {
    const d = begin({ containers: [makeContainer('app', { imagePullPolicy: 'Never' })] });
    const failure = { kind: 'noImage', message: 'No such image: app:1' } as const;
    const call = { verb: 'inspectImage', target: 'app:1' } as const;
    const before = shareRetry(d.state(), {
      ...{ ...call, count: 9, failure, failedAtMs: d.nowMs(), untilMs: d.nowMs() + 300_000 },
    });
    const after = step(before, { kind: 'restart', pod: key }, d.nowMs()).state;
    expect(retriesIn(after)).toEqual([]);
  });

  test('of what is not there does nothing', () => {
    const d = begin();
    d.feed({ kind: 'restart', pod: 'default/other' });
    d.feed({ kind: 'restart', pod: key, container: 'nope' });
    expect(d.said()).toEqual([]);
  });
});

describe('delete', () => {
  test('of a Pod that waits for its turn makes it another', () => {
    const elsewhere = makePod('web', { nodeName: 'another-machine' });
    const d = drive(elsewhere);
    const uid = () => podList(d.state(), d.nowMs())[0]?.metadata?.uid;
    const before = uid();
    d.feed({ kind: 'delete', pod: key });
    expect([before, uid()]).toEqual([expect.any(String), expect.any(String)]);
    expect(uid()).not.toBe(before);
  });

  test('ends the Pod in its grace, and the file has it made anew', () => {
    const d = begin({ initContainers: [mesh] });
    const before = uidOf(d);
    d.feed({ kind: 'delete', pod: key });
    expect(d.said()).toEqual([
      ...['SIGTERM app', 'SIGTERM side', 'SIGTERM mesh'],
      ...['start mesh', 'start app', 'start side'],
    ]);
    expect(uidOf(d)).not.toBe(before);
    expect(restartCounts(d)).toEqual(['app 0', 'side 0']);
  });

  test('takes a grace of its own, which a later one only shortens; the next podrun keeps to it', () => {
    const d = begin({ containers: [app], terminationGracePeriodSeconds: 60 });
    d.deaf.add('app');
    d.feed({ kind: 'delete', pod: key, graceSeconds: 20 });
    d.feed({ kind: 'delete', pod: key, graceSeconds: 40 });
    d.restart();
    d.wait(19_000);
    expect(d.said()).toEqual(['SIGTERM app']);
    d.wait(2_000);
    expect(d.said()).toEqual(['SIGKILL app', 'start app']);
  });

  test('runs a finished Pod again', () => {
    const d = begin({ restartPolicy: 'Never', containers: [app] });
    d.end('app', 1);
    d.said();
    d.feed({ kind: 'delete', pod: key });
    expect([d.said(), statusOf(d)[0]]).toEqual([['start app'], 'Running']);
  });
});
