import { withEntry } from '../../../src/core/state/entries.ts';
import { probeKey } from '../../../src/core/state/part-key.ts';
import { describe, expect, test } from 'vitest';
import type { EngineAction, FailureKind } from '../../../src/core/runtime/action.ts';
import type { Outcome } from '../../../src/core/runtime/outcome.ts';
import type { ProbeResult } from '../../../src/core/probes/check.ts';
import type { PodEvent } from '../../../src/core/events/event.ts';
import { emptyLog, foldEvents } from '../../../src/core/events/event-log.ts';
import type { EventLog } from '../../../src/core/events/event-log.ts';
import { eventsOf } from '../../../src/core/events/events.ts';
import { label } from '../../../src/core/runtime/labels.ts';
import type { PodRecord } from '../../../src/core/runtime/labels.ts';
import type { Planned } from '../../../src/core/state/planned.ts';
import { instanceOf } from '../../../src/core/runtime/run-key.ts';
import type { EngineContainer } from '../../../src/core/runtime/snapshot.ts';
import type { PodMemory } from '../../../src/core/state/pod-memory.ts';
import type { State } from '../../../src/core/state/state.ts';
import { holding, remember, shareRetry } from '../memory.ts';
import type { Effect, Input } from '../../../src/core/state/input.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { infraOnEngine, makeContainer, makePod, makeProject, makeState, onEngine, ref, self } from '../make.ts';
import type { Reason } from '../../../src/core/runtime/reason.ts';
import { causesText } from '../../../src/output/reasons/causes-text.ts';
import { edited } from '../reasons.ts';

const nowMs = 25_000;
const app = makeContainer('app');
const init = makeContainer('setup');
const pod = makePod('web', { initContainers: [init], containers: [app], readinessGates: [] });
const infra = infraOnEngine(pod);
const running = onEngine(app, 0);
const tick: Input = { kind: 'tick' };

/** The project's one Pod with these containers on the engine beside its infra. */
function stateOf(containers: readonly EngineContainer[], of: Pod = pod): State {
  return remember(
    holding(makeState(), makeProject(of), { containers: [infra, ...containers] }),
    'default/web',
    ({ applied }) => ({ applied: withEntry(applied, ref.uid, of) }),
  );
}

/** What is told of a step from one state to the next. */
function told(
  before: State,
  after: State,
  how: { input?: Input; effects?: readonly Effect[]; log?: EventLog; atMs?: number } = {},
): readonly PodEvent[] {
  const { input = tick, effects = [], log = emptyLog, atMs = nowMs } = how;
  return eventsOf(before, { state: after, effects, wakeAtMs: Infinity, settled: false }, input, {
    log,
    nowMs: atMs,
    causesText,
  });
}

const words = (events: readonly PodEvent[]) =>
  events.map(({ type, reason, message, fieldPath = 'pod' }) => `${type} ${reason} ${fieldPath}: ${message}`);

const changed = (state: State, change: (memory: PodMemory) => Partial<PodMemory>): State =>
  remember(state, 'default/web', change);

const perform = (action: EngineAction, more: Partial<Planned> = {}): Effect => ({
  kind: 'perform',
  planned: { action, because: [], pod: ref, ...more },
});

