/** The events of a step, with Kubernetes' reasons and wording (pkg/kubelet/events/event.go). */
import { idOfRun, readHookKey } from '../runtime/run-key.ts';
import { readPartKey } from '../state/part-key.ts';
import type { EngineAction } from '../runtime/action.ts';
import { isDefinition } from '../runtime/reason.ts';
import type { Reason } from '../runtime/reason.ts';
import { isInit, makeEvent } from './event.ts';
import type { PodEvent, Scene } from './event.ts';
import { containerEvents } from './event-containers.ts';
import { failureEvents } from './event-failures.ts';
import { imageCame, imageComing, imagePresent } from './event-images.ts';
import { secretEvents } from './event-secrets.ts';
import { mountText } from '../spec/mount-text.ts';
import { attemptOf, kindOf, label, podRefOf, recordOf } from '../runtime/labels.ts';
import type { PodRecord } from '../runtime/labels.ts';
import type { Input, Step } from '../state/input.ts';
import type { Planned } from '../state/planned.ts';
import { changedPods, containersOf, lifeOf } from '../state/pod-changes.ts';
import type { Success } from '../runtime/outcome.ts';
import { podKey } from '../runtime/pod-ref.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { podAt } from '../state/pod-table.ts';
import type { PodState } from '../state/pod-table.ts';
import type { State } from '../state/state.ts';

/**
 * What happened in a step, in order: what the input brought, then what was decided upon it.
 * @param before the state that the step began from
 * @param telling what was told before, the time, and the words for causes
 */
export function eventsOf(
  before: State,
  step: Step,
  input: Input,
  telling: Pick<Scene, 'log' | 'nowMs' | 'causesText'>,
): readonly PodEvent[] {
  const scene: Scene = { ...telling, before, after: step.state, effects: step.effects };
  return [
    ...outcomeEvents(scene, input),
    ...containerEvents(scene),
    ...(input.kind === 'checked' ? probeEvents(scene, input) : []),
    ...hookEvents(scene),
    ...(input.kind === 'hooked' ? fallbackEvents(scene, input) : []),
    ...configEvents(scene),
    ...nameEvents(scene),
    ...scheduled(scene),
    ...secretEvents(scene),
    ...killings(scene),
    ...step.effects.flatMap((effect) => (effect.kind === 'perform' ? beginnings(scene, effect.planned) : [])),
  ];
}

function outcomeEvents(scene: Scene, input: Input): PodEvent[] {
  const planned = input.kind === 'outcome' ? scene.before.inFlight.get(input.target) : undefined;
  if (input.kind !== 'outcome' || planned === undefined) return [];
  if (!input.outcome.ok) return failureEvents(scene, planned, input.outcome.failure);
  const { action, pod, container } = planned;
  if (action.verb === 'updateContainer' && pod !== undefined)
    return [
      makeEvent(scene, 'Normal', 'ResizeCompleted', `Resized container ${container ?? ''} in place`, pod, container),
    ];
  if (pod === undefined || container === undefined) return [];
  if (action.verb === 'syncFiles' && input.outcome.verb === 'syncFiles')
    return syncEvents(scene, action, { pod, container }, planned.because, input.outcome);
  return action.verb === 'pullImage' || action.verb === 'buildImage' ? imageCame(scene, action, pod, container) : [];
}

function syncEvents(
  scene: Scene,
  { put, remove, targets }: Extract<EngineAction, { verb: 'syncFiles' }>,
  { pod, container }: Part,
  because: readonly Reason[],
  { unremoved }: Success<'syncFiles'>,
): PodEvent[] {
  const count = put.length + remove.length;
  const what = `${count} file${count === 1 ? '' : 's'} to ${targets.join(', ')}`;
  return [
    makeEvent(scene, 'Normal', 'Synced', `Synced ${what}: ${scene.causesText(because)}`, pod, container),
    ...(unremoved === undefined ? [] : [makeEvent(scene, 'Warning', 'FailedSync', unremoved, pod, container)]),
  ];
}

/**
 * Each answer that is no success, below the threshold as well (docs/pod-lifecycle.md#probe-results). The failure of an
 * early check is none.
 */
