/** How long a Job waits before the Pod that follows a failed one (pkg/controller/job/backoff_utils.go). */
import type { JobPod } from './job-pod.ts';

const firstMs = 10_000;
const mostMs = 600_000;

/** Failures in a row, and when the last of them was. */
export interface BackOff {
  readonly failures: number;
  readonly lastAtMs: number;
}

/** When the next Pod may begin: 10 s after the first failure in a row, twice as long after each further one, at most 10 min. */
export function backOffEndMs({ failures, lastAtMs }: BackOff): number {
  return failures === 0 ? -Infinity : lastAtMs + Math.min(firstMs * 2 ** (failures - 1), mostMs);
}

/** A Pod that succeeds ends the row; what failed after it begins another. Unset: nothing failed since. */
export function backOffAfter(
  before: BackOff | undefined,
  succeeded: readonly JobPod[],
  failed: readonly JobPod[],
  nowMs: number,
): BackOff | undefined {
  const times = failed.map((pod) => endMsOf(pod, nowMs));
  const lastGoodMs = Math.max(-Infinity, ...succeeded.map((pod) => endMsOf(pod, nowMs)));
  const later = times.filter((ms) => ms > lastGoodMs);
  const row = succeeded.length === 0 ? before : undefined;
  if (later.length === 0) return row;
  return { failures: (row?.failures ?? 0) + later.length, lastAtMs: Math.max(...later) };
}

/** When it ended; one that is deleted before it has ended does so now. */
export const endMsOf = ({ endedAtMs }: JobPod, nowMs: number): number => endedAtMs ?? nowMs;
