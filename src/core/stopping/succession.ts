/**
 * Ending an instance that another is to follow. Kubernetes decides on both at once (kuberuntime_manager.go
 * computePodActions); podrun may die between the two, and may not take an end of its own making for the Pod's.
 */
import { withEntry } from '../state/entries.ts';
import type { Reason } from '../runtime/reason.ts';
import type { FollowedStop, Follows } from '../runtime/labels.ts';
import type { Instance, ObservedPod } from '../runtime/observed.ts';
import { reason } from '../runtime/reason.ts';
import type { PodPlanner } from '../state/planner.ts';
import type { PodMemoryDraft } from '../state/pod-memory.ts';
import { instanceOf } from '../runtime/run-key.ts';
import { writeRecord } from '../pod/record.ts';
import { isFollowed, isRunning } from '../pod/restart.ts';
import type { Policy } from '../pod/restart.ts';
import { stopInstance } from './stop.ts';
import type { HowToStop } from './stop.ts';

export interface Succession extends HowToStop {
  readonly follows: Follows;
}

/**
 * Stops an instance for the next one. Where its exit code alone could make the Pod finished, the record says first what
 * it is stopped for; an engine that refuses to write does not keep it running.
 * @returns true when it has ended
 */
export function stopForNext(
  p: PodPlanner,
  pod: ObservedPod,
  policy: Policy,
  instance: Instance,
  { follows, ...how }: Succession,
): boolean {
  const { container, name } = instance;
  const run = instanceOf(container);
  if (!isRunning(container)) return true;
  if (!p.memory.stops.has(run)) {
    const isInDoubt = policy.restartPolicy !== 'Always' && isFollowed(follows, policy.restartPolicy);
    if (isInDoubt && !writeStop(p, pod, name, { run, follows }, how.because)) {
      p.wanted += 1;
      return false;
    }
    p.memory.stops = withEntry(p.memory.stops, run, {
      because: how.because,
      askedAtMs: p.nowMs,
      graceMs: how.graceMs,
      follows,
    });
  }
  return stopInstance(p, pod, instance, how);
}

/** True when it is written down, or cannot be. */
function writeStop(p: PodPlanner, pod: ObservedPod, name: string, stop: FollowedStop, why: readonly Reason[]): boolean {
  if (pod.record.stops?.[name]?.run === stop.run) return true;
  const stops = { ...pod.record.stops, [name]: stop };
  const volume = writeRecord(p, pod, { ...pod.record, stops }, why, name);
  return p.memory.retries.get(`createVolume ${volume}`)?.failure.kind === 'refused';
}

/** What the records say was stopped for another to follow is known again: the podrun that stopped it may have died. */
export function recallStops(memory: PodMemoryDraft, lives: readonly ObservedPod[], nowMs: number): void {
  for (const { record, instances } of lives)
    for (const [name, { run, follows }] of Object.entries(record.stops ?? {})) {
      const container = instances.get(name)?.find((instance) => instanceOf(instance.container) === run)?.container;
      if (container === undefined || memory.stops.has(run)) continue;
      // What has ended was told of when it was stopped.
      const because = isRunning(container) ? reason('beingEnded') : [];
      memory.stops = withEntry(memory.stops, run, { because, askedAtMs: nowMs, graceMs: Infinity, follows });
    }
}