function probeEvents(scene: Scene, { check, result }: Extract<Input, { kind: 'checked' }>): PodEvent[] {
  const memory = podAt(scene.before.pods, podKey(check.pod))?.memory.probes.get(check.key);
  if (memory?.instance !== check.instance || result.verdict === 'success') return [];
  if (memory.checking === 'early' && result.verdict !== 'warning') return [];
  const { pod } = check;
  const { container, rest: type } = readPartKey(check.key);
  const name = `${type.slice(0, 1).toUpperCase()}${type.slice(1)}`;
  const say = (reason: string, text: string) => [makeEvent(scene, 'Warning', reason, text, pod, container)];
  switch (result.verdict) {
    case 'warning':
      return say('ProbeWarning', `${name} probe warning: ${result.output}`);
    case 'failure':
      return say('Unhealthy', `${name} probe failed: ${result.output}`);
    case 'error':
      return say('Unhealthy', `${name} probe errored and resulted in unknown state: ${result.output}`);
  }
}

/** Hooks that have failed. What they said stays out of it, as upstream: it may be anything. */
function hookEvents(scene: Scene): PodEvent[] {
  const { before, after } = scene;
  return changedPods(before, after).flatMap(({ before: was, after: is }) =>
    [...(is?.memory.hooks ?? [])].flatMap(([key, hook]) => {
      if (typeof hook !== 'object' || typeof was?.memory.hooks.get(key) === 'object') return [];
      const { run, type: hookType } = readHookKey(key);
      const type = hookType === 'postStart' ? 'PostStart' : 'PreStop';
      const about = partOf(is, run);
      if (about === undefined) return [];
      return [makeEvent(scene, 'Warning', `Failed${type}Hook`, `${type}Hook failed`, about.pod, about.container)];
    }),
  );
}

function fallbackEvents(scene: Scene, { hook, result }: Extract<Input, { kind: 'hooked' }>): PodEvent[] {
  if (!result.ok || result.fallback === undefined) return [];
  return [makeEvent(scene, 'Warning', 'LifecycleHTTPFallback', result.fallback, hook.pod)];
}

/** What a container's start or a volume's content misses, each time that it is another. */
function configEvents(scene: Scene): PodEvent[] {
  const { before, after } = scene;
  return changedPods(before, after).flatMap(({ before: was, after: is }) =>
    [...(is?.memory.misconfigured ?? [])].flatMap(([key, message]) => {
      if (was?.memory.misconfigured.get(key) === message) return [];
      const { uid, container, rest: volume } = readPartKey(key);
      const pod = refOf(is, uid);
      if (pod === undefined) return [];
      return container === ''
        ? [makeEvent(scene, 'Warning', 'FailedMount', mountText(volume, message), pod)]
        : [makeEvent(scene, 'Warning', 'Failed', `Error: ${message}`, pod, container)];
    }),
  );
}

/** Of an image that cannot be: nobody is asked, so no outcome tells of it. */
function nameEvents(scene: Scene): PodEvent[] {
  const { before, after } = scene;
  return changedPods(before, after).flatMap(({ before: was, after: is }) =>
    [...(is?.memory.badImages ?? [])].flatMap(([key, message]) => {
      const { uid, container } = readPartKey(key);
      const pod = was?.memory.badImages.get(key) === message ? undefined : refOf(is, uid);
      if (pod === undefined) return [];
      return [
        makeEvent(scene, 'Warning', 'InspectFailed', message, pod, container),
        makeEvent(scene, 'Warning', 'Failed', 'Error: InvalidImageName', pod, container),
      ];
    }),
  );
}

/** A Pod gets its uid when podrun begins with it: here that is being assigned to the node. */
function scheduled(scene: Scene): PodEvent[] {
  const { before, after } = scene;
  return changedPods(before, after).flatMap(({ before: old, after: now }) => {
    const { key = '', memory } = now ?? {};
    const uid = memory?.newUid;
    const [was, is] = [before.shared.refused.get(key), after.shared.refused.get(key)];
    const metadata = uid === undefined ? undefined : memory?.applied.get(uid)?.metadata;
    if (uid === undefined || metadata === undefined) return [];
    if (uid === old?.memory.newUid && was?.message === is?.message) return [];
    const pod = { name: metadata.name, namespace: metadata.namespace, uid };
    if (is?.reason === 'SchedulingGated') return [makeEvent(scene, 'Normal', is.reason, is.message, pod)];
    if (is !== undefined)
      return [makeEvent(scene, 'Warning', is.phase === 'Failed' ? is.reason : 'FailedScheduling', is.message, pod)];
    return [makeEvent(scene, 'Normal', 'Scheduled', `Successfully assigned ${key} to ${after.self.node.name}`, pod)];
  });
}

