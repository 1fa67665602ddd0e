/** A Job that an earlier podrun ran to its end, when Pods alone were kept of Jobs: what failed then did not begin again. */
import { tally } from '../../controllers/job/count.ts';
import { newJobStatus } from '../../controllers/job/status.ts';
import type { JobCondition, JobStatus } from '../../controllers/job/status.ts';
import type { Job } from '../../model/job.ts';
import type { Draft } from '../state/draft.ts';
import { uidOfJob, viewOf } from './job-lives.ts';
import type { JobLife } from './job-lives.ts';

type Verdict = Pick<JobCondition, 'type' | 'reason' | 'message'>;

const failed: Verdict = {
  type: 'Failed',
  reason: 'BackoffLimitExceeded',
  message: 'Job has reached the specified backoff limit',
};

const complete: Verdict = {
  type: 'Complete',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};

/** What such a Job has come to; undefined where it was begun by a podrun that keeps Jobs, or may go on. @param lives all that it has */
export function statusBefore(draft: Draft, job: Job, lives: readonly JobLife[]): JobStatus | undefined {
  const isOld = ({ life }: JobLife): boolean =>
    uidOfJob(life) === undefined && life.record.end !== undefined && life.record.deletion === undefined;
  if (lives.length === 0 || !lives.every(isOld)) return undefined;
  const ends = lives.flatMap(({ life: { record } }) => Object.values(record.end?.containers ?? {}));
  if (ends.length === 0) return undefined;
  const startedAtMs = Math.min(...ends.map((end) => end.startedAtMs));
  const atMs = Math.max(...ends.map((end) => end.finishedAtMs));
  const views = lives.map((life) => viewOf(draft, life, false));
  const { status } = tally(job, { ...newJobStatus, startedAtMs }, views, atMs);
  const hasFailed = views.some(({ phase }) => phase === 'Failed');
  if (!hasFailed && status.succeeded < (job.completions ?? 1)) return undefined;
  const verdict = hasFailed ? failed : complete;
  return {
    ...status,
    conditions: [{ ...verdict, status: 'True', atMs }],
    counted: [],
    ...(hasFailed ? {} : { completedAtMs: atMs }),
  };
}
