/** A Job: which Pods begin and end now, and what it has come to (syncJob of pkg/controller/job/job_controller.go). */
import type { Job } from '../../model/job.ts';
import { isActive } from '../decision.ts';
import type { EndCause } from '../decision.ts';
import { tally } from './count.ts';
import type { Tally } from './count.ts';
import { isGoing, isValid } from './job-pod.ts';
import type { JobPod } from './job-pod.ts';
import { manage } from './manage.ts';
import type { JobBegin } from './manage.ts';
import { finishOf, isSameStatus, trueCondition, withCondition } from './status.ts';
import type { JobCondition, JobStatus } from './status.ts';
import { deadlineMs, verdictOf } from './verdict.ts';

export interface JobDecision {
  /** The same object as before where nothing has changed. */
  readonly status: JobStatus;
  readonly begin: readonly JobBegin[];
  /** The Pods that are to be deleted, by name. */
  readonly end: ReadonlyMap<string, EndCause>;
  /** When it is to be asked again though none of its Pods changes; Infinity: never. */
  readonly wakeAtMs: number;
}

/**
 * @param before what the last decision came to
 * @param pods all that it owns, also those that have ended
 */
export function reconcileJob(job: Job, before: JobStatus, pods: readonly JobPod[], nowMs: number): JobDecision {
  const decision = decide(job, before, pods, nowMs);
  return isSameStatus(decision.status, before) ? { ...decision, status: before } : decision;
}

function decide(job: Job, before: JobStatus, pods: readonly JobPod[], nowMs: number): JobDecision {
  if (job.isManagedElsewhere) return { status: before, begin: [], end: new Map(), wakeAtMs: Infinity };
  if (before.isExpired === true) return expire(before, pods);
  const finish = finishOf(before);
  if (finish !== undefined) return afterFinish(job, before, finish, pods, nowMs);
  const isResumed = !job.suspend && trueCondition(before, 'Suspended') !== undefined;
  const startedAtMs = isResumed ? nowMs : (before.startedAtMs ?? (job.suspend ? undefined : nowMs));
  const counted = tally(job, { ...before, ...(startedAtMs === undefined ? {} : { startedAtMs }) }, pods, nowMs);
  const verdict = verdictOf(job, counted, pods, nowMs);
  if (verdict !== undefined) return endWith(job, counted, verdict, pods, nowMs);
  const managed = manage(job, counted, pods, nowMs);
  const after = pods.filter((pod) => isActive(pod) && !managed.end.has(pod.name));
  if (isComplete(job, counted.status, after.length + managed.begin.length))
    return endWith(job, counted, reached(nowMs), pods, nowMs);
  const status = withSuspension(job, counted.status, nowMs);
  return {
    ...managed,
    status: { ...status, counted: withEnded(status.counted, managed.end, pods) },
    wakeAtMs: Math.min(managed.wakeAtMs, deadlineMs(job, status)),
  };
}

const reached = (atMs: number): JobCondition => ({
  type: 'SuccessCriteriaMet',
  status: 'True',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
  atMs,
});

function isComplete({ completions }: Job, { succeeded }: JobStatus, active: number): boolean {
  return active === 0 && (completions === undefined ? succeeded > 0 : succeeded >= completions);
}

/** What is active ends; the Job has when none of its Pods is left on its way out (enactJobFinished). */
function endWith(
  job: Job,
  { status }: Tally,
  verdict: JobCondition,
  pods: readonly JobPod[],
  nowMs: number,
): JobDecision {
  const isFailure = verdict.type === 'FailureTarget';
  const end = new Map(
    pods.filter(isActive).map(({ name }): [string, EndCause] => [name, isFailure ? 'jobFailed' : 'jobComplete']),
  );
  const known = new Set(status.counted);
  const cutOff = pods.filter(
    (pod) => end.has(pod.name) && isValid(job, pod) && pod.uid !== undefined && !known.has(pod.uid),
  );
  const ended: JobStatus = {
    ...status,
    // Of a Job that fails what was still active has failed.
    failed: status.failed + (isFailure ? cutOff.length : 0),
    conditions: withCondition(status.conditions, verdict),
    counted: withEnded(status.counted, end, pods),
  };
  if (end.size > 0 || pods.some(isGoing)) return { status: ended, begin: [], end, wakeAtMs: Infinity };
  const finish: JobCondition = { ...verdict, type: isFailure ? 'Failed' : 'Complete', atMs: nowMs };
  const finished = {
    ...ended,
    conditions: withCondition(ended.conditions, finish),
    ...(isFailure ? {} : { completedAtMs: nowMs }),
  };
  return { ...afterFinish(job, finished, finish, pods, nowMs) };
}

/** Pods that the Job ends itself do not count again when they have ended. */
function withEnded(
  counted: readonly string[],
  end: ReadonlyMap<string, EndCause>,
  pods: readonly JobPod[],
): readonly string[] {
  const uids = pods.flatMap(({ name, uid }) => (uid !== undefined && end.has(name) ? [uid] : []));
  return uids.length === 0 ? counted : [...new Set([...counted, ...uids])].toSorted();
}

/** Its Pods stay, unless ttlSecondsAfterFinished bounds that (pkg/controller/ttlafterfinished). */
function afterFinish(
  { ttlSecondsAfterFinished: ttl = Infinity }: Job,
  status: JobStatus,
  finish: JobCondition,
  pods: readonly JobPod[],
  nowMs: number,
): JobDecision {
  const atMs = finish.atMs + ttl * 1000;
  if (atMs > nowMs) {
    // One that was being made when the Job ended.
    const late = pods
      .filter(isActive)
      .map(({ name }): [string, EndCause] => [name, finish.type === 'Failed' ? 'jobFailed' : 'jobComplete']);
    return { status, begin: [], end: new Map(late), wakeAtMs: atMs };
  }
  return expire({ ...status, isExpired: true }, pods);
}

function expire(status: JobStatus, pods: readonly JobPod[]): JobDecision {
  const there = pods.filter(({ isTerminating }) => !isTerminating);
  return { status, begin: [], end: new Map(there.map(({ name }) => [name, 'expired'])), wakeAtMs: Infinity };
}

/** A Job that is resumed starts anew. */
function withSuspension({ suspend }: Job, status: JobStatus, atMs: number): JobStatus {
  const next: JobCondition = suspend
    ? { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended', atMs }
    : { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed', atMs };
  const conditions = withCondition(status.conditions, next);
  if (conditions === status.conditions) return status;
  return { ...status, conditions, ...(suspend ? {} : { startedAtMs: atMs }) };
}
