/** The times of a CronJob. A cron expression is read by croner; `*` in one of the two day fields leaves the other to decide. */
import { Cron } from 'croner';
import type { Times } from '../../controllers/cron-job/cron-job.ts';
import type { CronTimes } from '../../model/job.ts';
import { rfc3339 } from '../runtime/time.ts';

type When = Pick<CronTimes, 'times' | 'timeZone'>;

/** @param ownTimeZone for a CronJob that names none */
export const timesOf = (when: When, ownTimeZone: string): Times => ({
  when: `${when.times} ${when.timeZone ?? ownTimeZone}`,
  nextMs: (afterMs) => nextTimeMs(when, ownTimeZone, afterMs),
  lastMs: (nowMs) => lastTimeMs(when, ownTimeZone, nowMs),
});

/** The first of its times after that one; Infinity where there is none, as on a 30th of February. */
export function nextTimeMs(when: When, ownTimeZone: string, afterMs: number): number {
  return cron(when, ownTimeZone).nextRun(rfc3339(afterMs))?.getTime() ?? Infinity;
}

/** The last of its times that has come; -Infinity where there is none. */
export function lastTimeMs(when: When, ownTimeZone: string, nowMs: number): number {
  // What croner is given is left out itself.
  const [last] = cron(when, ownTimeZone).previousRuns(1, rfc3339(nowMs + 1000));
  return last?.getTime() ?? -Infinity;
}

const cron = ({ times, timeZone }: When, ownTimeZone: string): Cron =>
  new Cron(times, { mode: '5-part', timezone: timeZone ?? ownTimeZone });
