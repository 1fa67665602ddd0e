/** CronJobs in virtual time, which begins at 1970's first second: minute N is N * 60 s. */
import { allMemory } from '../memory.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { label } from '../../../src/core/runtime/labels.ts';
import type { ApiObject } from '../../../src/core/status/api-object.ts';
import { podKey } from '../../../src/core/runtime/pod-ref.ts';
import { createProblem } from '../../../src/core/cron/by-hand.ts';
import { lastTimeMs, nextTimeMs } from '../../../src/core/cron/cron-times.ts';
import { beginPlan } from '../../../src/core/step/plan-all.ts';
import { objectList } from '../../../src/core/objects/object-list.ts';
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
    const d = begin({ job: jobAt({ backoffLimit: 0 }) });
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

  test('one that is deleted is not run again', () => {
    const d = begin({ times: '0 * * * *' });
    waitMinutes(d, 60);
    d.end('app', 0);
    const key = podKey(d.state().project?.pods[0]?.metadata ?? { name: '', namespace: '' });
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
      const {
        known,
        crons: { runs },
      } = d.state().shared;
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

  test.each([
    [0, 'Complete'],
    [1, 'Failed'],
  ])('runs nothing again that ended with %i when Pods alone were kept of Jobs', (exitCode, end) => {
    const cronJobs = [makeCron({ times: '0 * * * *' })];
    const d = begin({ times: '0 * * * *' });
    waitMinutes(d, 60);
    d.end('app', exitCode);
    d.prune();
    const now = snapshotOf(d.state());
    // Neither the Job's record nor its UID.
    const volumes = now.volumes
      .filter(({ labels }) => labels[label.kind] !== 'object')
      .map(({ labels, ...volume }) => ({
        ...volume,
        labels: JSON.parse(
          JSON.stringify(labels).replaceAll('batch.kubernetes.io/controller-uid', 'x'),
        ) as typeof labels,
      }));
    const project = { ...makeProject(), cronJobs };
    const { planned, asks, last } = beginPlan(makeState(), project, { ...now, volumes }, d.nowMs() + 100_000);
    expect([...planned, ...asks].filter(({ pod }) => pod !== undefined)).toEqual([]);
    const { createdAtMs = 0, status } = last.state.shared.jobs.runs.get('default/Job/report-60') ?? {};
    expect(Math.floor(createdAtMs / minuteMs)).toBe(60);
    expect(status?.conditions).toMatchObject([{ type: end }]);
    expect(status?.conditions[0]?.atMs).toBeLessThanOrEqual(d.nowMs());
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

  test('goes on with a Job by the rules that it began with', () => {
    const d = begin({ times: '0 * * * *', job: jobAt({ completions: 2, backoffLimit: 0 }) });
    waitMinutes(d, 60);
    d.end('app', 0);
    d.edit({ cronJobs: [makeCron({ times: '0 * * * *', job: jobAt({ completions: 1 }) })] });
    d.restart();
    d.wait(1_000);
    expect(jobs(d).toSorted()).toEqual(['60 Running', '60 Succeeded']);
    d.end('app', 1);
    d.wait(30_000);
    expect(jobs(d).toSorted()).toEqual(['60 Failed', '60 Succeeded']);
  });
});

describe('as objects', () => {
  const objects = (d: Drive, kind: string) =>
    objectList(d.state(), d.nowMs()).filter((object) => object.kind === kind) as (ApiObject & {
      readonly status: Readonly<Record<string, unknown>>;
    })[];

  test('each Job is one, owned by its CronJob, whose status tells of it', () => {
    const d = begin({ times: '*/2 * * * *' });
    waitMinutes(d, 2);
    const [cron] = objects(d, 'CronJob');
    const [job] = objects(d, 'Job');
    expect(job).toMatchObject({
      metadata: {
        name: 'report-2',
        annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '1970-01-01T00:02:00Z' },
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'report', uid: cron?.metadata.uid }],
      },
      status: { active: 1, startTime: '1970-01-01T00:02:00Z' },
    });
    expect(podList(d.state(), d.nowMs())[0]?.metadata?.ownerReferences?.[0]?.uid).toBe(job?.metadata.uid);
    const active = [
      { apiVersion: 'batch/v1', kind: 'Job', name: 'report-2', namespace: 'default', uid: job?.metadata.uid },
    ];
    expect(cron?.status).toEqual({ active, lastScheduleTime: '1970-01-01T00:02:00Z' });
    d.end('app', 0);
    expect(objects(d, 'Job')[0]).toMatchObject({ status: { succeeded: 1 } });
    const status = { lastScheduleTime: '1970-01-01T00:02:00Z', lastSuccessfulTime: '1970-01-01T00:02:01Z' };
    expect(objects(d, 'CronJob')[0]?.status).toEqual(status);
    d.restart();
    expect(objects(d, 'CronJob')[0]?.status).toEqual(status);
  });

  test('a Job that has gone leaves nothing on the engine', () => {
    const d = begin({ successfulJobsHistoryLimit: 0 });
    waitMinutes(d, 1);
    d.end('app', 0);
    expect(objects(d, 'Job')).toEqual([]);
    const { volumes, containers } = snapshotOf(d.state());
    expect([containers, volumes.map(({ name }) => name.replace(/\.[0-9a-f]{8}\.\d+$/, ''))]).toEqual([
      [],
      ['shop.report._object'],
    ]);
  });

  test('a Job goes ttlSecondsAfterFinished', () => {
    const d = begin({ times: '0 * * * *', job: jobAt({ ttlSecondsAfterFinished: 30 }) });
    waitMinutes(d, 60);
    d.end('app', 0);
    d.wait(31_000);
    expect([jobs(d), objects(d, 'Job'), d.state().shared.crons.runs.size]).toEqual([[], [], 0]);
  });

  test('the Pod of a Job that fails is followed by another, until the Job has Failed', () => {
    const d = begin({ times: '0 * * * *', job: jobAt({ backoffLimit: 1 }) });
    waitMinutes(d, 60);
    d.end('app', 1);
    d.wait(11_000);
    expect(jobs(d).toSorted()).toEqual(['60 Failed', '60 Running']);
    d.end('app', 1);
    d.wait(60_000);
    expect(jobs(d)).toEqual(['60 Failed', '60 Failed']);
    expect(objects(d, 'Job')[0]).toMatchObject({ status: { failed: 2 } });
  });
});

