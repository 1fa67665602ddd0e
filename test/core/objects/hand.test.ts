/** What is changed by hand: it goes over the file, outlives podrun, and ends with an edit of its field. */
import { describe, expect, test } from 'vitest';
import { observe } from '../../../src/core/runtime/observed.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import type { HandChange } from '../../../src/core/objects/hand.ts';
import { RESTARTED_AT } from '../../../src/core/objects/slots.ts';
import type { Dependency } from '../../../src/model/pod.ts';
import { makePod } from '../make.ts';
import type { Drive } from '../drive.ts';
import { apps, becomeReady, begin, edit, named, running } from '../workloads/rolling.ts';

const recordOf = (d: Drive, kind: string) => observe(snapshotOf(d.state())).objects.get(`default/${kind}/web`)?.record;

function change(d: Drive, kind: string, what: HandChange): void {
  d.feed({ kind: 'hand', object: `default/${kind}/web`, change: what });
  d.wait(0);
}

describe.each(['Deployment', 'StatefulSet'])('a %s that is scaled', (kind) => {
  const spec = { isProbed: false, more: { podManagementPolicy: 'Parallel' } };
  const of = (replicas: number) => ({ ...spec, replicas, more: kind === 'StatefulSet' ? spec.more : {} });

  test('has as many Pods, and those that it had stay', () => {
    const d = begin(kind, of(2));
    const before = named(d);
    change(d, kind, { replicas: 4 });
    expect(running(d)).toBe('app:1 4');
    change(d, kind, { replicas: 2 });
    expect(named(d)).toBe(before);
  });

  test('stays so over an edit of something else and podrun’s death', () => {
    const d = begin(kind, of(2));
    change(d, kind, { replicas: 4 });
    d.restart();
    d.wait(60_000);
    edit(d, kind, { ...of(2), image: 'app:2' });
    d.wait(60_000);
    expect(running(d)).toBe('app:2 4');
    expect(recordOf(d, kind)?.hand).toEqual({ replicas: { value: 4, file: 2 } });
  });

  test('is as the file says when its replicas are edited there', () => {
    const d = begin(kind, of(2));
    change(d, kind, { replicas: 4 });
    edit(d, kind, of(3));
    d.wait(60_000);
    expect(running(d)).toBe('app:1 3');
    expect(recordOf(d, kind)?.hand).toBeUndefined();
    edit(d, kind, of(2));
    d.wait(60_000);
    expect(running(d)).toBe('app:1 2');
  });

  test('to none, and back', () => {
    const d = begin(kind, of(2));
    change(d, kind, { replicas: 0 });
    expect(running(d)).toBe('');
    change(d, kind, { replicas: 1 });
    expect(running(d)).toBe('app:1 1');
  });

  test('from none in the file', () => {
    const d = begin(kind, of(0));
    change(d, kind, { replicas: 2 });
    expect(running(d)).toBe('app:1 2');
  });
});

test('what is back at the file’s own value is by hand no longer', () => {
  const d = begin('Deployment', { isProbed: false });
  change(d, 'Deployment', { replicas: 5 });
  change(d, 'Deployment', { replicas: 3 });
  expect(recordOf(d, 'Deployment')?.hand).toBeUndefined();
});

test('what waits for it begins when it has become Ready under other names', () => {
  const d = begin('Deployment', { isProbed: false });
  const template = d.state().file?.workloads?.[0]?.revision ?? '';
  edit(d, 'Deployment', { isProbed: false, image: 'app:2' });
  d.wait(60_000);
  const waiting = { ...makePod('waits'), dependsOn: dependencies(d) };
  // Its names of before are used up.
  change(d, 'Deployment', { template });
  d.wait(60_000);
  d.edit({ pods: [...(d.state().file?.pods ?? []), waiting] });
  d.wait(60_000);
  expect(running(d)).toBe('app:1 4');
});

/** All Pods of the workload in the file. */
const dependencies = (d: Drive): readonly Dependency[] =>
  (d.state().file?.pods ?? []).flatMap(({ metadata: { name, namespace } }) =>
    name === 'other' ? [] : [{ name, namespace, condition: 'Ready' }],
  );

test('an object that the file does not have changes nothing', () => {
  const d = begin('Deployment', { isProbed: false });
  change(d, 'StatefulSet', { replicas: 5 });
  expect(running(d)).toBe('app:1 3');
});

describe.each(['Deployment', 'StatefulSet', 'DaemonSet'])('a %s that is restarted', (kind) => {
  const restart = { restartedAt: '2026-01-01T00:00:00Z' };
  const uids = (d: Drive) => apps(d).map(({ labels }) => labels['io.kubernetes.pod.uid']);

  test('has each Pod made anew by its rules, once, over podrun’s death too', () => {
    const d = begin(kind);
    for (let step = 0; step < 4; step += 1) becomeReady(d);
    const before = uids(d);
    change(d, kind, restart);
    if (kind !== 'DaemonSet') expect(uids(d).filter((uid) => before.includes(uid)).length).toBeGreaterThan(1);
    for (let step = 0; step < 5; step += 1) becomeReady(d);
    const after = uids(d);
    expect(after).toHaveLength(before.length);
    expect(after.filter((uid) => before.includes(uid))).toEqual([]);
    d.restart();
    d.wait(60_000);
    expect(uids(d).toSorted()).toEqual(after.toSorted());
    const annotations = d.state().project?.pods.map(({ metadata }) => metadata.annotations[RESTARTED_AT]);
    expect(annotations?.filter(Boolean)).toHaveLength(before.length);
  });
});

test('a Deployment that is paused is not rolled out, and is when it is resumed', () => {
  const d = begin('Deployment', { isProbed: false });
  change(d, 'Deployment', { paused: true });
  edit(d, 'Deployment', { isProbed: false, image: 'app:2' });
  d.wait(60_000);
  expect(running(d)).toBe('app:1 3');
  change(d, 'Deployment', { paused: false });
  d.wait(60_000);
  expect(running(d)).toBe('app:2 3');
});
