import { withEntry } from '../../../src/core/state/entries.ts';
import { containerKey, probeKey } from '../../../src/core/state/part-key.ts';
import { holding, remember, shareRetry } from '../memory.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import { describe, expect, test } from 'vitest';
import { label } from '../../../src/core/runtime/labels.ts';
import { instanceOf } from '../../../src/core/runtime/run-key.ts';
import type { EngineContainer } from '../../../src/core/runtime/snapshot.ts';
import type { State } from '../../../src/core/state/state.ts';
import { nodeLostAfterMs } from '../../../src/core/status/pod-status.ts';
import { podList } from '../../../src/core/status/status.ts';
import type { Pod } from '../../../src/model/pod.ts';
import type { RestartPolicy } from '../../../src/model/container.ts';
import { infraOnEngine, makeContainer, makePod, makeProject, makeProbe, makeState, onEngine, ref } from '../make.ts';

const nowMs = 25_000;
const app = makeContainer('app');

function stateOf(pod: Pod, containers: readonly EngineContainer[], over: Partial<State> = {}): State {
  const state = makeState();
  const network = {
    id: 'net1',
    name: 'podrun-shop',
    labels: { [label.name]: 'podrun-shop' },
    createdAtMs: 0,
    gateway: '172.20.0.1',
  };
  const held = holding(state, makeProject(pod), { containers, networks: [network] });
  return {
    ...remember(held, 'default/web', ({ applied }) => ({ applied: withEntry(applied, ref.uid, pod) })),
    ...over,
  };
}

function only(state: State, atMs = nowMs) {
  const [pod] = podList(state, atMs);
  if (pod?.status === undefined) throw new Error('no status');
  return pod.status;
}

/** The Pod of containers in these states: `running`, or an exit code, or `none`. */
function podOf(policy: RestartPolicy, states: readonly (number | 'running' | 'none')[]): State {
  const containers = states.map((_, i) => makeContainer(`c${i}`));
  const pod = makePod('web', { restartPolicy: policy, containers });
  const there = containers.flatMap((container, i) => {
    const state = states[i];
    if (state === undefined || state === 'none') return [];
    return [
      onEngine(container, 0, state === 'running' ? {} : { state: 'exited', exitCode: state, finishedAtMs: 20_000 }),
    ];
  });
  return stateOf(pod, [infraOnEngine(pod), ...there]);
}

describe('the phase', () => {
  test.each([
    ['Always', ['running'], 'Running'],
    ['Always', ['running', 'none'], 'Pending'],
    ['Always', [0], 'Running'],
    ['Always', [1], 'Running'],
    ['OnFailure', [0, 0], 'Succeeded'],
    ['OnFailure', [0, 1], 'Running'],
    ['OnFailure', [0, 'running'], 'Running'],
    ['Never', [0, 0], 'Succeeded'],
    ['Never', [0, 1], 'Failed'],
    ['Never', [1, 'running'], 'Running'],
    ['Never', ['none'], 'Pending'],
  ] as const)('%s %o: %s', (policy, states, phase) => {
    expect(only(podOf(policy, states)).phase).toBe(phase);
  });

  test('a Pod that is not on the engine yet is Pending', () => {
    const status = only(stateOf(makePod('web'), []));
    expect(status.phase).toBe('Pending');
    expect(status.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'ContainerCreating' } });
  });

  test('an end that podrun asked for leaves an OnFailure Pod Running: it starts again', () => {
    const state = podOf('OnFailure', [0]);
    const ended = snapshotOf(state).containers[1];
    if (ended === undefined) throw new Error('no container');
    const stopped = remember(state, 'default/web', ({ stops }) => ({
      stops: withEntry(stops, instanceOf(ended), { because: [], follows: 'failure', askedAtMs: 0, graceMs: 2_000 }),
    }));
    expect(only(stopped).phase).toBe('Running');
  });

  test('an engine that is silent for 40 s makes it Unknown, never Failed', () => {
    const state: State = { ...podOf('Always', ['running']), engine: { answers: false, sinceMs: 0 } };
    expect(only(state, nodeLostAfterMs - 1).phase).toBe('Running');
    const lost = only(state, nodeLostAfterMs);
    expect([lost.phase, lost.reason]).toEqual(['Unknown', 'NodeLost']);
    expect(lost.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'Unknown',
      reason: 'NodeLost',
    });
  });
});

