/** What stays where an end is asked for before anything was decided: a file has no names of Pods that were drawn. */
import type { Project } from '../../model/project.ts';
import { cronUnit } from '../admission/unit.ts';
import { groupOfLife } from '../admission/workload.ts';
import { adoptRuns } from '../cron/cron-runs.ts';
import { jobUnit } from '../jobs/same-job.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { livesOf } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { groupKey } from '../workloads/owned.ts';

/** The file, with all Pods on the engine that are of something that is apart; not those that were selected one by one. */
export function withLivesBeside(draft: Draft, file: Project): Project {
  if (file.apart === undefined) return file;
  const lives = [...livesOf(draft)].map(({ pod }) => ({ key: pod.key, unit: groupOfLife(pod) ?? '' }));
  const apart = unitsBeside(draft, file, new Set(lives.map(({ unit }) => unit)));
  const known = new Set([...file.apart, ...file.pods.map(({ metadata }) => podKey(metadata))]);
  const found = lives.flatMap(({ key, unit }) => (apart.has(unit) && !known.has(key) ? [key] : []));
  return found.length === 0 ? file : { ...file, apart: [...file.apart, ...new Set(found)] };
}

function unitsBeside(
  draft: Draft,
  { workloads = [], jobs = [], cronJobs = [] }: Project,
  lives: ReadonlySet<string>,
): ReadonlySet<string> {
  const own = new Set(jobs.map(jobUnit));
  const crons = new Map(cronJobs.map((cron) => [cronUnit(cron), cron]));
  const runs = adoptRuns(draft, crons, lives, (unit) => own.has(unit));
  return new Set([
    ...workloads.filter(({ apart }) => apart === true).map(groupKey),
    ...jobs.filter(({ apart }) => apart === true).map(jobUnit),
    ...[...runs].flatMap(([unit, { cron }]) => (crons.get(cron)?.apart === true ? [unit] : [])),
  ]);
}
