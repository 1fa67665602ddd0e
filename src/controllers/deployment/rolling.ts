/**
 * A rolling update (pkg/controller/deployment/rolling.go): never more Pods than replicas + maxSurge, and never fewer
 * available ones than replicas - maxUnavailable for the update's sake.
 */
import { fenceposts } from '../../model/workload.ts';
import type { Rolling } from '../../model/workload.ts';
import type { Availability } from '../availability.ts';
import { keptOf, totalOf } from './sets.ts';
import type { OwnedSet } from './sets.ts';

export interface Rollout {
  readonly replicas: number;
  /** Of the template as it is now. */
  readonly fresh: OwnedSet;
  /** Of those before, in the order in which they were made. */
  readonly old: readonly OwnedSet[];
}

/** As many steps as can be taken at once. */
export function rollOver(strategy: Rolling, rollout: Rollout, { isAvailable }: Availability): Rollout {
  const { replicas } = rollout;
  const { maxSurge, maxUnavailable } = fenceposts(strategy, replicas);
  const minAvailable = replicas - maxUnavailable;
  const availableOf = (set: OwnedSet): number => keptOf(set).filter(isAvailable).length;
  let { fresh, old } = rollout;
  for (;;) {
    const size = Math.min(replicas, fresh.size + Math.max(0, replicas + maxSurge - fresh.size - totalOf(old)));
    fresh = { ...fresh, size };
    const most = size + totalOf(old) - minAvailable - (size - availableOf(fresh));
    if (most <= 0) return { replicas, fresh, old };
    const cleaned = shrink(old, most, (set) => set.size - availableOf(set));
    const spare = availableOf(fresh) + cleaned.reduce((sum, set) => sum + availableOf(set), 0) - minAvailable;
    const shrunk = shrink(cleaned, spare, (set) => set.size);
    if (totalOf(shrunk) === totalOf(old)) return { replicas, fresh, old };
    old = shrunk;
  }
}

/** So many fewer in all, the oldest first, and of each no more than it says. */
function shrink(sets: readonly OwnedSet[], most: number, mostOf: (set: OwnedSet) => number): readonly OwnedSet[] {
  let left = Math.max(0, most);
  return sets.map((set) => {
    const fewer = Math.min(left, mostOf(set));
    left -= fewer;
    return fewer === 0 ? set : { ...set, size: set.size - fewer };
  });
}