/** Containers whose end began in this step, by preStop hook, TERM or KILL (kuberuntime_container.go killContainer). */
function killings(scene: Scene): PodEvent[] {
  const { before, after } = scene;
  return changedPods(before, after).flatMap(({ before: was, after: is }) =>
    [...(is?.memory.stops ?? [])].flatMap(([run, { because }]) => {
      const about = was?.memory.stops.has(run) === true ? undefined : partOf(is, run);
      if (about === undefined || because.length === 0) return [];
      return [makeEvent(scene, 'Normal', 'Killing', killingText(scene, about, because), about.pod, about.container)];
    }),
  );
}

function killingText(scene: Scene, { pod, container }: Part, because: readonly Reason[]): string {
  const who = isInit(scene, pod, container) ? 'Init container' : 'Container';
  const [failed] = because.flatMap((cause) => (cause.kind === 'probeFailed' ? cause.probe : []));
  if (failed !== undefined) return `${who} ${container} failed ${failed} probe, will be restarted`;
  const changes = because.filter(isDefinition);
  if (changes.length === 0) return `Stopping container ${container}`;
  return `${who} ${container} definition changed, will be restarted: ${scene.causesText(changes)}`;
}

/** What an action that begins says. */
function beginnings(scene: Scene, { action, pod, container, because }: Planned): PodEvent[] {
  if (pod === undefined) return [];
  switch (action.verb) {
    case 'pullImage':
    case 'buildImage':
      return container === undefined ? [] : imageComing(scene, action, pod, container);
    case 'createContainer': {
      if (container !== undefined) return imagePresent(scene, action.launch.image, pod, container);
      const text = 'Pod sandbox changed, it will be killed and re-created.';
      return attemptOf(action.launch.labels) === 0 ? [] : [makeEvent(scene, 'Normal', 'SandboxChanged', text, pod)];
    }
    case 'createVolume':
      return kindOf(action.labels) === 'record'
        ? recordEvents(scene, pod, recordOf(action.labels) ?? {}, scene.causesText(because))
        : [];
    default:
      return [];
  }
}

/** What is written to a Pod's record is decided for good: its deletion, an edit in place, its end by a deadline. */
function recordEvents(scene: Scene, pod: PodRef, record: PodRecord, causes: string): PodEvent[] {
  const before = lifeOf(podAt(scene.after.pods, podKey(pod)), pod.uid)?.record ?? {};
  const { deletion, end, live } = record;
  const events: PodEvent[] = [];
  if (end?.reason !== undefined && before.end === undefined)
    events.push(
      makeEvent(scene, end.reason === 'Evicted' ? 'Warning' : 'Normal', end.reason, end.message ?? causes, pod),
    );
  if (live !== undefined && JSON.stringify(live) !== JSON.stringify(before.live))
    events.push(makeEvent(scene, 'Normal', 'Updated', `Updated in place: ${causes}`, pod));
  if (deletion !== undefined && deletion.graceSeconds !== before.deletion?.graceSeconds)
    events.push(
      makeEvent(scene, 'Normal', 'Deleting', `Deleting the Pod, grace ${deletion.graceSeconds}s: ${causes}`, pod),
    );
  return events;
}

/** A container of a Pod. */
interface Part {
  readonly pod: PodRef;
  readonly container: string;
}

/** Whose run it is; undefined for an infra, and for what is no more. */
function partOf(of: PodState | undefined, run: string): Part | undefined {
  const found = containersOf(of).find(({ id }) => id === idOfRun(run));
  const pod = found === undefined ? undefined : podRefOf(found.labels);
  const container = found?.labels[label.containerName];
  return pod === undefined || container === undefined ? undefined : { pod, container };
}

/** The Pod of a UID, as what is on the engine names it, else as the file does. */
function refOf(pod: PodState | undefined, uid: string): PodRef | undefined {
  const life = lifeOf(pod, uid);
  if (life !== undefined) return { name: life.name, namespace: life.namespace, uid };
  const metadata = pod?.memory.applied.get(uid)?.metadata;
  return metadata && { name: metadata.name, namespace: metadata.namespace, uid };
}