describe('the container states', () => {
  const pod = makePod('web');
  const statusOf = (
    containers: readonly EngineContainer[],
    prepare: (state: State) => State = (state) => state,
    atMs = nowMs,
  ) => {
    const state = prepare(stateOf(pod, [infraOnEngine(pod), ...containers]));
    const status = only(state, atMs).containerStatuses?.[0];
    if (status === undefined) throw new Error('no container status');
    return status;
  };
  const exited = (over: Partial<EngineContainer> = {}, attempt = 0) =>
    onEngine(app, attempt, { state: 'exited', exitCode: 1, finishedAtMs: 20_000, ...over });
  test('running and ready', () => {
    expect(statusOf([onEngine(app, 2)])).toMatchObject({
      name: 'app',
      ready: true,
      started: true,
      restartCount: 2,
      containerID: 'docker://app2',
      state: { running: { startedAt: '1970-01-01T00:00:10Z' } },
      lastState: {},
    });
  });

  test.each([
    [{ exitCode: 0 }, { reason: 'Completed', exitCode: 0 }],
    [{ exitCode: 3 }, { reason: 'Error', exitCode: 3 }],
    [
      { exitCode: 137, oomKilled: true },
      { reason: 'OOMKilled', exitCode: 137 },
    ],
    [{ exitCode: 137 }, { reason: 'Error', exitCode: 137 }],
  ])('ended with %o, and only just', (over, expected) => {
    expect(statusOf([exited(over)]).state?.terminated).toMatchObject({
      ...expected,
      finishedAt: '1970-01-01T00:00:20Z',
    });
  });

  test('a command that cannot be run', () => {
    const {
      startedAtMs: _none,
      finishedAtMs: _neither,
      ...never
    } = exited({ state: 'created', exitCode: 127, error: 'not found' });
    expect(statusOf([never]).state?.terminated).toMatchObject({
      reason: 'ContainerCannotRun',
      message: 'not found',
      exitCode: 127,
    });
  });

  test('in its back-off', () => {
    const looping = exited({ labels: { ...exited({}, 3).labels, [label.backoff]: '80' } }, 3);
    const status = statusOf([looping]);
    const message = `back-off 1m20s restarting failed container=app pod=web_default(${ref.uid})`;
    expect(status.state).toEqual({ waiting: { reason: 'CrashLoopBackOff', message } });
    expect([status.lastState?.terminated?.exitCode, status.restartCount, status.ready]).toEqual([1, 3, false]);
  });

  test('running again: the last one that ended is lastState', () => {
    const status = statusOf([exited({ exitCode: 7 }), onEngine(app, 1, { startedAtMs: 21_000 })]);
    expect([status.restartCount, status.lastState?.terminated?.exitCode]).toEqual([1, 7]);
  });

  test('vanished: nobody knows how it ended', () => {
    const status = statusOf([], (state) =>
      remember(state, 'default/web', ({ attempts }) => ({
        attempts: withEntry(attempts, containerKey(ref, 'app'), 1),
      })),
    );
    expect(status.restartCount).toBe(1);
    expect(status.lastState?.terminated).toMatchObject({ reason: 'ContainerStatusUnknown', exitCode: 137 });
  });

  test('statuses are sorted by name', () => {
    const two = makePod('web', { containers: [makeContainer('b'), makeContainer('a')] });
    expect(only(stateOf(two, [infraOnEngine(two)])).containerStatuses?.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('readiness and conditions', () => {
  const probed = makePod('web', { containers: [makeContainer('app', { readinessProbe: makeProbe() })] });
  const running = onEngine(app, 0);
  const withVerdict = (passing: boolean, instance = instanceOf(running)): State => {
    const state = stateOf(probed, [infraOnEngine(probed), running]);
    const probe = {
      instance,
      passing,
      run: undefined,
      held: false,
      nextAtMs: 0,
      early: undefined,
      checking: undefined,
      sinceMs: 15_000,
      output: '',
    };
    return remember(state, 'default/web', ({ probes }) => ({
      probes: withEntry(probes, probeKey(ref, 'app', 'readiness'), probe),
    }));
  };
  const ready = (state: State) => only(state).conditions?.find(({ type }) => type === 'Ready');

  test('the probe decides, for this instance alone', () => {
    expect(ready(withVerdict(true))).toMatchObject({ status: 'True', lastTransitionTime: '1970-01-01T00:00:15Z' });
    const unready = { status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [app]' };
    expect(ready(withVerdict(false))).toMatchObject(unready);
    expect(ready(withVerdict(true, 'an earlier one'))).toMatchObject(unready);
  });

  test('one that runs in a lost sandbox is not ready', () => {
    const state = stateOf(makePod('web'), [infraOnEngine(makePod('web'), { state: 'exited', address: '' }), running]);
    expect(ready(state)?.status).toBe('False');
    expect(only(state).conditions?.find(({ type }) => type === 'PodReadyToStartContainers')?.status).toBe('False');
  });

  test.each([
    [0, 'PodCompleted'],
    [1, 'PodFailed'],
  ])('a Pod that is over with %i is not ready: %s', (code, expectedReason) => {
    expect(ready(podOf('Never', [code]))).toMatchObject({ status: 'False', reason: expectedReason });
  });

  test('are in the kubelet’s order', () => {
    expect(only(podOf('Always', ['running'])).conditions?.map(({ type }) => type)).toEqual([
      'PodReadyToStartContainers',
      'Initialized',
      'Ready',
      'ContainersReady',
      'PodScheduled',
    ]);
  });
});

test('addresses and times', () => {
  expect(only(podOf('Always', ['running']))).toMatchObject({
    podIP: '172.20.0.2',
    podIPs: [{ ip: '172.20.0.2' }],
    hostIP: '172.20.0.1',
    startTime: '1970-01-01T00:00:09Z',
  });
});

test('a Pod that waits for a host path says why', () => {
  const volumes = [{ name: 'data', hostPath: { path: '/srv', type: 'Directory' } }] as const;
  const pod = makePod('web', { volumes });
  const state = stateOf(pod, []);
  const failure = { kind: 'refused', message: 'hostPath type check failed: /srv is not a directory' } as const;
  const [verb, target] = ['prepareHostPath', 'Directory /srv'] as const;
  const waiting = shareRetry(state, { verb, target, count: 1, failure, failedAtMs: 0, untilMs: 1_000 });

  const message = `MountVolume.SetUp failed for volume "data" : ${failure.message}`;
  expect(only(waiting)).toMatchObject({ phase: 'Pending', message });
});
