/** What a step means to someone who watches: the things that happened to the Pods, in one sentence each. */
import { readPartKey } from '../state/part-key.ts';
import type { EngineAction, Failure } from '../runtime/action.ts';
import { label, kindOf, podRefOf } from '../runtime/labels.ts';
import type { Input } from '../state/input.ts';
import type { Planned } from '../state/planned.ts';
import { changedPods, containersOf, findContainer } from '../state/pod-changes.ts';
import type { PodChange } from '../state/pod-changes.ts';
import { podAt } from '../state/pod-table.ts';
import type { PodState } from '../state/pod-table.ts';
import type { Retry } from '../state/pod-memory.ts';
import type { Check } from '../probes/check.ts';
import { podKey, podLabel, readPodKey } from '../runtime/pod-ref.ts';
import { retriesOf } from '../state/retries.ts';
import { retryKey } from '../runtime/verbs.ts';
import { mountText } from '../spec/mount-text.ts';
import { instanceOf } from '../runtime/run-key.ts';
import { cannotRun, hasEnded } from '../pod/restart.ts';
import type { EngineContainer } from '../runtime/snapshot.ts';
import type { State } from '../state/state.ts';
import { failureText } from '../runtime/failure-text.ts';
import { goDuration } from '../runtime/time.ts';

export interface Happening {
  readonly level: 'normal' | 'warning';
  /** `POD` or `POD/CONTAINER`; '' for the project as a whole. */
  readonly about: string;
  readonly text: string;
  /** What failed, where something did: how to call it, and that it has failed so before, is the reader's. */
  readonly failed?: Failed;
}

export type Failed =
  | {
      readonly kind: 'action';
      readonly planned: Planned;
      readonly failure: Failure;
      /** `; trying again in 10s`; '' where something else decides that. */
      readonly again: string;
    }
  | { readonly kind: 'hook'; readonly what: 'PostStartHook' | 'PreStopHook'; readonly message: string };

/** What happened between two states, by the input that led from one to the other. */
export function tell(before: State, after: State, input: Input): readonly Happening[] {
  return [...happenings(before, after, input), ...missing(before, after), ...unscheduled(before, after)];
}

/** Why a Pod has no node: while a start is shown, its status says it. */
function unscheduled(before: State, after: State): Happening[] {
  if (before.shared.refused === after.shared.refused) return [];
  return [...after.shared.refused].flatMap(([key, { reason, message }]): Happening[] => {
    if (before.shared.refused.get(key)?.message === message) return [];
    return [{ level: 'normal', about: podLabel(readPodKey(key)), text: `${reason}: ${message}` }];
  });
}

/** A hook that has failed, with what it said: in the kubelet's log too, and not in the event (kuberuntime_container.go). */
function hookFailure({ hook, result }: Extract<Input, { kind: 'hooked' }>): Happening[] {
  if (result.ok) return [];
  const what = hook.type === 'postStart' ? 'PostStartHook' : 'PreStopHook';
  const about = aboutParts(podLabel(hook.pod), hook.container);
  const { message } = result;
  return [{ level: 'warning', about, text: `${what} failed: ${message}`, failed: { kind: 'hook', what, message } }];
}

/** What a container or a volume takes and is not there: while a start is shown, its status says it. */
function missing(before: State, after: State): Happening[] {
  const missingIn = (pod: PodState | undefined) => [
    ...(pod?.memory.misconfigured ?? []),
    ...(pod?.memory.badImages ?? []),
  ];
  return changedPods(before, after).flatMap(({ before: was, after: is }) => {
    const known = new Map(missingIn(was));
    return missingIn(is).flatMap(([key, message]): Happening[] => {
      const { uid, container, rest: volume } = readPartKey(key);
      const metadata = is?.memory.applied.get(uid)?.metadata;
      if (metadata === undefined || known.get(key) === message) return [];
      const text = container === '' ? mountText(volume, message) : `container ${container}: ${message}`;
      return [{ level: 'normal', about: podLabel(metadata), text }];
    });
  });
}

function happenings(before: State, after: State, input: Input): readonly Happening[] {
  switch (input.kind) {
    case 'looked':
    case 'lookFailed':
      return [...engineHappenings(before, after), ...(input.kind === 'looked' ? endings(before, after) : [])];
    case 'outcome':
      return [
        ...engineHappenings(before, after),
        ...failures(before, after, input.target),
        ...unremoved(before, input),
        ...endings(before, after),
      ];
    case 'seen':
      return endings(before, after);
    case 'checked':
      return verdicts(before, after, input.check);
    case 'hooked':
      return hookFailure(input);
    case 'condition':
    case 'restart':
    case 'delete':
    case 'hand':
    case 'createJob':
    case 'hold':
    case 'release':
    case 'project':
    case 'files':
    case 'intent':
    case 'served':
    case 'tick':
      return [];
  }
}

function engineHappenings(before: State, after: State): Happening[] {
  if (before.engine.answers === after.engine.answers) return [];
  if (after.engine.answers) return [{ level: 'normal', about: '', text: 'the engine answers again' }];
  const text = `the engine does not answer (${after.engine.failure?.message ?? ''}); retrying every second`;
  return [{ level: 'warning', about: '', text }];
}

/** Containers that ended by themselves or from outside podrun; one may end before it was ever seen to run. */
function endings(before: State, after: State): Happening[] {
  return changedPods(before, after).flatMap((change) =>
    containersOf(change.before)
      .filter((was) => !isOver(was))
      .flatMap((was) => ending(before, after, change, was)),
  );
}

