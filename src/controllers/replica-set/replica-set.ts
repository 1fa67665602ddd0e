/** A ReplicaSet or ReplicationController (pkg/controller/replicaset/replica_set.go manageReplicas). */
import type { ReplicaSet } from '../../model/workload.ts';
import { availabilityAt } from '../availability.ts';
import { isActive } from '../decision.ts';
import type { Decision, OwnedPod } from '../decision.ts';
import { beforeInScaleDown } from '../victims.ts';

/** What is finished or on its way out is replaced; what has failed stays to be read. */
export function reconcileReplicaSet(set: ReplicaSet, pods: readonly OwnedPod[], nowMs: number): Decision {
  const active = pods.filter(isActive);
  const { begin, end } = manageReplicas(set.replicas, active);
  return {
    begin,
    end: new Map(end.map(({ name }) => [name, 'scaledDown'])),
    wakeAtMs: availabilityAt(nowMs, set.minReadySeconds).nextAtMs(active),
  };
}

/**
 * As many Pods as there are to be, and no more.
 * @param active in any order
 * @returns how many are missing, and which are too many: the one that goes first first
 */
export function manageReplicas(
  replicas: number,
  active: readonly OwnedPod[],
): { readonly begin: number; readonly end: readonly OwnedPod[] } {
  const surplus = Math.max(0, active.length - replicas);
  return {
    begin: Math.max(0, replicas - active.length),
    end: active.toSorted(beforeInScaleDown).slice(0, surplus),
  };
}
