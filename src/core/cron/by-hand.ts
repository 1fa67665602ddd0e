/** `create job --from=cronjob/NAME`: a Job of a CronJob's template, now, under a name of one's own. */
import { standingOf } from '../admission/hold.ts';
import { cronUnit } from '../admission/unit.ts';
import { jobUnit } from '../jobs/same-job.ts';
import { notFound } from '../naming/kinds.ts';
import { objectLabel, readObjectKey } from '../runtime/object-record.ts';
import { surroundingsOf } from '../runtime/observed.ts';
import type { CreateJob } from '../state/cron-memory.ts';
import type { Draft } from '../state/draft.ts';
import { withEntry } from '../state/entries.ts';
import type { State } from '../state/state.ts';
import { makeRun } from './cron-runs.ts';

const cronOf = ({ file }: State, unit: string) => file?.cronJobs?.find((cron) => cronUnit(cron) === unit);

/** A CronJob that is not there, or left to others, makes none. */
export function takeCreateJob(draft: Draft, { cron: unit, name }: CreateJob): void {
  const cron = cronOf(draft.state, unit);
  if (cron === undefined || cron.apart === true) return;
  const run = { ...makeRun(cron, name), isByHand: true as const };
  const { crons } = draft.shared;
  draft.shared.crons = { ...crons, runs: withEntry(crons.runs, jobUnit(run.job), run) };
  draft.project = true;
}

/** A Pod's hostname is made of it (ValidateJob). */
const isLabel = (name: string): boolean => name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name);

/** Why it is not made; undefined where it is. */
export function createProblem(state: State, { cron: unit, name }: Omit<CreateJob, 'kind'>): string | undefined {
  const { intent, self, file, shared, rest } = state;
  if (intent.kind === 'down') return 'the project is being taken down';
  const cron = cronOf(state, unit);
  if (cron === undefined) return notFound('CronJob', readObjectKey(unit).name);
  if (cron.apart === true) return `this podrun does not look after ${objectLabel(unit)}: others were named`;
  if (standingOf(self.project, surroundingsOf(rest, []), shared, unit) !== 'free')
    return `${objectLabel(unit)} is held down; podrun up ${cron.name} brings it back`;
  if (!isLabel(name))
    return `Job.batch "${name}" is invalid: a name is at most 63 lowercase letters, digits and -, and begins and ends with a letter or digit`;
  const key = jobUnit({ name, namespace: cron.namespace });
  const isThere = shared.crons.runs.has(key) || file?.jobs?.some((job) => jobUnit(job) === key) === true;
  return isThere ? `jobs.batch "${name}" already exists` : undefined;
}