function ending(before: State, after: State, change: PodChange, was: EngineContainer): Happening[] {
  const about = aboutOf(was);
  const is = findContainer(after, change.after, was.id);
  if (about === undefined || before.intent.kind === 'down') return [];
  if (change.before?.memory.stops.has(instanceOf(is ?? was)) === true || isBeingRemoved(before, was)) return [];
  if (is === undefined || is.state === 'removing')
    return [{ level: 'warning', about, text: 'was removed outside podrun' }];
  if (is.name !== was.name)
    return [{ level: 'warning', about, text: `was renamed to ${is.name}; podrun no longer manages it` }];
  if (kindOf(was.labels) === 'infra') return hasEnded(is) ? infraEnding(before, about, is) : [];
  // A command that could not be run was told when its start failed.
  if (hasEnded(is)) return cannotRun(is) ? [] : [containerEnding(about, is)];
  return is.state === 'paused' && was.state !== 'paused' && !isGuarded(before, was)
    ? [{ level: 'warning', about, text: 'was paused outside podrun' }]
    : [];
}

const isOver = (container: EngineContainer): boolean => hasEnded(container) || container.state === 'removing';

function infraEnding(before: State, about: string, infra: EngineContainer): Happening[] {
  const killed = [...before.inFlight.values()].some(
    ({ action }) => action.verb === 'killContainer' && action.id === infra.id,
  );
  const expected =
    killed || before.done.some(({ action }) => action.verb === 'killContainer' && action.id === infra.id);
  return expected ? [] : [{ level: 'warning', about, text: 'the sandbox is lost: its infra container has ended' }];
}

function containerEnding(about: string, container: EngineContainer): Happening {
  const { exitCode, startedAtMs, finishedAtMs } = container;
  const ranMs = startedAtMs === undefined || finishedAtMs === undefined ? undefined : finishedAtMs - startedAtMs;
  const after = ranMs === undefined ? '' : ` after ${goDuration(ranMs)}`;
  const oom = container.oomKilled && exitCode === 137 ? ' (OOMKilled)' : '';
  return {
    level: exitCode === 0 ? 'normal' : 'warning',
    about,
    text: `ended with exit code ${exitCode}${oom}${after}`,
  };
}

function failures(before: State, after: State, target: string): Happening[] {
  const planned = before.inFlight.get(target);
  if (planned === undefined) return [];
  const pod = planned.pod === undefined ? undefined : podAt(after.pods, podKey(planned.pod))?.memory;
  const retry = retriesOf({ shared: after.shared, pod }, planned.action).get(retryKey(planned.action));
  const failure = retry?.failure;
  if (retry === undefined || failure === undefined || !isWorthTelling(planned.action, failure)) return [];
  const about = planned.pod === undefined ? '' : aboutParts(podLabel(planned.pod), planned.container);
  // A container's failed start may be an end of it: then its restart policy says when it starts again.
  const isEnd = planned.action.verb === 'startContainer' && planned.container !== undefined;
  const again = isEnd ? '' : `; ${againText(retry)}`;
  return [
    {
      level: 'warning',
      about,
      text: `${failureText(failure)}${again}`,
      failed: { kind: 'action', planned, failure, again },
    },
  ];
}

const againText = ({ failure, untilMs, failedAtMs }: Retry): string =>
  failure.lasting === true
    ? 'an edit of its context tries it again'
    : `trying again in ${goDuration(untilMs - failedAtMs)}`;

/** What was deleted here and stays in a container. */
function unremoved(before: State, { target, outcome }: Extract<Input, { kind: 'outcome' }>): Happening[] {
  const planned = before.inFlight.get(target);
  if (planned?.pod === undefined || !outcome.ok || outcome.verb !== 'syncFiles') return [];
  if (outcome.unremoved === undefined) return [];
  const about = aboutParts(podLabel(planned.pod), planned.container);
  return [{ level: 'warning', about, text: outcome.unremoved }];
}

/** An answer that only says "look again" is no news; nor is that an image must be pulled first. */
function isWorthTelling(action: EngineAction, failure: Failure): boolean {
  if (failure.kind === 'refused' || failure.kind === 'config') return true;
  return failure.kind === 'noImage' && (action.verb === 'pullImage' || action.verb === 'buildImage');
}

function verdicts(before: State, after: State, { key, pod }: Check): Happening[] {
  const { container, rest: type } = readPartKey(key);
  const was = podAt(before.pods, podKey(pod))?.memory.probes.get(key);
  const is = podAt(after.pods, podKey(pod))?.memory.probes.get(key);
  if (is === undefined || was?.instance !== is.instance || was.passing === is.passing) return [];
  const about = aboutParts(podLabel(pod), container);
  if (is.passing) return [{ level: 'normal', about, text: type === 'readiness' ? 'is ready' : 'is alive again' }];
  const name = type === 'liveness' ? 'Liveness' : 'Readiness';
  return [{ level: 'warning', about, text: `${name} probe failed: ${is.output}` }];
}

function isBeingRemoved(before: State, container: EngineContainer): boolean {
  const isIt = (action: EngineAction) => action.verb === 'removeContainer' && action.id === container.id;
  return (
    [...before.inFlight.values()].some(({ action }) => isIt(action)) || before.done.some(({ action }) => isIt(action))
  );
}

function isGuarded(before: State, container: EngineContainer): boolean {
  return [...before.inFlight.values()].some(
    ({ action }) => action.verb === 'startContainer' && action.guard?.pauseIds.includes(container.id),
  );
}

function aboutOf(container: EngineContainer): string | undefined {
  const ref = podRefOf(container.labels);
  return ref === undefined ? undefined : aboutParts(podLabel(ref), container.labels[label.containerName]);
}

const aboutParts = (pod: string, container: string | undefined): string =>
  container === undefined ? pod : `${pod}/${container}`;
