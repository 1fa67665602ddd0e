/** A Deployment that is scaled, and not rolled out (pkg/controller/deployment/sync.go scale). */
import { fenceposts } from '../../model/workload.ts';
import type { Deployment } from '../../model/workload.ts';
import type { Availability } from '../availability.ts';
import { keptOf, totalOf } from './sets.ts';
import type { OwnedSet } from './sets.ts';

/**
 * One ReplicaSet takes all of it; several have it in proportion to what each had, so that a rollout comes no further by it.
 * @param sets all there are, in the order in which they were made
 * @param wanted spec.replicas of the Deployment when they were scaled last
 */
export function scaleSets(
  deployment: Deployment,
  sets: readonly OwnedSet[],
  wanted: number,
  { isAvailable }: Availability,
): readonly OwnedSet[] {
  const { replicas, revision, strategy } = deployment;
  const active = sets.filter(({ size }) => size > 0);
  const fresh = sets.find((set) => set.revision === revision);
  const only = active.length > 1 ? undefined : (active[0] ?? fresh ?? sets.at(-1));
  if (only !== undefined) return sets.map((set) => (set === only ? { ...set, size: replicas } : set));
  // deployment_util.go IsSaturated.
  const isSaturated = (set: OwnedSet): boolean =>
    set.size === replicas && wanted === replicas && keptOf(set).filter(isAvailable).length === replicas;
  if (fresh !== undefined && isSaturated(fresh)) return sets.map((set) => (set === fresh ? set : { ...set, size: 0 }));
  if (strategy.type !== 'RollingUpdate') return sets;
  const surgeOf = (count: number): number => fenceposts(strategy, count).maxSurge;
  const most = replicas > 0 ? replicas + surgeOf(replicas) : 0;
  const more = most - totalOf(active);
  // Of two of one size the younger grows first, the older shrinks first.
  const bySize = (more > 0 ? active.toReversed() : active).toSorted((a, b) => b.size - a.size);
  let added = 0;
  const sizes = new Map<OwnedSet, number>();
  for (const set of bySize) {
    const share = shareOf(set.size, { most, before: wanted + surgeOf(wanted) }, more - added);
    sizes.set(set, set.size + share);
    added += share;
  }
  const [largest] = bySize;
  if (largest !== undefined) sizes.set(largest, Math.max(0, (sizes.get(largest) ?? 0) + more - added));
  return sets.map((set) => ({ ...set, size: sizes.get(set) ?? set.size }));
}

/** What one of them gets more, or fewer (deployment_util.go GetReplicaSetProportion). @param left no more than that */
function shareOf(size: number, { most, before }: { readonly most: number; readonly before: number }, left: number) {
  if (left === 0) return 0;
  const share = Math.round((size * most) / Math.max(1, before)) - size;
  return left > 0 ? Math.min(share, left) : Math.max(share, left);
}
