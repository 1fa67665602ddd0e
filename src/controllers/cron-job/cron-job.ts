/** A CronJob: which of its Jobs begins and which go now (syncCronJob, cleanupFinishedJobs of pkg/controller/cronjob). */
import type { CronTimes } from '../../model/job.ts';

/** What is known of a CronJob from one decision to the next. */
export interface CronStatus {
  /** Its times and their zone, for which `dueAtMs` is; unset while it is suspended. */
  readonly when?: string;
  /** The first of its times that no Job has begun for; Infinity: there is none. */
  readonly dueAtMs: number;
  /** The time that its last Job was scheduled for. */
  readonly lastScheduleMs?: number;
  /** When the last of its Jobs that succeeded was Complete. */
  readonly lastSuccessfulMs?: number;
}

/** A Job of a CronJob that is to be there. */
export interface OwnedJob {
  readonly name: string;
  readonly startedAtMs: number;
  /** It was made by hand: no other one waits for it, or takes its place. */
  readonly isByHand: boolean;
  /** How it ended; unset while it goes on. */
  readonly end?: 'Complete' | 'Failed';
  readonly completedAtMs?: number;
}

/** Why a CronJob deletes a Job. */
export type CronCause =
  | { readonly kind: 'jobReplaced'; readonly by: string }
  | { readonly kind: 'historyLimit'; readonly field: string; readonly limit: number };

/** The times of a schedule, in ms. */
export interface Times {
  readonly when: string;
  /** The first after that one; Infinity where there is none. */
  readonly nextMs: (afterMs: number) => number;
  /** The last that has come; -Infinity where there is none. */
  readonly lastMs: (nowMs: number) => number;
}

export interface CronDecision {
  /** The same object as before where nothing has changed. */
  readonly status: CronStatus;
  /** The Job that begins now, and the time that it was scheduled for. */
  readonly begin?: { readonly name: string; readonly atMs: number };
  /** The Jobs that are to be deleted, by name. */
  readonly end: ReadonlyMap<string, CronCause>;
  /** When it is to be asked again though none of its Jobs changes; Infinity: never. */
  readonly wakeAtMs: number;
}

type Cron = { readonly name: string } & CronTimes;

/** @param before undefined: nothing is known of it yet. What passed before then is not made up for */
export function reconcileCron(
  cron: Cron,
  times: Times,
  before: Partial<CronStatus>,
  jobs: readonly OwnedJob[],
  nowMs: number,
): CronDecision {
  const scheduled = schedule(cron, times, before, jobs, nowMs);
  const end = new Map([...overLimit(cron, jobs), ...scheduled.end]);
  const succeeded = jobs.flatMap(({ end: how, completedAtMs }) => (how === 'Complete' ? (completedAtMs ?? []) : []));
  const lastSuccessfulMs = Math.max(before.lastSuccessfulMs ?? -Infinity, ...succeeded);
  const known = lastSuccessfulMs === -Infinity ? {} : { lastSuccessfulMs };
  return { ...scheduled, end, status: { ...scheduled.status, ...known } };
}

/** `report-29000000`: the minute of its time tells Jobs apart, so none begins twice for one (getJobName). */
export const jobNameAt = (cron: Pick<Cron, 'name'>, atMs: number): string =>
  `${cron.name}-${Math.floor(atMs / 60_000)}`;

function schedule(
  cron: Cron,
  { when, nextMs, lastMs }: Times,
  before: Partial<CronStatus>,
  jobs: readonly OwnedJob[],
  nowMs: number,
): CronDecision {
  const { when: wasWhen, dueAtMs: wasDueAtMs, ...kept } = before;
  const wait = (dueAtMs: number, wakeAtMs: number): CronDecision => ({
    status: { ...kept, ...(cron.suspend ? {} : { when }), dueAtMs },
    end: new Map(),
    wakeAtMs,
  });
  if (cron.suspend) return wait(Infinity, Infinity);
  const dueAtMs = wasWhen === when && wasDueAtMs !== undefined ? wasDueAtMs : nextMs(nowMs);
  if (nowMs < dueAtMs) return wait(dueAtMs, dueAtMs);
  const active = jobs.filter(({ end, isByHand }) => end === undefined && !isByHand);
  // Its time stays due: it begins when the one before has ended, if that is not too late.
  if (cron.concurrencyPolicy === 'Forbid' && active.length > 0) return wait(dueAtMs, Infinity);
  const nextAtMs = nextMs(nowMs);
  // Of several that have passed, say with the engine away, the last one alone begins.
  const atMs = lastMs(nowMs);
  const later = wait(nextAtMs, nextAtMs);
  const isTooLate = nowMs > atMs + (cron.startingDeadlineSeconds ?? Infinity) * 1000;
  const name = jobNameAt(cron, atMs);
  // A clock that is set back has its times come again.
  const hasBegun = atMs <= (kept.lastScheduleMs ?? -Infinity) || jobs.some((job) => job.name === name);
  if (isTooLate || hasBegun) return later;
  const replaced = cron.concurrencyPolicy === 'Replace' ? active : [];
  return {
    ...later,
    status: { ...later.status, lastScheduleMs: atMs },
    begin: { name, atMs },
    end: new Map(replaced.map((job) => [job.name, { kind: 'jobReplaced', by: name }])),
  };
}

/** Of the Jobs that have ended the newest stay. */
function overLimit(cron: Cron, jobs: readonly OwnedJob[]): readonly (readonly [string, CronCause])[] {
  const newestFirst = jobs.toSorted((a, b) => b.startedAtMs - a.startedAtMs);
  return limits.flatMap(([how, field]) =>
    newestFirst
      .filter(({ end }) => end === how)
      .slice(cron[field])
      .map(({ name }) => [name, { kind: 'historyLimit', field, limit: cron[field] }] as const),
  );
}

const limits = [
  ['Complete', 'successfulJobsHistoryLimit'],
  ['Failed', 'failedJobsHistoryLimit'],
] as const;
