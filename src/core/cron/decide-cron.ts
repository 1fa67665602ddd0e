/** One CronJob: what its controller decides, as the Jobs that are to be there. */
import { reconcileCron } from '../../controllers/cron-job/cron-job.ts';
import type { CronDecision, CronStatus, OwnedJob } from '../../controllers/cron-job/cron-job.ts';
import { finishOf } from '../../controllers/job/status.ts';
import type { CronJob } from '../../model/job.ts';
import { standingOf } from '../admission/hold.ts';
import type { JobRun } from '../jobs/jobs-memory.ts';
import { jobUnit } from '../jobs/same-job.ts';
import type { CronRun } from '../state/cron-memory.ts';
import { surroundings } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { keptStatus } from './cron-record.ts';
import { makeRun } from './cron-runs.ts';
import { timesOf } from './cron-times.ts';
import { jobRunOf } from './run-ends.ts';

/** @param runs of all CronJobs, by unit: the Job that begins is added, those that go are marked */
export function decideCron(
  draft: Draft,
  unit: string,
  cron: CronJob,
  runs: Map<string, CronRun>,
  nowMs: number,
): Pick<CronDecision, 'status' | 'wakeAtMs'> {
  const seen = surroundings(draft);
  const standing = standingOf(draft.state.self.project, seen, draft.shared, unit);
  const own = [...runs].filter(([, run]) => run.cron === unit && run.gone === undefined);
  if (standing === 'held') for (const [key, run] of own) runs.set(key, { ...run, gone: { kind: 'heldDown' } });
  const jobs = own.map(([key, run]) => viewOf(run, jobRunOf(draft, key)));
  const known = draft.shared.crons.statuses.get(unit);
  const before: Partial<CronStatus> = known ?? keptStatus(seen.objects.get(unit)?.record);
  const decision = reconcileCron(
    standing === 'free' ? cron : { ...cron, suspend: true },
    timesOf(cron, draft.state.self.timeZone),
    before,
    standing === 'held' ? [] : jobs,
    nowMs,
  );
  for (const [name, gone] of decision.end) {
    const key = jobUnit({ name, namespace: cron.namespace });
    const run = runs.get(key);
    if (run !== undefined) runs.set(key, { ...run, gone });
  }
  if (decision.begin !== undefined) {
    const run = makeRun(cron, decision.begin.name);
    runs.set(jobUnit(run.job), run);
  }
  const { status, wakeAtMs } = decision;
  return { status: isSameStatus(known, status) ? known : status, wakeAtMs };
}

const isSameStatus = (known: CronStatus | undefined, status: CronStatus): known is CronStatus =>
  known !== undefined &&
  known.when === status.when &&
  known.dueAtMs === status.dueAtMs &&
  known.lastScheduleMs === status.lastScheduleMs &&
  known.lastSuccessfulMs === status.lastSuccessfulMs;

function viewOf({ job, isByHand }: CronRun, run: JobRun | undefined): OwnedJob {
  const end = run && finishOf(run.status)?.type;
  const completedAtMs = run?.status.completedAtMs;
  return {
    name: job.name,
    startedAtMs: run?.status.startedAtMs ?? run?.createdAtMs ?? Infinity,
    isByHand: isByHand === true,
    ...(end === 'Complete' || end === 'Failed' ? { end } : {}),
    ...(completedAtMs === undefined ? {} : { completedAtMs }),
  };
}
