/** What of a Job's status its Pods tell (batch/v1 JobStatus). */
import { isActive } from '../decision.ts';
import { isGoing } from './job-pod.ts';
import type { JobPod } from './job-pod.ts';

export interface JobCounts {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
}

export function countsOf(pods: readonly JobPod[]): JobCounts {
  const active = pods.filter(isActive);
  const ready = active.filter(({ readySinceMs }) => readySinceMs !== undefined);
  return { active: active.length, ready: ready.length, terminating: pods.filter(isGoing).length };
}
