/** CronJobs in virtual time, which begins at 1970's first second: minute N is N * 60 s. */
import { allMemory } from '../memory.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { podKey } from '../../../src/core/runtime/pod-ref.ts';
import { lastTimeMs, nextTimeMs } from '../../../src/core/cron/cron-times.ts';
import { beginPlan } from '../../../src/core/step/plan-all.ts';
import { podList } from '../../../src/core/status/status.ts';
import type { CronJob } from '../../../src/model/job.ts';
import { jobAt } from '../../controllers/jobs.ts';
import { drive } from '../drive.ts';
import type { Drive } from '../drive.ts';
import { makeContainer, makePod, makeProject, makeState } from '../make.ts';

const minuteMs = 60_000;

const template = makePod('report', { restartPolicy: 'Never', containers: [makeContainer('app')] }, { tier: 'back' });

const makeCron = (over: Partial<CronJob> = {}): CronJob => ({
  name: 'report',
  namespace: 'default',
  schedule: '* * * * *',
  times: '* * * * *',
  suspend: false,
  concurrencyPolicy: 'Allow',
  successfulJobsHistoryLimit: 3,
  failedJobsHistoryLimit: 1,
  job: jobAt({}),
  template,
  ...over,
});

/** A project of that CronJob alone. */
function begin(over: Partial<CronJob> = {}): Drive {
  const d = drive(makePod('web'));
  d.edit({ pods: [], cronJobs: [makeCron(over)] });
  d.said();
  return d;
}

/** The Pods, each as its Job's minute and its phase. */
const jobs = (d: Drive): readonly string[] =>
  podList(d.state(), d.nowMs()).map(({ metadata, status }) =>
    [/-(\d+)-\w{5}$/.exec(metadata?.name ?? '')?.[1] ?? metadata?.name, status?.phase].join(' '),
  );

const waitMinutes = (d: Drive, minutes: number): void => d.wait(minutes * minuteMs);

describe('a Job', () => {
  test('begins at its time, with its own name, labels and owner, and not before', () => {
    const d = begin();
    expect(snapshotOf(d.state()).containers).toEqual([]);
    d.wait(58_000);
    expect(jobs(d)).toEqual([]);
    d.wait(2_000);
    expect(podList(d.state(), d.nowMs())).toMatchObject([
      {
        metadata: {
          name: expect.stringMatching(/^report-1-[bcdfghjklmnpqrstvwxz2456789]{5}$/) as string,
          labels: { tier: 'back', 'batch.kubernetes.io/job-name': 'report-1', 'job-name': 'report-1' },
          ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'report-1', controller: true }],
        },
        status: { phase: 'Running' },
      },
    ]);
  });

  test('has as many Pods as it says', () => {
    const d = begin({ job: jobAt({ completions: 2, parallelism: 2, isIndexed: true }) });
    waitMinutes(d, 1);
    expect(d.state().project?.pods.map(({ spec }) => spec.hostname)).toEqual(['report-1-0', 'report-1-1']);
    expect(d.said()).toEqual(['start app', 'start app']);
  });

  test('to come keeps nothing waiting', () => {
    const d = begin();
    expect(
      beginPlan(makeState(), { ...makeProject(), cronJobs: [makeCron()] }, snapshotOf(d.state()), 1_000),
    ).toMatchObject({ planned: [], last: { settled: true, wakeAtMs: minuteMs } });
  });

  test('does not begin while it is suspended, nor for what passed meanwhile', () => {
    const d = begin({ suspend: true });
    waitMinutes(d, 3);
    expect(jobs(d)).toEqual([]);
    d.edit({ cronJobs: [makeCron()] });
    expect(jobs(d)).toEqual([]);
    waitMinutes(d, 1);
    expect(jobs(d)).toEqual(['4 Running']);
  });

  test('that was missed while the engine was away begins when it is back, the last one alone', () => {
    const d = begin();
    const snapshot = snapshotOf(d.state());
    d.feed({ kind: 'lookFailed', failure: { kind: 'away', message: 'no' } });
    waitMinutes(d, 3);
    d.feed({ kind: 'looked', snapshot, sinceOutcome: d.state().outcomes });
    expect(jobs(d)).toEqual(['3 Running']);
  });

  test('that is later than startingDeadlineSeconds does not begin', () => {
    const d = begin({ times: '*/5 * * * *', startingDeadlineSeconds: 60 });
    const snapshot = snapshotOf(d.state());
    d.feed({ kind: 'lookFailed', failure: { kind: 'away', message: 'no' } });
    waitMinutes(d, 7);
    d.feed({ kind: 'looked', snapshot, sinceOutcome: d.state().outcomes });
    expect(jobs(d)).toEqual([]);
    waitMinutes(d, 3);
    expect(jobs(d)).toEqual(['10 Running']);
  });
});