describe('what begins', () => {
  test('a Pod', () => {
    const before = stateOf([]);
    const after = changed(before, () => ({ newUid: ref.uid }));
    expect(words(told(before, after))).toEqual(['Normal Scheduled pod: Successfully assigned default/web to laptop']);
    expect(told(after, after)).toEqual([]);
  });

  test('a pull, and how long it took', () => {
    const pull: EngineAction = { verb: 'pullImage', target: 'app:1', image: 'app:1' };
    const planned: Planned = { action: pull, because: [], pod: ref, container: 'app' };
    const state = stateOf([]);
    const began = told(state, state, { effects: [{ kind: 'perform', planned }] });
    expect(words(began)).toEqual(['Normal Pulling spec.containers{app}: Pulling image "app:1"']);
    const before: State = { ...state, inFlight: new Map([['app:1', planned]]) };
    const input: Input = {
      kind: 'outcome',
      target: 'app:1',
      outcome: { ok: true, verb: 'pullImage', imageId: 'sha256:1' },
    };
    const log = foldEvents(emptyLog, began);
    expect(words(told(before, state, { input, log, atMs: nowMs + 1_234 }))).toEqual([
      'Normal Pulled spec.containers{app}: Successfully pulled image "app:1" in 1.234s',
    ]);
    expect(told(before, state, { input, log, atMs: nowMs + 65_250 })[0]?.message).toMatch(/ in 1m5\.25s$/);
    expect(told(before, state, { input, log, atMs: nowMs + 345 })[0]?.message).toMatch(/ in 345ms$/);
    expect(told(before, state, { input })[0]?.message).toBe('Successfully pulled image "app:1"');
  });

  test('a start without a pull: the image is there', () => {
    const launch = { role: 'container', name: 'x', image: 'app:1', labels: {}, infraId: 'i' } as Extract<
      EngineAction,
      { verb: 'createContainer' }
    >['launch'];
    const effects = [perform({ verb: 'createContainer', target: 'x', launch }, { container: 'app' })];
    const state = stateOf([]);
    expect(words(told(state, state, { effects }))).toEqual([
      'Normal Pulled spec.containers{app}: Container image "app:1" already present on machine',
    ]);
    const pulling: PodEvent = {
      type: 'Normal',
      reason: 'Pulling',
      message: 'Pulling image "app:1"',
      pod: ref,
      fieldPath: 'spec.containers{app}',
      atMs: 0,
    };
    const log = foldEvents(emptyLog, [pulling]);
    expect(told(state, state, { effects, log })).toEqual([]);
    const created: PodEvent = { ...pulling, reason: 'Created', message: 'Created container: app' };
    expect(told(state, state, { effects, log: foldEvents(log, [created]) })).toHaveLength(1);
  });

  test('another sandbox', () => {
    const launch = (attempt: string) =>
      ({ role: 'infra', name: 'x', labels: { [label.attempt]: attempt } }) as unknown as Extract<
        EngineAction,
        { verb: 'createContainer' }
      >['launch'];
    const state = stateOf([]);
    const make = (attempt: string) =>
      told(state, state, { effects: [perform({ verb: 'createContainer', target: 'x', launch: launch(attempt) })] });
    expect(make('0')).toEqual([]);
    expect(words(make('1'))).toEqual([
      'Normal SandboxChanged pod: Pod sandbox changed, it will be killed and re-created.',
    ]);
  });

  const recordOf = (record: PodRecord): EngineAction => ({
    verb: 'createVolume',
    target: 'r',
    name: 'r',
    labels: { [label.kind]: 'record', [label.record]: JSON.stringify(record) },
  });

  test.each([
    [
      { deletion: { atMs: 1, graceSeconds: 30 } },
      [edited('hostname', 'a', 'b')],
      'Normal Deleting pod: Deleting the Pod, grace 30s: hostname: a -> b',
    ],
    [
      {
        end: {
          phase: 'Failed',
          reason: 'DeadlineExceeded',
          message: 'Pod was active on the node longer than the specified deadline',
        },
      },
      [],
      'Normal DeadlineExceeded pod: Pod was active on the node longer than the specified deadline',
    ],
    [
      { live: { labels: { a: 'b' } } },
      [edited('labels.a', undefined, 'b'), edited('containers.app.livenessProbe', undefined, { httpGet: {} })],
      'Normal Updated pod: Updated in place: labels.a: b; containers.app.livenessProbe added',
    ],
  ])('what is written to the Pod’s record: %o', (record, because, expected) => {
    const state = stateOf([running]);
    const effects = [perform(recordOf(record as unknown as PodRecord), { because })];
    expect(words(told(state, state, { effects }))).toEqual([expected]);
  });
});

