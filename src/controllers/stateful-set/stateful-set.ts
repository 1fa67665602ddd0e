/**
 * A StatefulSet (pkg/controller/statefulset/stateful_set_control.go updateStatefulSet): Pods with a number each, made
 * in order, deleted and updated in the order that is the reverse.
 */
import { resolveShare } from '../../model/workload.ts';
import type { StatefulSet } from '../../model/workload.ts';
import { availabilityAt } from '../availability.ts';
import type { Availability } from '../availability.ts';
import { isOfRevision, isOver } from '../decision.ts';
import type { EndCause, OwnedPod } from '../decision.ts';

export interface StatefulDecision {
  /** The names of the Pods that are to be made. */
  readonly begin: readonly string[];
  readonly end: ReadonlyMap<string, EndCause>;
  readonly wakeAtMs: number;
}

/** @param names of the Pods that it is to have, by ordinal */
export function reconcileStatefulSet(
  set: StatefulSet,
  names: readonly string[],
  pods: readonly OwnedPod[],
  nowMs: number,
): StatefulDecision {
  const availability = availabilityAt(nowMs, set.minReadySeconds);
  const byName = new Map(pods.map((pod) => [pod.name, pod]));
  const begin: string[] = [];
  const end = new Map<string, EndCause>();
  const decided = (): StatefulDecision => ({ begin, end, wakeAtMs: availability.nextAtMs(pods) });
  const isOrdered = set.podManagementPolicy === 'OrderedReady';
  const isHealthy = (pod: OwnedPod | undefined): boolean =>
    pod !== undefined && !pod.isTerminating && pod.phase === 'Running' && availability.isAvailable(pod);
  for (const name of names) {
    const pod = byName.get(name);
    if (pod === undefined) begin.push(name);
    else if (isOver(pod) && !pod.isTerminating) end.set(name, 'failed');
    // One that has ended is followed by one of its name, and the next waits for that.
    if (isOrdered && !isHealthy(pod)) return decided();
  }
  const condemned = pods
    .filter(({ name }) => !names.includes(name))
    .toSorted(byOrdinal)
    .toReversed();
  if (!scaleDown(condemned, isOrdered, isHealthy, end)) return decided();
  update(set, names, byName, availability, end);
  return decided();
}

/** @returns false while an update has to wait for it */
function scaleDown(
  condemned: readonly OwnedPod[],
  isOrdered: boolean,
  isHealthy: (pod: OwnedPod) => boolean,
  end: Map<string, EndCause>,
): boolean {
  // From the highest ordinal down; the last one found is the lowest.
  const firstUnhealthy = condemned.findLast((pod) => !isHealthy(pod));
  for (const pod of condemned) {
    if (pod.isTerminating) {
      if (isOrdered) return false;
      continue;
    }
    // Those below it are to be healthy first.
    if (isOrdered && !isHealthy(pod) && pod !== firstUnhealthy) return false;
    end.set(pod.name, 'scaledDown');
    if (isOrdered) return false;
  }
  return true;
}

/** From the highest ordinal down to the partition. */
function update(
  { updateStrategy: strategy, revision }: StatefulSet,
  names: readonly string[],
  byName: ReadonlyMap<string, OwnedPod>,
  { isAvailable }: Availability,
  end: Map<string, EndCause>,
): void {
  if (strategy.type === 'OnDelete') return;
  const isMissing = (name: string): boolean => {
    const pod = byName.get(name);
    return pod === undefined || pod.isTerminating || end.has(name) || !isAvailable(pod);
  };
  const isOld = (name: string): boolean => {
    const pod = byName.get(name);
    return pod !== undefined && !pod.isTerminating && !end.has(name) && !isOfRevision(pod, revision);
  };
  const targets = names.slice(strategy.partition).toReversed();
  if (strategy.maxUnavailable === undefined) {
    const next = targets.find((name) => isOld(name) || isMissing(name));
    if (next !== undefined && isOld(next)) end.set(next, 'updated');
    return;
  }
  const most = Math.max(1, resolveShare(strategy.maxUnavailable, names.length, 'down'));
  const room = most - names.filter(isMissing).length;
  for (const name of targets.filter(isOld).slice(0, Math.max(0, room))) end.set(name, 'updated');
}

const byOrdinal = (a: OwnedPod, b: OwnedPod): number => ordinalOf(a.name) - ordinalOf(b.name);

const ordinalOf = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0);