describe('while a Job runs the next one', () => {
  test('begins beside it: Allow', () => {
    const d = begin();
    waitMinutes(d, 2);
    expect(jobs(d)).toEqual(['1 Running', '2 Running']);
  });

  test('is skipped, and what is due begins when it has ended: Forbid', () => {
    const d = begin({ concurrencyPolicy: 'Forbid' });
    waitMinutes(d, 3);
    expect(jobs(d)).toEqual(['1 Running']);
    d.end('app', 0);
    expect(jobs(d)).toEqual(['1 Succeeded', '3 Running']);
  });

  test('is skipped for good where that is too late: Forbid', () => {
    const d = begin({ concurrencyPolicy: 'Forbid', times: '*/2 * * * *', startingDeadlineSeconds: 30 });
    waitMinutes(d, 5);
    d.end('app', 0);
    expect(jobs(d)).toEqual(['2 Succeeded']);
    waitMinutes(d, 1);
    expect(jobs(d)).toEqual(['2 Succeeded', '6 Running']);
  });

  test('takes its place: Replace', () => {
    const d = begin({ concurrencyPolicy: 'Replace' });
    waitMinutes(d, 1);
    d.said();
    waitMinutes(d, 1);
    expect(d.said()).toEqual(['SIGTERM app', 'start app']);
    expect(jobs(d)).toEqual(['2 Running']);
  });
});

describe('of the Jobs that have ended', () => {
  test('the newest stay: three that succeeded, and one that failed', () => {
    const d = begin();
    for (const exitCode of [0, 1, 0, 1, 0, 0]) {
      waitMinutes(d, 1);
      d.end('app', exitCode);
    }
    expect(jobs(d)).toEqual(['3 Succeeded', '4 Failed', '5 Succeeded', '6 Succeeded']);
  });

  test('as many stay as the limits say, also when they are edited', () => {
    const d = begin({ successfulJobsHistoryLimit: 2 });
    for (let minute = 1; minute <= 3; minute += 1) {
      waitMinutes(d, 1);
      d.end('app', 0);
    }
    expect(jobs(d)).toEqual(['2 Succeeded', '3 Succeeded']);
    d.edit({ cronJobs: [makeCron({ successfulJobsHistoryLimit: 0 })] });
    expect(jobs(d)).toEqual([]);
  });

  test('one that is deleted is not run again, and one that is restarted is', () => {
    const d = begin({ times: '0 * * * *' });
    waitMinutes(d, 60);
    d.end('app', 0);
    const key = podKey(d.state().project?.pods[0]?.metadata ?? { name: '', namespace: '' });
    d.said();
    d.feed({ kind: 'restart', pod: key });
    expect([d.said(), jobs(d)]).toEqual([['start app'], ['60 Running']]);
    d.end('app', 0);
    d.said();
    d.feed({ kind: 'delete', pod: key });
    expect([d.said(), jobs(d)]).toEqual([[], []]);
  });

  test('nothing is remembered', () => {
    const d = begin({ successfulJobsHistoryLimit: 1 });
    const minutes = (count: number) => {
      for (let minute = 0; minute < count; minute += 1) {
        waitMinutes(d, 1);
        d.end('app', 0);
      }
      const { runs, known } = d.state().shared;
      const { newUids, applied, begun } = allMemory(d.state());
      return [runs, known, newUids, applied, begun].map(({ size }) => size);
    };
    expect(minutes(5)).toEqual(minutes(20));
  });
});

describe('an edit', () => {
  const edited = { ...template, spec: { ...template.spec, containers: [makeContainer('app', { image: 'app:2' })] } };
  const images = (d: Drive) => podList(d.state(), d.nowMs()).map(({ spec }) => spec?.containers[0]?.image);

  test('of the template is for the Jobs that begin later', () => {
    const d = begin();
    waitMinutes(d, 1);
    d.said();
    d.edit({ cronJobs: [makeCron({ template: edited })] });
    expect(d.said()).toEqual([]);
    waitMinutes(d, 1);
    expect(images(d)).toEqual(['app:1', 'app:2']);
  });

  test('of the template is for those, also where another podrun began the others', () => {
    const d = begin();
    waitMinutes(d, 2);
    d.edit({ cronJobs: [makeCron({ template: edited })] });
    d.restart();
    waitMinutes(d, 1);
    expect(d.said()).toEqual(['start app']);
    expect(images(d)).toEqual(['app:1', 'app:1', 'app:2']);
  });

  test('of the schedule counts from then on', () => {
    const d = begin({ times: '0 0 1 1 *' });
    waitMinutes(d, 9);
    d.edit({ cronJobs: [makeCron({ times: '*/5 * * * *' })] });
    waitMinutes(d, 1);
    expect(jobs(d)).toEqual(['10 Running']);
  });

  test('that takes the CronJob away takes its Pods away', () => {
    const d = begin();
    waitMinutes(d, 1);
    d.edit({ pods: [makePod('web')], cronJobs: [] });
    expect(jobs(d)).toEqual(['web Running']);
  });
});