describe('Killing', () => {
  const ended = (name: string, because: readonly Reason[], signal = 'SIGTERM') => {
    const container = onEngine(makeContainer(name), 0);
    const before = stateOf([container]);
    const after = changed(before, ({ stops }) => ({
      stops: withEntry(stops, instanceOf(container), { because, askedAtMs: nowMs, graceMs: 30_000 }),
    }));
    const action: EngineAction = { verb: 'killContainer', target: container.name, id: container.id, signal };
    return { events: told(before, after, { effects: [perform(action, { container: name, because })] }), after, action };
  };

  test.each([
    ['app', [{ kind: 'projectDown' }], 'spec.containers{app}: Stopping container app'],
    [
      'app',
      [{ kind: 'probeFailed', container: 'app', probe: 'liveness' }],
      'spec.containers{app}: Container app failed liveness probe, will be restarted',
    ],
    [
      'setup',
      [{ kind: 'probeFailed', container: 'setup', probe: 'startup' }],
      'spec.initContainers{setup}: Init container setup failed startup probe, will be restarted',
    ],
    [
      'app',
      [edited('containers.app.image', 'app:1', 'app:2')],
      'spec.containers{app}: Container app definition changed, will be restarted: containers.app.image: app:1 -> app:2',
    ],
    [
      'app',
      [edited('containers.app.env.PASSWORD', 'old', 'new')],
      'spec.containers{app}: Container app definition changed, will be restarted: containers.app.env.PASSWORD changed',
    ],
  ] as const)('%s by %o', (name, because, expected) => {
    expect(words(ended(name, because).events)).toEqual([`Normal Killing ${expected}`]);
  });

  test('once: the KILL after the grace is no second one', () => {
    const { after, action } = ended('app', []);
    expect(told(after, after, { effects: [perform({ ...action, signal: 'SIGKILL' }, { container: 'app' })] })).toEqual(
      [],
    );
  });

  test('also before a preStop hook, when nothing is sent yet, with its cause', () => {
    const changes = [edited('containers.app.image', 'app:1', 'app:2')];
    const before = stateOf([running]);
    const after = changed(before, ({ stops }) => ({
      stops: withEntry(stops, instanceOf(running), { because: changes, askedAtMs: nowMs, graceMs: 30_000 }),
    }));
    expect(words(told(before, after))).toEqual([
      'Normal Killing spec.containers{app}: Container app definition changed, will be restarted: containers.app.image: app:1 -> app:2',
    ]);
  });

  test('an infra’s end is not told', () => {
    const before = stateOf([]);
    expect(
      told(
        before,
        changed(before, ({ stops }) => ({
          stops: withEntry(stops, instanceOf(infra), { because: [], askedAtMs: 0, graceMs: 0 }),
        })),
      ),
    ).toEqual([]);
  });
});

describe('what a look tells', () => {
  const exited = (over: Partial<EngineContainer> = {}) =>
    onEngine(app, 0, { state: 'exited', exitCode: 0, finishedAtMs: 22_000, ...over });
  const { startedAtMs: _none, ...made } = onEngine(app, 0, { state: 'created' });

  test.each<[string, readonly EngineContainer[], readonly EngineContainer[], readonly string[]]>([
    ['made', [], [made], ['Normal Created: Created container: app']],
    ['started', [made], [running], ['Normal Started: Started container app']],
    [
      'both at once',
      [],
      [running],
      ['Normal Created: Created container: app', 'Normal Started: Started container app'],
    ],
    [
      'started again by a hand',
      [running],
      [{ ...running, startedAtMs: 11_000 }],
      ['Normal Started: Started container app'],
    ],
    ['nothing', [running], [running], []],
    ['an inspect that was lost', [running], [{ ...made, listedOnly: true }], []],
    ['ended well', [running], [exited()], ['Normal Completed: Container app ended with exit code 0 after 12s']],
    [
      'ended badly',
      [running],
      [exited({ exitCode: 3 })],
      ['Warning Error: Container app ended with exit code 3 after 12s'],
    ],
    [
      'killed for its memory',
      [running],
      [exited({ exitCode: 137, oomKilled: true })],
      ['Warning OOMKilled: Container app ended with exit code 137 after 12s'],
    ],
    [
      'killed',
      [running],
      [exited({ exitCode: 137 })],
      ['Warning Error: Container app ended with exit code 137 after 12s'],
    ],
    [
      'ended before it was seen to run',
      [made],
      [exited()],
      ['Normal Started: Started container app', 'Normal Completed: Container app ended with exit code 0 after 12s'],
    ],
    [
      'gone',
      [running],
      [],
      ['Warning ContainerStatusUnknown: Container app was removed outside podrun: podrun does not know how it ends'],
    ],
    [
      'renamed',
      [running],
      [{ ...running, name: 'mine' }],
      [
        'Warning ContainerStatusUnknown: Container app was renamed to mine outside podrun: podrun does not know how it ends',
      ],
    ],
    ['gone when it had ended', [exited()], [], []],
  ])('%s', (_what, before, after, expected) => {
    const events = told(stateOf(before), stateOf(after));
    expect(events.map(({ type, reason, message }) => `${type} ${reason}: ${message}`)).toEqual(expected);
    expect(events.every(({ fieldPath }) => fieldPath === 'spec.containers{app}')).toBe(true);
  });

  test('a crash that is waited for', () => {
    const looping = (over: Partial<EngineContainer>) =>
      onEngine(app, 3, { ...over, labels: { ...onEngine(app, 3).labels, [label.backoff]: '40' } });
    const events = told(
      stateOf([looping({})]),
      stateOf([looping({ state: 'exited', exitCode: 1, finishedAtMs: 24_000 })]),
    );
    expect(words(events).at(-1)).toBe(
      `Warning BackOff spec.containers{app}: Back-off restarting failed container app in pod web_default(${ref.uid})`,
    );
  });

  test('of what was there before podrun was, only its end is news, and it may be told already', () => {
    const before: State = { ...makeState(), project: makeProject(pod) };
    const events = told(before, stateOf([exited({ exitCode: 1 })]));
    expect(events).toMatchObject([{ reason: 'Error', atMs: 22_000, found: true }]);
    expect(told(before, stateOf([running]))).toEqual([]);
  });

  test('what another call of ours removes is not told as lost', () => {
    const before = stateOf([running]);
    const action: EngineAction = { verb: 'removeContainer', target: running.name, id: running.id };
    expect(
      told({ ...before, inFlight: new Map([[running.name, { action, because: [], pod: ref }]]) }, stateOf([])),
    ).toEqual([]);
  });
});

