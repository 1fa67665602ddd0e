/** What is told of a Pod never goes back: told from lives on an engine that does at once what it is asked. */
import type { ContainerStatus, Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { podList } from '../../../src/core/status/status.ts';
import type { PodSpec } from '../../../src/model/pod.ts';
import type { RestartPolicy } from '../../../src/model/container.ts';
import { summarizePod } from '../../../src/output/tables/pod-summary.ts';
import { drive } from '../drive.ts';
import type { Drive } from '../drive.ts';
import { makeContainer, makePod } from '../make.ts';

const podOf = (d: Drive): KubernetesPod | undefined => podList(d.state(), d.nowMs())[0];

const begin = (spec: Partial<PodSpec>): Drive => drive(makePod('web', spec));

const two = (restartPolicy: RestartPolicy = 'Always') =>
  begin({ restartPolicy, containers: [makeContainer('a'), makeContainer('b')] });

/** What a watch tells of the one Pod, in short, each time that it is another. */
function watch(d: Drive, what: (pod: KubernetesPod) => string): () => readonly string[] {
  const lines: string[] = [];
  d.onStep((state, nowMs) => {
    const line = podList(state, nowMs).map(what).join() || 'gone';
    if (line !== lines.at(-1)) lines.push(line);
  });
  return () => lines;
}

const short = ({ name, restartCount, state, lastState }: ContainerStatus): string =>
  [
    `${name}${restartCount}`,
    state?.terminated?.exitCode ?? Object.keys(state ?? {})[0],
    ...(lastState?.terminated === undefined ? [] : [`after ${lastState.terminated.exitCode}`]),
  ].join(' ');

const row = (pod: KubernetesPod): string =>
  [pod.status?.phase, ...(pod.status?.containerStatuses ?? []).map(short)].join(', ');

const down = { kind: 'intent', intent: { kind: 'down', volumes: false, kill: false } } as const;

describe('a Pod that is deleted', () => {
  test('its containers end, and stay so while they are removed', () => {
    const d = two();
    const seen = watch(d, row);
    d.feed(down);
    expect(seen()).toEqual([
      'Running, a0 running, b0 running',
      'Running, a0 143, b0 running',
      'Failed, a0 143, b0 143',
      'gone',
    ]);
  });

  test.each(['Always', 'OnFailure', 'Never'] as const)('under %s it is last seen as its containers ended', (policy) => {
    const lastPhase = (codeOfB: number) => {
      const d = two(policy);
      d.late.set('a', 0).set('b', codeOfB);
      const seen = watch(d, ({ status }) => status?.phase ?? '');
      d.feed(down);
      d.wait(1_000);
      return seen().slice(-2);
    };
    expect([lastPhase(0), lastPhase(1)]).toEqual([
      ['Succeeded', 'gone'],
      ['Failed', 'gone'],
    ]);
  });

  test('restarts, state and lastState of one in its back-off stay while its instances go', () => {
    const d = begin({});
    d.end('app', 1);
    d.end('app', 2);
    const seen = watch(d, row);
    d.feed(down);
    expect(seen()).toEqual(['Running, app1 waiting after 2', 'Failed, app1 2 after 2', 'gone']);
  });

  test('of one that a hand removes meanwhile nobody knows how it ended', () => {
    const d = two();
    d.deaf.add('a').add('b');
    d.feed(down);
    d.remove('a');
    const [a, b] = podOf(d)?.status?.containerStatuses ?? [];
    expect([a?.state?.terminated, b?.state?.running]).toMatchObject([
      { reason: 'ContainerStatusUnknown', exitCode: 137 },
      {},
    ]);
    expect(a?.restartCount).toBe(0);
  });

  test('what never began is told as the kubelet tells it at the end: a failure, or still waiting for init', () => {
    const initContainers = [makeContainer('init')];
    const d = begin({ initContainers });
    const seen = watch(d, ({ status }) =>
      [
        status?.phase,
        ...[...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(short),
      ].join(', '),
    );
    d.feed(down);
    expect(seen().at(-2)).toBe('Failed, init0 143, app0 waiting');
  });

  test('its status is Terminating until the end, and then how it ended', () => {
    const d = two();
    d.end('a', 1);
    d.end('a', 1);
    const seen = watch(d, (pod) => summarizePod(pod, d.nowMs()).status);
    d.feed(down);
    expect(seen()).toEqual(['CrashLoopBackOff', 'Terminating', 'Error', 'gone']);
  });
});

describe('a phase that is over', () => {
  test('stays, although its record was not written and a hand removes its container', () => {
    const d = begin({ restartPolicy: 'Never' });
    d.said();
    d.refuse.add('createVolume infra');
    d.end('app', 0);
    d.refuse.clear();
    d.remove('app');
    expect(row(podOf(d) as KubernetesPod)).toBe('Succeeded, app0 0');
    d.wait(60_000);
    expect(d.said()).not.toContain('start app');
  });
});

describe('lastTransitionTime', () => {
  const times = (d: Drive) =>
    Object.fromEntries(
      (podOf(d)?.status?.conditions ?? []).map(({ type, status, lastTransitionTime }) => [
        type,
        `${status} ${new Date(lastTransitionTime ?? '').getTime() / 1000}`,
      ]),
    );

  test('moves when the status does, and only then', () => {
    const d = two();
    const before = times(d);
    d.end('a', 1);
    d.wait(60_000);
    d.end('a', 1);
    const unready = times(d);
    d.wait(5_000);
    d.end('b', 1);
    expect(before).toMatchObject({ Ready: 'True 1', ContainersReady: 'True 1' });
    expect(unready).toEqual({ ...before, Ready: 'False 61', ContainersReady: 'False 61' });
    expect(times(d)).toEqual(unready);
  });

  test('is in the order of a start; Initialized has the time when init ended, and the next podrun finds the same', () => {
    const d = begin({ initContainers: [makeContainer('init')] });
    d.wait(10_000);
    d.end('init', 0);
    const told = times(d);
    expect(told).toEqual({
      PodScheduled: 'True 1',
      PodReadyToStartContainers: 'True 1',
      Initialized: 'True 11',
      ContainersReady: 'True 11',
      Ready: 'True 11',
    });
    d.wait(10_000);
    d.restart();
    expect(times(d)).toEqual(told);
  });
});

describe('a Pod’s birth', () => {
  const birth = (pod: KubernetesPod | undefined) => [
    pod?.metadata?.uid,
    pod?.metadata?.creationTimestamp,
    pod?.status?.startTime,
  ];

  test('is the same over sandboxes, a prune of them and the next podrun', () => {
    const d = begin({});
    const born = birth(podOf(d));
    d.wait(30_000);
    d.prune();
    d.restart();
    expect(birth(podOf(d))).toEqual(born);
    d.remove('infra');
    d.wait(30_000);
    d.prune();
    d.restart();
    expect(birth(podOf(d))).toEqual(born);
  });

  test('of one that has finished outlives all its containers', () => {
    const d = begin({ restartPolicy: 'Never' });
    const born = birth(podOf(d));
    d.wait(5_000);
    d.end('app', 0);
    d.prune();
    d.restart();
    expect(birth(podOf(d))).toEqual(born);
  });

  test('stays while its port is taken, and its deadline counts from it', () => {
    const d = drive(makePod('web', { activeDeadlineSeconds: 8 }), [], undefined, ['startContainer infra']);
    const seen = watch(d, (pod) => [...birth(pod), pod.status?.phase, pod.status?.reason].join(' '));
    d.wait(7_000);
    expect(seen()).toHaveLength(1);
    d.wait(1_000);
    expect(seen().slice(1)).toEqual([expect.stringMatching(/Failed DeadlineExceeded$/)]);
    expect(seen()[1]).toContain(seen()[0]?.replace(/ Pending.*$/, ''));
  });
});
