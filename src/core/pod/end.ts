/** The end of a Pod: when it is finished, by itself or by its deadline, and that this is written down once. */
import type { Pod, PodSpec } from '../../model/pod.ts';
import { birthOf } from './birth.ts';
import { isToRestart } from './command.ts';
import { evictionMessage } from './eviction.ts';
import { isSidecar, sandboxFacts } from '../runtime/facts.ts';
import type { ContainerEnd, PodEnd } from '../runtime/labels.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { isOver as isOverPhase } from '../status/phase.ts';
import { reason } from '../runtime/reason.ts';
import type { Reason } from '../runtime/reason.ts';
import { wakeAt } from '../state/planner.ts';
import type { PodPlanner } from '../state/planner.ts';
import { writeRecord } from './record.ts';
import { appliedPolicy, askedBy, endedAtMs, hasEnded, isOver, isRunning, restarts } from './restart.ts';
import type { Asked } from './restart.ts';
import { allInstances } from './sandbox.ts';

/** True when the Pod's end is recorded, or its containers say so: its phase is Succeeded or Failed. */
export function isFinished(spec: PodSpec, observed: ObservedPod, asked: Asked): boolean {
  return observed.record.end !== undefined || hasAllEnded(spec, observed, asked) || hasInitFailed(spec, observed);
}

/** True when the Pod is finished; what is new about that is written to its record. */
export function planEnd(p: PodPlanner, pod: Pod, observed: ObservedPod): boolean {
  if (observed.record.end !== undefined) {
    completeEnd(p, observed, observed.record.end);
    return true;
  }
  if (isFinished(pod.spec, observed, askedBy(p.memory))) {
    const succeeded =
      !hasInitFailed(pod.spec, observed) && newestOf(pod.spec, observed).every((container) => container.exitCode === 0);
    record(p, pod, observed, { phase: succeeded ? 'Succeeded' : 'Failed' }, { kind: 'allEnded' });
    return true;
  }
  // It was told so before that could be written down: what has left the engine since, or an edit, does not take it back.
  const told = p.memory.statuses.get(observed.uid)?.phase;
  if (isOverPhase(told)) {
    record(p, pod, observed, { phase: told }, { kind: 'allEnded' });
    return true;
  }
  const evicted = evictionMessage(p, pod, observed);
  if (evicted !== undefined) {
    record(
      p,
      pod,
      observed,
      { phase: 'Failed', reason: 'Evicted', message: evicted },
      { kind: 'evicted', message: evicted },
    );
    return true;
  }
  const { activeDeadlineSeconds } = pod.spec;
  if (activeDeadlineSeconds === undefined) return false;
  const dueMs = birthOf(p.memory, observed.uid, observed, p.nowMs).acceptedAtMs + activeDeadlineSeconds * 1000;
  if (p.nowMs < dueMs) {
    wakeAt(p, dueMs);
    return false;
  }
  const message = 'Pod was active on the node longer than the specified deadline';
  record(
    p,
    pod,
    observed,
    { phase: 'Failed', reason: 'DeadlineExceeded', message },
    { kind: 'deadline', seconds: activeDeadlineSeconds },
  );
  return true;
}

/** What ended only after the end was recorded, by its deadline or as a sidecar, is added once nothing runs any more. */
function completeEnd(p: PodPlanner, observed: ObservedPod, end: PodEnd): void {
  const containers = containerEnds(observed);
  const missing = Object.keys(containers).filter((name) => end.containers[name] === undefined);
  if (missing.length === 0 || allInstances(observed).some(({ container }) => isRunning(container))) return;
  const all = { ...containers, ...end.containers };
  writeRecord(p, observed, { ...observed.record, end: { ...end, containers: all } }, reason('lastEnded'));
}

function hasAllEnded(spec: PodSpec, observed: ObservedPod, asked: Asked): boolean {
  return spec.containers.every((container) => {
    const newest = observed.instances.get(container.name)?.[0];
    if (newest === undefined || isToRestart(observed, newest)) return false;
    return hasEnded(newest.container) && isOver(appliedPolicy(spec, observed, container), newest.container, asked);
  });
}

/** A plain init container that has failed and does not restart ends the Pod (docs/pod-lifecycle.md#init-containers). */
function hasInitFailed(spec: PodSpec, observed: ObservedPod): boolean {
  const regular = spec.containers.flatMap(({ name }) => observed.instances.get(name) ?? []);
  return spec.initContainers.some((container) => {
    const newest = observed.instances.get(container.name)?.[0]?.container;
    if (isSidecar(container) || newest === undefined || !hasEnded(newest) || newest.exitCode === 0) return false;
    if (restarts(appliedPolicy(spec, observed, container), newest.exitCode)) return false;
    // Once a regular container of its sandbox is there, the Pod is initialized.
    return !regular.some((instance) => instance.container.joinedTo === newest.joinedTo);
  });
}

function newestOf(spec: PodSpec, observed: ObservedPod) {
  return spec.containers.flatMap(({ name }) => observed.instances.get(name)?.[0]?.container ?? []);
}

function record(
  p: PodPlanner,
  pod: Pod,
  observed: ObservedPod,
  end: Omit<PodEnd, 'facts' | 'containers'>,
  cause: Reason,
): void {
  const facts = observed.facts ?? sandboxFacts(pod);
  const containers = containerEnds(observed);
  writeRecord(p, observed, { ...observed.record, end: { ...end, facts, containers } }, [cause]);
}

function containerEnds({ instances }: ObservedPod): Record<string, ContainerEnd> {
  const containers: Record<string, ContainerEnd> = {};
  for (const [name, [newest]] of instances) {
    if (newest === undefined || !hasEnded(newest.container)) continue;
    const { container, attempt, facts } = newest;
    const finishedAtMs = endedAtMs(container);
    containers[name] = {
      attempt,
      exitCode: container.exitCode,
      startedAtMs: container.startedAtMs ?? finishedAtMs,
      finishedAtMs,
      ...(facts === undefined ? {} : { facts }),
    };
  }
  return containers;
}
