/**
 * A rolling update (pkg/controller/deployment/rolling.go): never more Pods than replicas + maxSurge, and never fewer
 * available ones than replicas - maxUnavailable for the update's sake.
 */
import { fenceposts } from '../../model/workload.ts';
import type { Rolling } from '../../model/workload.ts';
import type { Availability } from '../availability.ts';
import type { Decision, EndCause, OwnedPod } from '../decision.ts';
import { beforeInScaleDown } from '../victims.ts';

export interface Rollout {
  readonly replicas: number;
  readonly active: readonly OwnedPod[];
  readonly isNew: (pod: OwnedPod) => boolean;
  readonly availability: Availability;
}

export function rollOver(strategy: Rolling, { replicas, active, isNew, availability }: Rollout): Decision {
  const { maxSurge, maxUnavailable } = fenceposts(strategy, replicas);
  const { isAvailable } = availability;
  const end = new Map<string, EndCause>();
  const fresh = active.filter(isNew).toSorted(beforeInScaleDown);
  for (const { name } of fresh.slice(0, Math.max(0, fresh.length - replicas))) end.set(name, 'scaledDown');
  const kept = fresh.filter(({ name }) => !end.has(name));
  const minAvailable = replicas - maxUnavailable;
  const freshAvailable = kept.filter(isAvailable).length;
  // A ReplicaSet of an older template goes before a younger one.
  let old = active.filter((pod) => !isNew(pod)).toSorted(byReplicaSet(active));
  let freshCount = kept.length;
  let begin = 0;
  const take = (pod: OwnedPod, cause: EndCause): void => {
    end.set(pod.name, cause);
    old = old.filter((each) => each !== pod);
  };
  for (;;) {
    const more = Math.min(replicas + maxSurge - freshCount - old.length, replicas - freshCount);
    if (more > 0) {
      begin += more;
      freshCount += more;
    }
    const most = freshCount + old.length - minAvailable - (freshCount - freshAvailable);
    const unhealthy = old.filter((pod) => !isAvailable(pod)).slice(0, Math.max(0, most));
    for (const pod of unhealthy) take(pod, 'unhealthy');
    const spare = freshAvailable + old.filter(isAvailable).length - minAvailable;
    const going = most > 0 ? old.slice(0, Math.max(0, spare)) : [];
    for (const pod of going) take(pod, 'updated');
    if (unhealthy.length + going.length === 0) break;
  }
  return { begin, end, wakeAtMs: availability.nextAtMs([...kept, ...old]) };
}

/** The Pods of the ReplicaSet that is oldest first, and of one ReplicaSet as it is scaled down. */
function byReplicaSet(active: readonly OwnedPod[]): (a: OwnedPod, b: OwnedPod) => number {
  const bornAtMs = new Map<string | undefined, number>();
  for (const { revision, createdAtMs } of active)
    bornAtMs.set(revision, Math.min(createdAtMs, bornAtMs.get(revision) ?? Infinity));
  return (a, b) => {
    const [one, other] = [bornAtMs.get(a.revision) ?? 0, bornAtMs.get(b.revision) ?? 0];
    return one === other ? beforeInScaleDown(a, b) : one < other ? -1 : 1;
  };
}
