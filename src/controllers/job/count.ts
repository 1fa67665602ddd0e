/**
 * Counts the Pods that have ended since a Job was last looked at. Kubernetes keeps a Pod by a finalizer until it is in the
 * status; here the status says which of the Pods are in it (trackJobStatusAndRemoveFinalizers).
 */
import type { Job } from '../../model/job.ts';
import { backOffAfter, endMsOf } from './back-off.ts';
import { failureOf } from './failure-policy.ts';
import { readIndexes, writeIndexes } from './indexes.ts';
import { isFailed, isValid } from './job-pod.ts';
import type { JobPod } from './job-pod.ts';
import type { IndexFailures, JobStatus } from './status.ts';

export interface Tally {
  readonly status: JobStatus;
  /** Of an Indexed Job. */
  readonly succeededIndexes: ReadonlySet<number>;
  readonly failedIndexes: ReadonlySet<number>;
  /** What the podFailurePolicy says where a Pod failed the Job. */
  readonly failJob?: string;
}

/** @param before as it was kept; what it says of Pods that are gone is left out */
export function tally(job: Job, before: JobStatus, pods: readonly JobPod[], nowMs: number): Tally {
  const known = new Set(before.counted);
  const completions = job.completions ?? 0;
  const succeededIndexes = new Set(readIndexes(before.completedIndexes ?? '', completions));
  // The indexes say of themselves which of them have succeeded.
  const isKnown = ({ uid = '', index, phase }: JobPod): boolean =>
    known.has(uid) || (job.isIndexed && phase === 'Succeeded' && index !== undefined && succeededIndexes.has(index));
  const fresh = pods.filter((pod) => pod.uid !== undefined && !isKnown(pod) && isValid(job, pod));
  const succeeded = fresh.filter(({ phase }) => phase === 'Succeeded');
  const failed = fresh.filter((pod) => isFailed(job, pod));
  const countedFailed = failed.filter((pod) => failureOf(job, pod).counts);
  for (const { index } of succeeded) if (job.isIndexed && index !== undefined) succeededIndexes.add(index);
  const perIndex = countPerIndex(job, before, failed, succeededIndexes, nowMs);
  const backOff = backOffAfter(before.backOff, succeeded, failed, nowMs);
  const { backOff: _backOff, indexFailures: _indexFailures, ...rest } = before;
  const there = new Set(pods.map(({ uid }) => uid));
  const failJob = failed.flatMap((pod) => failureOf(job, pod).message ?? []).at(0);
  return {
    status: {
      ...rest,
      succeeded: job.isIndexed ? succeededIndexes.size : before.succeeded + succeeded.length,
      failed: before.failed + countedFailed.length,
      ...(job.isIndexed ? { completedIndexes: writeIndexes(succeededIndexes) } : {}),
      ...(perIndex.failures === undefined
        ? {}
        : { failedIndexes: writeIndexes(perIndex.failed), indexFailures: perIndex.failures }),
      counted: uidsOf(
        [...before.counted, ...[...(job.isIndexed ? [] : succeeded), ...failed].map(({ uid }) => uid)],
        there,
      ),
      ...(backOff === undefined ? {} : { backOff }),
    },
    succeededIndexes,
    failedIndexes: perIndex.failed,
    ...(failJob === undefined ? {} : { failJob }),
  };
}

function uidsOf(uids: readonly (string | undefined)[], there: ReadonlySet<string | undefined>): readonly string[] {
  return [...new Set(uids)].flatMap((uid) => (uid !== undefined && there.has(uid) ? [uid] : [])).toSorted();
}

interface PerIndex {
  readonly failed: ReadonlySet<number>;
  /** Unset without backoffLimitPerIndex. */
  readonly failures?: Readonly<Record<string, IndexFailures>>;
}

/** Which indexes have failed for good, and how often the others have failed (isIndexFailed, getNewIndexFailureCounts). */
function countPerIndex(
  job: Job,
  before: JobStatus,
  failed: readonly JobPod[],
  succeeded: ReadonlySet<number>,
  nowMs: number,
): PerIndex {
  const limit = job.backoffLimitPerIndex;
  if (limit === undefined) return { failed: new Set() };
  const over = new Set(readIndexes(before.failedIndexes ?? '', job.completions ?? 0));
  const failures = new Map(Object.entries(before.indexFailures ?? {}));
  for (const pod of failed) {
    const index = pod.index ?? 0;
    const { counts, action } = failureOf(job, pod);
    const was = failures.get(`${index}`) ?? { failures: 0, ignored: 0, lastAtMs: 0 };
    if (action === 'FailIndex' || (counts && was.failures - was.ignored >= limit)) over.add(index);
    const lastAtMs = Math.max(was.lastAtMs, endMsOf(pod, nowMs));
    failures.set(`${index}`, { failures: was.failures + 1, ignored: was.ignored + (counts ? 0 : 1), lastAtMs });
  }
  const open = [...failures].filter(([index]) => !over.has(Number(index)) && !succeeded.has(Number(index)));
  return { failed: over, failures: Object.fromEntries(open) };
}
