/** Which Pods go first when there are too many (controller_utils.go ActivePodsWithRanks). */
import type { OwnedPod } from './decision.ts';

const phaseRank: Readonly<Record<OwnedPod['phase'], number>> = {
  Pending: 0,
  Unknown: 1,
  Running: 2,
  // Not active, so never asked for.
  Succeeded: 3,
  Failed: 3,
};

/** The one that goes before the other has the lower sign. */
export function beforeInScaleDown(a: OwnedPod, b: OwnedPod): number {
  const [readyA, readyB] = [a.readySinceMs, b.readySinceMs];
  return (
    compare(phaseRank[a.phase], phaseRank[b.phase]) ||
    compare(Number(readyA !== undefined), Number(readyB !== undefined)) ||
    // Ready for less time.
    compare(readyB ?? 0, readyA ?? 0) ||
    compare(b.restarts, a.restarts) ||
    // Younger.
    compare(b.createdAtMs, a.createdAtMs) ||
    (a.name < b.name ? 1 : -1)
  );
}

/** Not by their difference: both may be Infinity. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
