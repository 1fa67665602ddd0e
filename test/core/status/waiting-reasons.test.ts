/**
 * Why a container waits, by where the kubelet fails for it: kuberuntime_manager.go SyncPod (doBackOff, image volumes),
 * kuberuntime_container.go startContainer, images/image_manager.go, kubelet_pods.go GenerateRunContainerOptions.
 */
import { containerKey } from '../../../src/core/state/part-key.ts';
import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../../../src/core/runtime/action.ts';
import { label } from '../../../src/core/runtime/labels.ts';
import { instanceOf } from '../../../src/core/runtime/run-key.ts';
import type { EngineContainer } from '../../../src/core/runtime/snapshot.ts';
import type { HookMemory } from '../../../src/core/state/planned.ts';
import type { Retry } from '../../../src/core/state/pod-memory.ts';
import { retriesIn } from '../../../src/core/state/state.ts';
import type { State } from '../../../src/core/state/state.ts';
import { podList } from '../../../src/core/status/status.ts';
import { drive } from '../drive.ts';
import { allMemory, holding, remember, share } from '../memory.ts';
import { infraOnEngine, makeContainer, makePod, makeProject, makeState, onEngine, ref } from '../make.ts';
import type { Container } from '../../../src/model/container.ts';
import type { PodSpec } from '../../../src/model/pod.ts';

const nowMs = 25_000;
const pod = `web_default(${ref.uid})`;

type Fails = readonly [call: string, message: string, agoMs?: number, kind?: FailureKind];

interface Case {
  /** What its image, or its volume's, is. */
  readonly container?: Partial<Container>;
  readonly spec?: Partial<PodSpec>;
  readonly fails?: readonly Fails[];
  readonly images?: readonly string[];
  /** What is missing of its configuration. */
  readonly missing?: string;
  readonly there?: Partial<EngineContainer>;
  readonly backoffSeconds?: number;
  readonly hookFailed?: true;
  readonly waits: readonly [reason: string, message?: string];
}

const tools = {
  volumes: [{ name: 'tools', image: { reference: 'tools:1', pullPolicy: 'IfNotPresent' } }],
} as const;
const mount = { volumeMounts: [{ name: 'tools', mountPath: '/tools', readOnly: false }] };
const exited = { state: 'exited', exitCode: 1, finishedAtMs: 20_000 } as const;
const unnameable = (name: string, why: string): readonly [string, string] => [
  'InvalidImageName',
  `Failed to apply default image tag "${name}": couldn't parse image name "${name}": ${why}`,
];

const cases: Readonly<Record<string, Case>> = {
  nothing: { waits: ['ContainerCreating'] },
  'init containers before it': {
    spec: { initContainers: [makeContainer('first')] },
    waits: ['PodInitializing'],
  },
  'an image that no image can be called, IfNotPresent': {
    container: { image: 'UPPER/Case:::x' },
    waits: unnameable('UPPER/Case:::x', 'invalid reference format: repository name (Case) must be lowercase'),
  },
  'the same, Always': {
    container: { image: 'a:::x', imagePullPolicy: 'Always' },
    fails: [['pullImage a:::x', 'invalid reference format']],
    waits: unnameable('a:::x', 'invalid reference format'),
  },
  'the same, Never': {
    container: { image: 'a:::x', imagePullPolicy: 'Never' },
    fails: [['inspectImage a:::x', 'invalid reference format', 0, 'noImage']],
    waits: unnameable('a:::x', 'invalid reference format'),
  },
  'the same of an image volume': {
    spec: { volumes: [{ name: 'tools', image: { reference: 'a:::x', pullPolicy: 'Never' } }] },
    container: mount,
    waits: unnameable('a:::x', 'invalid reference format'),
  },
  'an image that cannot be inspected': {
    fails: [['inspectImage app:1', 'broken']],
    waits: ['ImageInspectError', 'Failed to inspect image "app:1": broken'],
  },
  'an image that is never pulled': {
    container: { imagePullPolicy: 'Never' },
    fails: [['inspectImage app:1', 'No such image', 0, 'noImage']],
    waits: ['ErrImageNeverPull', 'Container image "app:1" is not present with pull policy of Never'],
  },
  'an image that is never pulled, while another Pod’s pull of it has failed': {
    container: { imagePullPolicy: 'Never' },
    fails: [
      ['inspectImage app:1', 'No such image', 0, 'noImage'],
      ['pullImage app:1', 'no route', 500],
    ],
    waits: ['ErrImageNeverPull', 'Container image "app:1" is not present with pull policy of Never'],
  },
  'a pull that has just failed': {
    fails: [['pullImage app:1', 'no route', 500]],
    waits: ['ErrImagePull', 'no route'],
  },
  'a pull that waits for another try': {
    fails: [['pullImage app:1', 'no route', 5_000]],
    waits: ['ImagePullBackOff', 'Back-off pulling image "app:1": ErrImagePull: no route'],
  },
  'an image volume’s pull that has just failed': {
    ...{ spec: tools, container: mount, images: ['app:1'] },
    fails: [['pullImage tools:1', 'no route', 500]],
    waits: ['ErrImagePull', 'no route'],
  },
  'an image volume’s pull that waits, before its own image’s': {
    ...{ spec: tools, container: mount },
    fails: [
      ['pullImage app:1', 'no route', 500],
      ['pullImage tools:1', 'not found', 5_000],
    ],
    waits: ['ImagePullBackOff', 'Back-off pulling image "tools:1": ErrImagePull: not found'],
  },
  'an image volume’s that it does not mount': {
    ...{ spec: tools, fails: [['pullImage tools:1', 'no route', 500]] as const },
    waits: ['ContainerCreating'],
  },
  'what its environment takes is missing': {
    missing: 'configmap "none" not found',
    waits: ['CreateContainerConfigError', 'configmap "none" not found'],
  },
  'a subPath that leads out of its volume': {
    fails: [
      [
        'createContainer shop.web.app.11111111.0',
        'failed to prepare subPath for volumeMount "v" of container "app"',
        0,
        'config',
      ],
    ],
    waits: ['CreateContainerConfigError', 'failed to prepare subPath for volumeMount "v" of container "app"'],
  },
  'the same, seen at the start': {
    there: { state: 'created' },
    fails: [
      [
        'startContainer shop.web.app.11111111.0',
        'failed to prepare subPath for volumeMount "v" of container "app"',
        0,
        'config',
      ],
    ],
    waits: ['CreateContainerConfigError', 'failed to prepare subPath for volumeMount "v" of container "app"'],
  },
  'a create that the engine refuses': {
    fails: [['createContainer shop.web.app.11111111.0', 'no space left']],
    waits: ['CreateContainerError', 'no space left'],
  },
  'an image volume that cannot be filled': {
    ...{ spec: tools, container: mount, images: ['app:1', 'tools:1'] },
    fails: [['copyImage shop.web.tools.11111111', 'no space left']],
    waits: ['CreateContainerError', 'no space left'],
  },
  'a start that the engine refuses': {
    there: { state: 'created' },
    fails: [['startContainer shop.web.app.11111111.0', 'no space left']],
    waits: ['RunContainerError', 'no space left'],
  },
  'a command that cannot be run': {
    there: { state: 'created', exitCode: 127, error: 'not found', createdAtMs: 24_500 },
    waits: ['RunContainerError', 'not found'],
  },
  'the same, a relist later, in its back-off': {
    there: { state: 'created', exitCode: 127, error: 'not found', createdAtMs: 23_000 },
    backoffSeconds: 10,
    waits: ['CrashLoopBackOff', `back-off 10s restarting failed container=app pod=${pod}`],
  },
  'a postStart hook that failed': {
    there: exited,
    hookFailed: true,
    waits: ['PostStartHookError', 'PostStartHook failed'],
  },
  'a back-off, whatever became of its image': {
    there: exited,
    backoffSeconds: 80,
    fails: [['pullImage app:1', 'no route', 500]],
    waits: ['CrashLoopBackOff', `back-off 1m20s restarting failed container=app pod=${pod}`],
  },
};