describe('the next podrun', () => {
  test('keeps what runs and what has ended, and makes nothing up for', () => {
    const d = begin({ concurrencyPolicy: 'Forbid' });
    waitMinutes(d, 1);
    d.end('app', 0);
    waitMinutes(d, 1);
    d.restart();
    expect([d.said(), jobs(d)]).toEqual([[], ['1 Succeeded', '2 Running']]);
    waitMinutes(d, 1);
    expect(jobs(d)).toEqual(['1 Succeeded', '2 Running']);
    d.end('app', 0);
    expect(jobs(d)).toEqual(['1 Succeeded', '2 Succeeded', '3 Running']);
  });

  test('runs nothing again of which the containers were pruned', () => {
    const d = begin({ times: '0 * * * *' });
    waitMinutes(d, 60);
    d.end('app', 0);
    d.prune();
    d.restart();
    expect([d.said(), jobs(d)]).toEqual([[], ['60 Succeeded']]);
  });

  test('limits what it finds', () => {
    const d = begin();
    for (let minute = 1; minute <= 3; minute += 1) {
      waitMinutes(d, 1);
      d.end('app', 0);
    }
    d.edit({ cronJobs: [makeCron({ successfulJobsHistoryLimit: 1 })] });
    d.restart();
    expect(jobs(d)).toEqual(['3 Succeeded']);
  });

  test('makes the Pods of a Job that one before did not come to', () => {
    const d = begin({ job: jobAt({}) });
    waitMinutes(d, 1);
    d.edit({ cronJobs: [makeCron({ job: jobAt({ completions: 2, parallelism: 2 }) })] });
    d.restart();
    expect([d.said(), jobs(d)]).toEqual([['start app'], ['1 Running', '1 Running']]);
  });
});

test('Jobs of a CronJob that was not named are left alone', () => {
  const d = begin();
  waitMinutes(d, 1);
  d.said();
  d.edit({ pods: [makePod('web')], apart: [], cronJobs: [makeCron({ apart: true })] });
  waitMinutes(d, 2);
  expect([d.said(), jobs(d)]).toEqual([['start app'], ['1 Running', 'web Running']]);
});

test('Pods of a Job of the file are no CronJob’s', () => {
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'report-7' };
  const pod = { ...template, metadata: { ...template.metadata, name: 'report-7-x', ownerReference: owner } };
  const d = begin({ concurrencyPolicy: 'Replace' });
  d.edit({ pods: [pod] });
  waitMinutes(d, 1);
  expect(podList(d.state(), d.nowMs()).map(({ metadata }) => metadata?.name)).toContain('report-7-x');
});

describe('times', () => {
  const at = (text: string): number => new Date(text).getTime();
  test.each([
    ['* * * * *', 'UTC', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'],
    ['0 4 * * *', 'Europe/Berlin', '2026-07-01T00:00:00Z', '2026-07-01T02:00:00Z'],
    // Where both days are told, either is enough; `*` leaves it to the other (robfig/cron).
    ['0 0 13 * 5', 'UTC', '2026-01-10T00:00:00Z', '2026-01-13T00:00:00Z'],
    ['0 0 13 * 5', 'UTC', '2026-01-13T00:00:00Z', '2026-01-16T00:00:00Z'],
    ['0 0 13 * *', 'UTC', '2026-01-13T00:00:00Z', '2026-02-13T00:00:00Z'],
    ['0 0 * * 0', 'UTC', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z'],
    // A list that a day field's `*/2` became is told.
    ['0 0 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31 * 5', 'UTC', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'],
    ['0 0 29 2 *', 'UTC', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    // What summer time leaves out does not come, what winter time gives twice comes twice.
    ['*/30 2 * * *', 'America/New_York', '2013-03-10T05:00:00Z', '2013-03-11T06:00:00Z'],
    ['*/30 * * * *', 'America/New_York', '2012-11-04T05:30:00Z', '2012-11-04T06:00:00Z'],
  ])('%s in %s after %s: %s', (times, timeZone, after, next) => {
    expect(nextTimeMs({ times, timeZone }, 'UTC', at(after))).toBe(at(next));
    expect(lastTimeMs({ times, timeZone }, 'UTC', at(next))).toBe(at(next));
    expect(nextTimeMs({ times }, timeZone, at(after))).toBe(at(next));
  });

  test('of any kind are told, and the last that has come is none before', () => {
    const field = (min: number, max: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 5 }).map((list) => list.join(',')),
      );
    const schedules = fc.tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6));
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu');
    fc.assert(
      fc.property(schedules, zones, fc.integer({ min: 0, max: at('2040-01-01T00:00:00Z') }), (fields, zone, nowMs) => {
        const times = fields.join(' ');
        const nextMs = nextTimeMs({ times }, zone, nowMs);
        if (nextMs === Infinity) return;
        expect(nextMs).toBeGreaterThan(nowMs);
        expect(lastTimeMs({ times }, zone, nextMs)).toBe(nextMs);
      }),
    );
  });

  test('that never come', () => {
    expect(nextTimeMs({ times: '0 0 30 2 *' }, 'UTC', 0)).toBe(Infinity);
  });
});