describe('probes', () => {
  const key = probeKey(ref, 'app', 'liveness');
  const check = (result: ProbeResult, checking: 'regular' | 'early' = 'regular', instance = instanceOf(running)) => {
    const before = changed(stateOf([running]), ({ probes }) => ({
      probes: withEntry(probes, key, {
        instance,
        passing: true,
        run: undefined,
        held: false,
        nextAtMs: 0,
        early: undefined,
        checking,
        sinceMs: 0,
        output: '',
      }),
    }));
    const request = {
      containerId: 'app0',
      address: '',
      handler: { kind: 'tcpSocket', port: 1 },
      timeoutMs: 1,
    } as const;
    return words(
      told(before, before, {
        input: { kind: 'checked', check: { key, pod: ref, instance: instanceOf(running), request }, result },
      }),
    );
  };

  test.each<[ProbeResult, readonly string[]]>([
    [{ verdict: 'success', output: '' }, []],
    [
      { verdict: 'failure', output: 'HTTP probe failed with statuscode: 500' },
      ['Warning Unhealthy spec.containers{app}: Liveness probe failed: HTTP probe failed with statuscode: 500'],
    ],
    [
      { verdict: 'warning', output: 'Probe terminated redirects' },
      ['Warning ProbeWarning spec.containers{app}: Liveness probe warning: Probe terminated redirects'],
    ],
    [
      { verdict: 'error', output: 'no such port' },
      ['Warning Unhealthy spec.containers{app}: Liveness probe errored and resulted in unknown state: no such port'],
    ],
  ])('%o', (result, expected) => {
    expect(check(result)).toEqual(expected);
  });

  test('an early check’s failure, and one about another instance, are not told', () => {
    expect(check({ verdict: 'failure', output: '' }, 'early')).toEqual([]);
    expect(check({ verdict: 'failure', output: '' }, 'regular', 'another')).toEqual([]);
  });

  test('a hook that fails; what it said stays out', () => {
    const before = stateOf([running]);
    const after = changed(before, ({ hooks }) => ({
      hooks: withEntry(hooks, `${instanceOf(running)}/postStart`, { failed: 'secret' }),
    }));
    expect(words(told(before, after))).toEqual([
      'Warning FailedPostStartHook spec.containers{app}: PostStartHook failed',
    ]);
    expect(told(after, after)).toEqual([]);
  });
});