function arrange(state: State, { fails = [], images = [], missing }: Case): State {
  const retries = fails.map(([call, message, agoMs = 0, kind = 'refused']): Retry => {
    const [verb, target] = call.split(/ (.*)/s) as [Retry['verb'], string];
    return { verb, target, count: 1, failure: { kind, message }, failedAtMs: nowMs - agoMs, untilMs: 99_000 };
  });
  const byCall = retries.map((retry) => [`${retry.verb} ${retry.target}`, retry] as const);
  const shared = share(state, {
    retries: new Map(byCall),
    images: new Map(images.map((image) => [image, 'sha256:1'])),
  });
  return remember(shared, 'default/web', () => ({
    retries: new Map(byCall),
    misconfigured: new Map(missing === undefined ? [] : [[containerKey(ref, 'app'), missing]]),
  }));
}

test.each(Object.entries(cases))('a container waits for: %s', (_cause, given) => {
  const app = makeContainer('app', given.container);
  const desired = makePod('web', { containers: [app], ...given.spec });
  const hooks = new Map<string, HookMemory>();
  const there: EngineContainer[] = [infraOnEngine(desired)];
  if (given.there !== undefined) {
    const { startedAtMs: _never, labels, ...made } = onEngine(app, 0, given.there);
    const backoff = given.backoffSeconds === undefined ? {} : { [label.backoff]: String(given.backoffSeconds) };
    const began = made.state === 'created' ? {} : { startedAtMs: 10_000 };
    const container = { ...made, ...began, labels: { ...labels, ...backoff } };
    if (given.hookFailed) hooks.set(`${instanceOf(container)}/postStart`, { failed: 'exit code 1' });
    there.push(container);
  }
  const held = remember(holding(makeState(), makeProject(desired), { containers: there }), 'default/web', () => ({
    applied: new Map([[ref.uid, desired]]),
    hooks,
  }));

  const [shown] = podList(arrange(held, given), nowMs);

  const [reason, message] = given.waits;
  const waiting = { reason, ...(message === undefined ? {} : { message }) };
  expect(shown?.status?.containerStatuses?.[0]?.state).toEqual({ waiting });
});

describe('an image that no image can be called', () => {
  const bad = (over: Partial<PodSpec>) => makePod('web', { containers: [makeContainer('app', mount)], ...over });

  test.each([
    ['of a container', bad({ containers: [makeContainer('app', { image: 'a:::x' })] })],
    ['of a volume', bad({ volumes: [{ name: 'tools', image: { reference: 'a:::x', pullPolicy: 'IfNotPresent' } }] })],
  ])('%s is asked of no engine, and holds up its container alone', (_of, desired) => {
    const other = makeContainer('other');
    const d = drive({ ...desired, spec: { ...desired.spec, containers: [...desired.spec.containers, other] } });
    expect(d.said()).toEqual(['start other']);
    expect(retriesIn(d.state())).toEqual([]);
    expect([...allMemory(d.state()).badImages.values()]).toEqual([unnameable('a:::x', 'invalid reference format')[1]]);
  });
});
