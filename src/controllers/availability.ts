/** When a Pod counts as available (pkg/api/v1/pod/util.go IsPodAvailable): Ready for at least minReadySeconds. */
import type { OwnedPod } from './decision.ts';

export interface Availability {
  readonly isAvailable: (pod: OwnedPod) => boolean;
  /** When the next of these becomes available if it stays Ready; Infinity: none does. */
  readonly nextAtMs: (pods: readonly OwnedPod[]) => number;
}

export function availabilityAt(nowMs: number, minReadySeconds: number): Availability {
  const atMs = ({ readySinceMs }: OwnedPod): number => (readySinceMs ?? Infinity) + minReadySeconds * 1000;
  return {
    isAvailable: (pod) => atMs(pod) <= nowMs,
    nextAtMs: (pods) => Math.min(Infinity, ...pods.map(atMs).filter((ms) => ms > nowMs)),
  };
}
