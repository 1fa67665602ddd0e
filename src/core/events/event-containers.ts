/** Events that the engine's snapshot tells: containers made, started, ended, and what was done to them outside podrun. */
import { makeEvent } from './event.ts';
import type { PodEvent, Scene } from './event.ts';
import { isOurs, kindOf, label, podRefOf } from '../runtime/labels.ts';
import { changedPods, containersOf, findContainer } from '../state/pod-changes.ts';
import type { PodChange } from '../state/pod-changes.ts';
import { podKey } from '../runtime/pod-ref.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { podAt } from '../state/pod-table.ts';
import type { PodState } from '../state/pod-table.ts';
import { instanceOf } from '../runtime/run-key.ts';
import { cannotRun, diedForMemory, endedAtMs, hasEnded } from '../pod/restart.ts';
import type { EngineContainer } from '../runtime/snapshot.ts';
import { podObjects } from '../status/status.ts';
import { goDuration } from '../runtime/time.ts';

/**
 * By what changed in the snapshot, not by the calls that changed it: an answer may be lost, something outside podrun may act, and
 * a container may end before it was ever seen to run.
 */
export function containerEvents(scene: Scene): PodEvent[] {
  const { before, after } = scene;
  if (!after.looked) return [];
  const changes = changedPods(before, after).filter((change) => change.before?.lives !== change.after?.lives);
  const gone = changes.flatMap((change) =>
    before.looked
      ? containersOf(change.before)
          .filter(isOfPod)
          .flatMap((each) => loss(scene, change, each))
      : [],
  );
  return [
    ...gone,
    ...changes.flatMap((change) =>
      containersOf(change.after)
        .filter(isOfPod)
        .flatMap((each) => course(scene, change, each)),
    ),
  ];
}

/** How far a container has come since it was last seen. Of what was there before podrun was, only its end is news. */
function course(scene: Scene, change: PodChange, is: EngineContainer): PodEvent[] {
  const was = containersOf(change.before).find(({ id }) => id === is.id);
  const part = partOf(is);
  if (part === undefined || is.listedOnly === true) return [];
  const { pod, name } = part;
  const events: PodEvent[] = [];
  // An earlier look may already have told this.
  const adopted = !scene.before.looked;
  const unsure = adopted || was?.listedOnly === true;
  const say = (reason: string, message: string, atMs: number) => {
    const event = makeEvent(scene, 'Normal', reason, message, pod, name);
    events.push(unsure ? { ...event, atMs, found: true } : event);
  };
  if (!adopted && was === undefined) say('Created', `Created container: ${name}`, is.createdAtMs);
  if (!adopted && is.startedAtMs !== undefined && (unsure || is.startedAtMs !== was?.startedAtMs))
    say('Started', `Started container ${name}`, is.startedAtMs);
  if (is.state === 'running' && is.oomKilled && was?.oomKilled === false)
    events.push(makeEvent(scene, 'Warning', 'OOMKilling', oomText(name), pod, name));
  if (!hasEnded(is) || (was !== undefined && !unsure && hasEnded(was) && was.startedAtMs === is.startedAtMs))
    return events;
  if (!cannotRun(is))
    events.push({
      ...ending(scene, change, pod, name, is),
      ...(unsure ? { atMs: endedAtMs(is), found: true as const } : {}),
    });
  if (!adopted && isBackingOff(scene, pod, name))
    events.push(makeEvent(scene, 'Warning', 'BackOff', backOffText(pod, name), pod, name));
  return events;
}

/** For a process that is not the container's first: the container runs on (docs/pod-lifecycle.md#resources). */
const oomText = (name: string): string => `A process of container ${name} was killed for its memory limit`;

/** podrun's own: the table of Pod states in Kubernetes' documentation asks for an event at each end. */
function ending(scene: Scene, { after }: PodChange, pod: PodRef, name: string, container: EngineContainer): PodEvent {
  const { exitCode, startedAtMs, finishedAtMs } = container;
  const reason = diedForMemory(container, (after as PodState).memory)
    ? 'OOMKilled'
    : exitCode === 0
      ? 'Completed'
      : 'Error';
  const time =
    startedAtMs === undefined || finishedAtMs === undefined
      ? ''
      : ` after ${goDuration(Math.max(0, finishedAtMs - startedAtMs))}`;
  const text = `Container ${name} ended with exit code ${exitCode}${time}`;
  return makeEvent(scene, exitCode === 0 ? 'Normal' : 'Warning', reason, text, pod, name);
}

const backOffText = (pod: PodRef, name: string): string =>
  `Back-off restarting failed container ${name} in pod ${pod.name}_${pod.namespace}(${pod.uid})`;

/** As the Pod's own status says it, so that the two never differ. */
function isBackingOff({ after, nowMs }: Scene, pod: PodRef, name: string): boolean {
  const shown = podAt(after.pods, podKey(pod));
  const status = shown && podObjects(after, shown, nowMs).find(({ metadata }) => metadata?.uid === pod.uid)?.status;
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return statuses.some((each) => each.name === name && each.state?.waiting?.reason === 'CrashLoopBackOff');
}

/** A container that ran, or was about to, and is no more ours; nothing of it says how it ended. */
function loss(scene: Scene, change: PodChange, was: EngineContainer): PodEvent[] {
  const part = partOf(was);
  const is = findContainer(scene.after, change.after, was.id);
  if (part === undefined || (hasEnded(was) && was.listedOnly !== true) || was.state === 'removing') return [];
  if (change.before?.memory.stops.has(instanceOf(was)) === true || isBeingRemoved(scene, was)) return [];
  if (is !== undefined && is.name === was.name) return [];
  const { pod, name } = part;
  const what = is === undefined ? 'was removed outside podrun' : `was renamed to ${is.name} outside podrun`;
  return [
    makeEvent(
      scene,
      'Warning',
      'ContainerStatusUnknown',
      `Container ${name} ${what}: podrun does not know how it ends`,
      pod,
      name,
    ),
  ];
}

function isBeingRemoved({ before, after }: Scene, container: EngineContainer): boolean {
  const actions = [
    ...[...before.inFlight.values()].map(({ action }) => action),
    ...[...before.done, ...after.done].map(({ action }) => action),
  ];
  return actions.some((action) => action.verb === 'removeContainer' && action.id === container.id);
}

function partOf({ labels }: EngineContainer): { readonly pod: PodRef; readonly name: string } | undefined {
  const pod = podRefOf(labels);
  const name = labels[label.containerName];
  return pod === undefined || name === undefined ? undefined : { pod, name };
}

const isOfPod = (container: EngineContainer): boolean => isOurs(container) && kindOf(container.labels) === 'container';
