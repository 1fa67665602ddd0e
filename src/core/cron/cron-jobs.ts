/**
 * What CronJobs do (docs/decisions/cron-jobs.md): the project with the Jobs that they have begun, and of no more finished
 * ones than are to be kept. What becomes of those is for core/jobs.
 */
import type { CronStatus } from '../../controllers/cron-job/cron-job.ts';
import type { CronJob, Job } from '../../model/job.ts';
import type { Project } from '../../model/project.ts';
import { cronUnit } from '../admission/unit.ts';
import { groupOfLife } from '../admission/workload.ts';
import { jobUnit } from '../jobs/same-job.ts';
import { noCrons } from '../state/cron-memory.ts';
import type { CronRun } from '../state/cron-memory.ts';
import { livesOf } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { adoptRuns } from './cron-runs.ts';
import { decideCron } from './decide-cron.ts';
import { endsOf, forgetPast, isGoingOn } from './run-ends.ts';

/**
 * The project with the Jobs of its CronJobs; undefined while there is no file. When the next one begins, and what is
 * remembered of them, is left in the draft.
 */
export function withCronJobs(draft: Draft, given: Project | undefined, nowMs: number): Project | undefined {
  const before = draft.shared.crons;
  if (given?.cronJobs === undefined) {
    if (before.given !== undefined) draft.shared.crons = noCrons;
    return given;
  }
  const isAsked = before.given !== given || draft.project || nowMs >= before.wakeAtMs;
  if (!isAsked && !isGoingOn(draft)) return before.project;
  const crons = new Map(given.cronJobs.map((cron) => [cronUnit(cron), cron]));
  const { runs, apart } = runsOf(draft, given, crons);
  const statuses = new Map<string, CronStatus>();
  let wakeAtMs = Infinity;
  for (const [unit, cron] of crons) {
    if (cron.apart === true) continue;
    const decision = decideCron(draft, unit, cron, runs, nowMs);
    statuses.set(unit, decision.status);
    wakeAtMs = Math.min(wakeAtMs, decision.wakeAtMs);
  }
  const isSame = areSame(before.runs, runs) && areSame(before.statuses, statuses);
  if (!isSame) draft.project = true;
  const jobs = [...(given.jobs ?? []), ...[...runs.values()].map(({ job }) => job), ...apart];
  const slots = [...runs.values()].flatMap((run) => run.slots);
  const project =
    before.given === given && haveSameJobs(before.project, jobs)
      ? before.project
      : { ...given, jobs, pods: [...given.pods, ...slots] };
  draft.shared.crons = { given, ...(project && { project }), statuses, runs, ends: endsOf(draft, runs), wakeAtMs };
  return project;
}

/** The Jobs that are known, and those that the engine tells of, but those of which nothing is left. */
function runsOf(
  draft: Draft,
  given: Project,
  crons: ReadonlyMap<string, CronJob>,
): { readonly runs: Map<string, CronRun>; readonly apart: readonly Job[] } {
  const own = new Set((given.jobs ?? []).map(jobUnit));
  const lives = new Set([...livesOf(draft)].flatMap(({ pod }) => groupOfLife(pod) ?? []));
  const isApart = ({ cron }: CronRun): boolean => crons.get(cron)?.apart === true;
  const runs = new Map(
    [...draft.shared.crons.runs].filter(([unit, run]) => crons.has(run.cron) && !isApart(run) && !own.has(unit)),
  );
  const found = adoptRuns(draft, crons, lives, (unit) => own.has(unit) || runs.has(unit));
  for (const [unit, run] of found) if (!isApart(run)) runs.set(unit, run);
  forgetPast(draft, runs, lives);
  return { runs, apart: [...found.values()].filter(isApart).map(({ job }) => ({ ...job, apart: true })) };
}

/** Those that are apart are made at each look. */
const haveSameJobs = (before: Project | undefined, jobs: readonly Job[]): boolean =>
  before?.jobs?.length === jobs.length &&
  jobs.every((job, index) => {
    const was = before.jobs?.[index];
    return was === job || (job.apart === true && was?.apart === true && jobUnit(was) === jobUnit(job));
  });

const areSame = <V>(before: ReadonlyMap<string, V>, after: ReadonlyMap<string, V>): boolean =>
  before.size === after.size && [...after].every(([key, value]) => before.get(key) === value);
