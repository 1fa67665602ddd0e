import type { CronTimes } from '../../model/job.ts';
import { readSchedule } from './cron-schedule.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { CONCURRENCY_POLICY, FAILED_JOBS_HISTORY_LIMIT, SUCCESSFUL_JOBS_HISTORY_LIMIT } from '../defaults.ts';
import type { Fields } from '../yaml/read.ts';
import { flagOf, integerOf, oneOf, textOf, whereSet, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';

/** When a CronJob's Jobs begin, and how many stay (validateCronJobSpec). */
export function readCronTimes(spec: Fields, at: Cursor, report: Report): CronTimes {
  checkTimeZone(spec['timeZone'], below(at, 'timeZone'), report);
  return {
    schedule: textOf(spec['schedule']) ?? '',
    times: timesOf(spec['schedule'], below(at, 'schedule'), report),
    suspend: flagOf(spec['suspend']),
    concurrencyPolicy: oneOf(spec['concurrencyPolicy'], ['Allow', 'Forbid', 'Replace'] as const) ?? CONCURRENCY_POLICY,
    successfulJobsHistoryLimit: integerOf(spec['successfulJobsHistoryLimit']) ?? SUCCESSFUL_JOBS_HISTORY_LIMIT,
    failedJobsHistoryLimit: integerOf(spec['failedJobsHistoryLimit']) ?? FAILED_JOBS_HISTORY_LIMIT,
    ...whereSet({
      timeZone: wordOf(spec['timeZone']),
      startingDeadlineSeconds: integerOf(spec['startingDeadlineSeconds']),
    }),
  };
}

function timesOf(schedule: unknown, at: Cursor, report: Report): string {
  const text = textOf(schedule) ?? '';
  if (text === '') return '';
  const read = readSchedule(text);
  if ('value' in read) return read.value;
  const hint = text.includes('TZ') ? 'for example timeZone: Europe/Berlin' : 'for example schedule: "*/5 * * * *"';
  report(at, invalid(schedule, read.wrong), { hint });
  return '';
}

/** validateTimeZone: what Go finds in the time zone database, where names have their one spelling. */
function checkTimeZone(zone: unknown, at: Cursor, report: Report): void {
  if (typeof zone !== 'string') return;
  if (zone === '') report(at, invalid(zone, 'timeZone must be nil or non-empty string'));
  else if (zone.toLowerCase() === 'local') {
    const rule = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    report(at, invalid(zone, rule), { hint: "without timeZone it is podrun's own" });
  } else if (!isKnownZone(zone)) report(at, invalid(zone, `unknown time zone ${zone}`));
}

function isKnownZone(zone: string): boolean {
  const isName = zone.split('/').every((part) => /^(?!-|\.\.?$)[A-Za-z._0-9+-]{1,14}$/.test(part));
  if (!isName || /^[+-]/.test(zone)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions();
    return timeZone === zone || timeZone.toLowerCase() !== zone.toLowerCase();
  } catch {
    return false;
  }
}