describe('calls that fail', () => {
  const failing = (
    action: EngineAction,
    more: { container?: string; kind?: FailureKind; message?: string; of?: Pod; unowned?: boolean } = {},
  ) => {
    const { container, kind = 'refused', message = 'no space left', of = pod } = more;
    const planned: Planned = {
      action,
      because: [],
      ...(more.unowned === true ? {} : { pod: ref }),
      ...(container === undefined ? {} : { container }),
    };
    const outcome: Outcome = { ok: false, failure: { kind, message } };
    const state = changed(holding(makeState(), makeProject(of), {}), ({ applied }) => ({
      newUid: ref.uid,
      applied: withEntry(applied, ref.uid, of),
    }));
    const retry = { verb: action.verb, target: action.target, count: 1, failure: outcome.failure };
    const failed = { ...retry, failedAtMs: nowMs, untilMs: 99_000 };
    const after = shareRetry(
      changed(state, ({ retries }) => ({ retries: withEntry(retries, `${action.verb} ${action.target}`, failed) })),
      failed,
    );
    const before = { ...state, inFlight: new Map([[action.target, planned]]) };
    return words(told(before, after, { input: { kind: 'outcome', target: action.target, outcome } }));
  };
  const launch = { role: 'container' } as Extract<EngineAction, { verb: 'createContainer' }>['launch'];
  const pull: EngineAction = { verb: 'pullImage', target: 'app:1', image: 'app:1' };
  const inspect: EngineAction = { verb: 'inspectImage', target: 'app:1', image: 'app:1' };
  const volumes = (source: object): Pod =>
    makePod('web', { initContainers: [], readinessGates: [], volumes: [{ name: 'data', ...source }] });

  test('a pull', () => {
    expect(failing(pull, { container: 'app', message: 'denied' })).toEqual([
      'Warning Failed spec.containers{app}: Failed to pull image "app:1": denied',
      'Warning Failed spec.containers{app}: Error: ErrImagePull',
      'Normal BackOff spec.containers{app}: Back-off pulling image "app:1"',
      'Warning Failed spec.containers{app}: Error: ImagePullBackOff',
    ]);
  });

  test('an image that is never pulled', () => {
    const never = makePod('web', {
      initContainers: [],
      readinessGates: [],
      containers: [makeContainer('app', { imagePullPolicy: 'Never' })],
    });
    expect(failing(inspect, { container: 'app', kind: 'noImage', of: never })).toEqual([
      'Warning ErrImageNeverPull spec.containers{app}: Container image "app:1" is not present with pull policy of Never',
      'Warning Failed spec.containers{app}: Error: ErrImageNeverPull',
    ]);
    expect(failing(inspect, { container: 'app', kind: 'noImage' })).toEqual([]);
  });

  test.each<[EngineAction, Parameters<typeof failing>[1], readonly string[]]>([
    [
      { verb: 'createContainer', target: 'x', launch },
      { container: 'app' },
      ['Warning Failed spec.containers{app}: Error: no space left'],
    ],
    [
      { verb: 'startContainer', target: 'x', id: 'x' },
      { container: 'app' },
      ['Warning Failed spec.containers{app}: Error: no space left'],
    ],
    [
      { verb: 'startContainer', target: 'x', id: 'x' },
      {},
      ['Warning FailedCreatePodSandBox pod: Failed to create pod sandbox: no space left'],
    ],
    [{ verb: 'startContainer', target: 'x', id: 'x' }, { container: 'app', kind: 'conflict' }, []],
    [
      { verb: 'killContainer', target: 'x', id: 'x', signal: 'SIGTERM' },
      { container: 'app' },
      ['Warning FailedKillPod spec.containers{app}: error killing pod: no space left'],
    ],
    [
      { verb: 'createNetwork', target: 'n', name: 'n', labels: {} },
      { unowned: true },
      ['Warning NetworkNotReady pod: network is not ready: no space left'],
    ],
    [
      { verb: 'prepareHostPath', target: 'File /x', path: '/x', type: 'File', name: 'h', image: 'busybox', labels: {} },
      {
        of: volumes({ hostPath: { path: '/x', type: 'File' } }),
        message: 'hostPath type check failed: /x is not a file',
      },
      [
        'Warning FailedMount pod: MountVolume.SetUp failed for volume "data" : hostPath type check failed: /x is not a file',
      ],
    ],
    [
      { verb: 'createVolume', target: 'shop_pg', name: 'shop_pg', labels: { [label.kind]: 'claim' } },
      { of: volumes({ persistentVolumeClaim: { claimName: 'pg', readOnly: false } }), unowned: true },
      ['Warning FailedMount pod: MountVolume.SetUp failed for volume "data" : no space left'],
    ],
    [
      { verb: 'createVolume', target: 'v', name: 'v', labels: { [label.kind]: 'emptyDir', [label.volume]: 'data' } },
      {},
      ['Warning FailedMount pod: MountVolume.SetUp failed for volume "data" : no space left'],
    ],
    [
      { verb: 'pullImage', target: self.infraImage, image: self.infraImage },
      { unowned: true },
      [
        'Warning FailedCreatePodSandBox pod: Failed to create pod sandbox: failed to get sandbox image "busybox": no space left',
      ],
    ],
  ])('%o', (action, how, expected) => {
    expect(failing(action, how)).toEqual(expected);
  });
});
