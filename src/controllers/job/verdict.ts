/** Whether a Job is to end, and why (syncJob of pkg/controller/job/job_controller.go, in its order). */
import type { Job } from '../../model/job.ts';
import type { Tally } from './count.ts';
import type { JobPod } from './job-pod.ts';
import { successOf } from './success-policy.ts';
import { trueCondition } from './status.ts';
import type { JobCondition } from './status.ts';

/** SuccessCriteriaMet or FailureTarget: what is active ends, and nothing begins. Undefined where the Job goes on. */
export function verdictOf(job: Job, counted: Tally, pods: readonly JobPod[], nowMs: number): JobCondition | undefined {
  const { status } = counted;
  const known = trueCondition(status, 'SuccessCriteriaMet') ?? trueCondition(status, 'FailureTarget');
  if (known !== undefined) return known;
  const failure = failureReason(job, counted, pods, nowMs);
  const met = failure === undefined && job.isIndexed ? successOf(job, counted.succeededIndexes) : undefined;
  if (failure !== undefined) {
    const [reason, message] = failure;
    return { type: 'FailureTarget', status: 'True', reason, message, atMs: nowMs };
  }
  if (met === undefined) return undefined;
  return { type: 'SuccessCriteriaMet', status: 'True', reason: 'SuccessPolicy', message: met, atMs: nowMs };
}

function failureReason(
  job: Job,
  { status, failedIndexes, succeededIndexes, failJob }: Tally,
  pods: readonly JobPod[],
  nowMs: number,
): readonly [reason: string, message: string] | undefined {
  if (failJob !== undefined) return ['PodFailurePolicy', failJob];
  if (status.failed > job.backoffLimit || hasRestartedTooOften(job, pods))
    return ['BackoffLimitExceeded', 'Job has reached the specified backoff limit'];
  if (nowMs >= deadlineMs(job, status)) return ['DeadlineExceeded', 'Job was active longer than specified deadline'];
  if (failedIndexes.size > (job.maxFailedIndexes ?? Infinity))
    return ['MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes'];
  const ended = failedIndexes.size + succeededIndexes.size;
  if (failedIndexes.size > 0 && ended >= (job.completions ?? Infinity))
    return ['FailedIndexes', 'Job has failed indexes'];
  return undefined;
}

/** When activeDeadlineSeconds are over; Infinity: never. A suspended Job has no deadline. */
export function deadlineMs({ activeDeadlineSeconds, suspend }: Job, { startedAtMs }: Tally['status']): number {
  if (activeDeadlineSeconds === undefined || startedAtMs === undefined || suspend) return Infinity;
  return startedAtMs + activeDeadlineSeconds * 1000;
}

/** The restarts of what runs count where containers are restarted in place (pastBackoffLimitOnFailure). */
function hasRestartedTooOften({ restartPolicy, backoffLimit }: Job, pods: readonly JobPod[]): boolean {
  if (restartPolicy !== 'OnFailure') return false;
  const running = pods.filter(({ phase }) => phase === 'Running' || phase === 'Pending');
  const restarts = running.reduce((sum, pod) => sum + pod.restarts, 0);
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}
