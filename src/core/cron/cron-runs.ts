/** The Jobs of CronJobs: as they begin, and as an earlier podrun left them on the engine. */
import { firstPods } from '../../model/job.ts';
import type { CronJob, Job } from '../../model/job.ts';
import { jobPods } from '../../model/job-pods.ts';
import { ofTemplate } from '../../model/made-pod.ts';
import { cronUnit } from '../admission/unit.ts';
import { keptJob } from '../jobs/job-record.ts';
import type { ObjectRecord } from '../runtime/labels.ts';
import { readObjectKey } from '../runtime/object-record.ts';
import type { CronRun } from '../state/cron-memory.ts';
import { surroundings } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';

/** A Job of that name as the CronJob makes it now. */
export function makeRun(cron: CronJob, name: string): CronRun {
  const { name: _name, namespace: _namespace, ...rules } = cron.job;
  return runWith(cron, { ...rules, name, namespace: cron.namespace });
}

function runWith(cron: CronJob, job: Job): CronRun {
  const slots = jobPods(job, firstPods(job), cron.template.spec).map((made) => ofTemplate(cron.template, made));
  return { cron: cronUnit(cron), job, slots };
}

/**
 * The Jobs that the engine tells of and that are not known yet: their records name the CronJob. Of one that was cut off
 * before it had a record its Pods' owner does, `Job/NAME-MINUTES`.
 * @param lives the units that have Pods
 * @param isKnown whether a Job of the file has that unit, or one that is remembered
 */
export function adoptRuns(
  draft: Draft,
  crons: ReadonlyMap<string, CronJob>,
  lives: ReadonlySet<string>,
  isKnown: (unit: string) => boolean,
): ReadonlyMap<string, CronRun> {
  const found = new Map<string, CronRun>();
  const { objects } = surroundings(draft);
  for (const [unit, { record }] of objects) {
    const cron = crons.get(record.owner ?? '');
    if (cron !== undefined && !isKnown(unit)) found.set(unit, recalled(cron, unit, record));
  }
  for (const unit of lives) {
    const cron = crons.get(cronOf(unit) ?? '');
    if (cron !== undefined && !isKnown(unit) && !objects.has(unit) && !found.has(unit))
      found.set(unit, makeRun(cron, readObjectKey(unit).name));
  }
  return found;
}

/** The unit of the CronJob that a Job's name tells. */
function cronOf(unit: string): string | undefined {
  const { kind, namespace, name } = readObjectKey(unit);
  const [, cron] = /^(.+)-\d+$/.exec(name) ?? [];
  return kind !== 'Job' || cron === undefined ? undefined : cronUnit({ name: cron, namespace });
}

/** By its own rules; what of its Pods is still to come is made as the file says by now. */
function recalled(cron: CronJob, unit: string, record: ObjectRecord): CronRun {
  const { namespace, name } = readObjectKey(unit);
  const kept = keptJob(record, { namespace, name });
  if (kept === undefined) return makeRun(cron, name);
  const run = runWith(cron, kept.job);
  return kept.isByHand === true ? { ...run, isByHand: true } : run;
}
