/** A DaemonSet on the one node (pkg/controller/daemon: daemon_controller.go manage, update.go rollingUpdate). */
import { resolveShare } from '../../model/workload.ts';
import type { DaemonSet } from '../../model/workload.ts';
import { availabilityAt } from '../availability.ts';
import { isActive, isOfRevision, isOver } from '../decision.ts';
import type { Decision, EndCause, OwnedPod } from '../decision.ts';

export function reconcileDaemonSet(set: DaemonSet, pods: readonly OwnedPod[], nowMs: number): Decision {
  const { updateStrategy: strategy, revision, minReadySeconds } = set;
  const { isAvailable, nextAtMs } = availabilityAt(nowMs, minReadySeconds);
  const running = pods.filter(isActive);
  const fresh = running.find((pod) => isOfRevision(pod, revision));
  const old = running.find((pod) => !isOfRevision(pod, revision));
  const end = new Map<string, EndCause>();
  const surge = strategy.type === 'RollingUpdate' ? resolveShare(strategy.maxSurge, 1, 'up') : 0;
  // A second one is for an update with surge alone; else all but the oldest go.
  const spare = surge > 0 ? [] : running.toSorted(byAge).slice(1);
  for (const { name } of spare) end.set(name, 'spare');
  const isUpdating = strategy.type === 'RollingUpdate' && old !== undefined && !end.has(old.name);
  const isReplaced = fresh !== undefined && (old?.readySinceMs === undefined || isAvailable(fresh));
  if (isUpdating && (surge === 0 || isReplaced)) end.set(old.name, 'updated');
  // One that has failed is deleted, and followed by another (podsShouldBeOnNode).
  for (const pod of pods) if (isOver(pod) && !pod.isTerminating) end.set(pod.name, 'failed');
  // Without surge the next one begins when the one before is gone.
  const begin = surge > 0 ? fresh === undefined : pods.length === 0;
  return { begin: begin ? 1 : 0, end, wakeAtMs: nextAtMs(running) };
}

const byAge = (a: OwnedPod, b: OwnedPod): number => a.createdAtMs - b.createdAtMs || (a.name < b.name ? -1 : 1);
