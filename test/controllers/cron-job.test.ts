/** What a CronJob decides: minute N is N * 60 s, and it has a time each minute unless it says otherwise. */
import { expect, test } from 'vitest';
import { reconcileCron } from '../../src/controllers/cron-job/cron-job.ts';
import type { CronDecision, CronStatus, OwnedJob, Times } from '../../src/controllers/cron-job/cron-job.ts';
import type { CronTimes } from '../../src/model/job.ts';

const minuteMs = 60_000;

const cronAt = (over: Partial<CronTimes>) => ({
  ...{ name: 'c', schedule: '* * * * *', times: '* * * * *', suspend: false, concurrencyPolicy: 'Allow' as const },
  ...{ successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 },
  ...over,
});

/** A time every so many minutes. */
const every = (minutes: number): Times => ({
  when: `every ${minutes}`,
  nextMs: (afterMs) => (Math.floor(afterMs / (minutes * minuteMs)) + 1) * minutes * minuteMs,
  lastMs: (nowMs) => Math.floor(nowMs / (minutes * minuteMs)) * minutes * minuteMs,
});

/** `5 active`, `5 Complete`, `hand active`: its name's end and how it is. */
const jobsOf = (texts: readonly string[]): readonly OwnedJob[] =>
  texts.map((text) => {
    const [id = '', how] = text.split(' ');
    const end = how === 'Complete' || how === 'Failed' ? { end: how, completedAtMs: Number(id) * minuteMs + 1 } : {};
    return { name: `c-${id}`, startedAtMs: (Number(id) || 0) * minuteMs, isByHand: id === 'hand', ...end } as OwnedJob;
  });

/** `+c-5 -c-4 jobReplaced | due 6`. */
function told({ begin, end, wakeAtMs }: CronDecision): string {
  const changes = [
    ...(begin === undefined ? [] : [`+${begin.name}`]),
    ...[...end].map(([name, why]) => `-${name} ${why.kind}`),
  ];
  return `${changes.join(' ')} | ${wakeAtMs === Infinity ? 'sleeps' : `due ${wakeAtMs / minuteMs}`}`.trim();
}

/** As it was when minute 5 was to come. */
const due5: CronStatus = { when: 'every 1', dueAtMs: 5 * minuteMs };

test.each<[string, Partial<CronTimes>, Partial<CronStatus>, readonly string[], number, string]>([
  ['begins nothing when it is new', {}, {}, [], 5.5, '| due 6'],
  ['begins nothing before its time', {}, due5, [], 4.9, '| due 5'],
  ['begins a Job at its time', {}, due5, [], 5, '+c-5 | due 6'],
  ['begins the last one of those that have passed', {}, due5, [], 8.2, '+c-8 | due 9'],
  ['begins none that is too late', { startingDeadlineSeconds: 10 }, due5, [], 5.5, '| due 6'],
  ['begins one that is not too late', { startingDeadlineSeconds: 30 }, due5, [], 5.5, '+c-5 | due 6'],
  ['begins none while it is suspended', { suspend: true }, due5, [], 5, '| sleeps'],
  ['counts another schedule from now on', {}, { ...due5, when: 'every 3' }, [], 5.5, '| due 6'],
  ['begins beside one that runs: Allow', {}, due5, ['4 active'], 5, '+c-5 | due 6'],
  ['waits for one that runs: Forbid', { concurrencyPolicy: 'Forbid' }, due5, ['4 active'], 5, '| sleeps'],
  ['begins when that has ended: Forbid', { concurrencyPolicy: 'Forbid' }, due5, ['4 Complete'], 5.5, '+c-5 | due 6'],
  [
    'takes its place: Replace',
    { concurrencyPolicy: 'Replace' },
    due5,
    ['4 active'],
    5,
    '+c-5 -c-4 jobReplaced | due 6',
  ],
  [
    'lets one that was made by hand be: Forbid',
    { concurrencyPolicy: 'Forbid' },
    due5,
    ['hand active'],
    5,
    '+c-5 | due 6',
  ],
  [
    'lets one that was made by hand be: Replace',
    { concurrencyPolicy: 'Replace' },
    due5,
    ['hand active'],
    5,
    '+c-5 | due 6',
  ],
  ['begins none twice for a time', {}, { ...due5, lastScheduleMs: 5 * minuteMs }, [], 5, '| due 6'],
  ['begins none of a name that is there', {}, due5, ['5 active'], 5, '| due 6'],
  [
    'keeps the newest that succeeded',
    { successfulJobsHistoryLimit: 1 },
    due5,
    ['2 Complete', '4 Complete', '3 Complete'],
    4.5,
    '-c-3 historyLimit -c-2 historyLimit | due 5',
  ],
  ['keeps the newest that failed', {}, due5, ['1 Failed', '2 Complete', '3 Failed'], 4.5, '-c-1 historyLimit | due 5'],
  ['keeps none', { failedJobsHistoryLimit: 0 }, due5, ['3 Failed'], 4.5, '-c-3 historyLimit | due 5'],
])('%s', (_title, over, before, jobs, minute, wanted) => {
  const decision = reconcileCron(cronAt(over), every(1), before, jobsOf(jobs), minute * minuteMs);
  expect(told(decision)).toBe(wanted);
});

test('knows when the last one was scheduled, and when the last one succeeded', () => {
  const jobs = jobsOf(['3 Complete', '4 Complete', '2 Failed']);
  const { status } = reconcileCron(cronAt({}), every(1), due5, jobs, 5 * minuteMs);
  const known = { lastScheduleMs: 5 * minuteMs, lastSuccessfulMs: 4 * minuteMs + 1 };
  expect(status).toEqual({ when: 'every 1', dueAtMs: 6 * minuteMs, ...known });
  const later = reconcileCron(cronAt({ suspend: true }), every(1), status, [], 9 * minuteMs).status;
  expect(later).toEqual({ dueAtMs: Infinity, ...known });
});