describe('by hand', () => {
  const cron = 'default/CronJob/report';
  const records = (d: Drive) => snapshotOf(d.state()).volumes.filter(({ name }) => name.includes('.try._object.'));

  test('a Job begins now, whatever the schedule, and the next podrun knows it', () => {
    const d = begin({ times: '0 * * * *', concurrencyPolicy: 'Forbid', suspend: true });
    d.feed({ kind: 'createJob', cron, name: 'try' });
    expect(jobs(d)).toEqual([expect.stringMatching(/^try-\w{5} Running$/)]);
    d.restart();
    expect([d.said(), jobs(d).length, records(d).length]).toEqual([[], 1, 1]);
    const [job] = objectList(d.state(), d.nowMs()).filter(({ kind }) => kind === 'Job');
    expect(job?.metadata).toMatchObject({
      name: 'try',
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [{ kind: 'CronJob', name: 'report' }],
    });
    d.edit({ cronJobs: [makeCron({ concurrencyPolicy: 'Forbid' })] });
    waitMinutes(d, 1);
    expect(jobs(d).toSorted()).toEqual(['1 Running', expect.stringMatching(/^try/)]);
  });

  test('a Job that is taken down is gone, and is not made anew', () => {
    const d = begin({ suspend: true });
    d.feed({ kind: 'createJob', cron, name: 'try' });
    d.feed({ kind: 'hold', units: ['default/Job/try'] });
    d.wait(60_000);
    expect([jobs(d), records(d)]).toEqual([[], []]);
    d.restart();
    expect(jobs(d)).toEqual([]);
  });

  test.each([
    ['nope', 'try', 'cronjobs.batch "nope" not found'],
    ['report', 'try', 'jobs.batch "try" already exists'],
    ['report', 'Try', 'Job.batch "Try" is invalid'],
  ])('of %s none is made as %s: %s', (of, name, why) => {
    const d = begin({ suspend: true });
    d.feed({ kind: 'createJob', cron, name: 'try' });
    expect(createProblem(d.state(), { cron: `default/CronJob/${of}`, name })).toContain(why);
    expect(createProblem(d.state(), { cron, name: 'other' })).toBeUndefined();
  });
});

test('a clock that is set back begins no second Job for a time', () => {
  const d = begin({ successfulJobsHistoryLimit: 0 });
  waitMinutes(d, 2);
  d.end('app', 0);
  d.said();
  d.setBack(90_000);
  d.restart();
  waitMinutes(d, 2);
  expect(d.said()).toEqual([]);
  waitMinutes(d, 1);
  expect(jobs(d)).toEqual(['3 Running']);
});

test('a Job that another takes the place of does not come back when podrun is killed on the way', () => {
  const d = begin({ concurrencyPolicy: 'Replace' });
  waitMinutes(d, 1);
  d.deaf.add('app');
  waitMinutes(d, 1);
  d.restart();
  d.deaf.clear();
  d.wait(45_000);
  expect(jobs(d)).toEqual(['2 Running']);
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
  d.edit({ pods: [pod], jobs: [jobAt({ name: 'report-7' })] });
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
