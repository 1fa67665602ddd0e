import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readSchedule } from '../../../src/manifest/workloads/cron-schedule.ts';
import { messagesOf, parse, projectOf } from '../parse.ts';
import { times } from '../../effort.ts';

const JOB =
  'template: {metadata: {labels: {app: web}}, spec: {restartPolicy: Never, containers: [{name: a, image: x}]}}';

const cronJob = (spec = '', job = JOB, name = 'report'): string => `apiVersion: batch/v1
kind: CronJob
metadata: {name: ${name}}
spec: {${spec === '' ? '' : `${spec}, `}jobTemplate: {metadata: {labels: {of: job}}, spec: {${job}}}}
`;
const at = (schedule: string): string => `schedule: ${JSON.stringify(schedule)}`;
const errorsOf = (text: string): readonly string[] => messagesOf(text).filter((each) => !each.startsWith('warning'));

const WARNING =
  'warning kind: CronJob report: its Jobs begin while podrun runs, and no time that passes without it is made up for';

test('a CronJob has its times, its Jobs and their Pods, and no Pod of its own', () => {
  const text = cronJob(at('*/15 4 * * mon-fri'));
  const { pods, cronJobs } = projectOf(text);
  expect(pods).toEqual([]);
  expect(cronJobs).toEqual([
    {
      name: 'report',
      namespace: 'default',
      schedule: '*/15 4 * * mon-fri',
      times: '0,15,30,45 4 * * 1,2,3,4,5',
      suspend: false,
      concurrencyPolicy: 'Allow',
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      job: expect.objectContaining({ completions: 1, parallelism: 1, isIndexed: false }) as unknown,
      template: expect.objectContaining({
        metadata: { name: 'report', namespace: 'default', labels: { app: 'web' }, annotations: {} },
      }) as unknown,
    },
  ]);
  expect(messagesOf(text)).toEqual([WARNING]);
});

test('all that a CronJob says is taken', () => {
  const times =
    'timeZone: Europe/Berlin, suspend: true, concurrencyPolicy: Replace, startingDeadlineSeconds: 9, successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 2';
  const [cron] =
    projectOf(cronJob(`${at('@daily')}, ${times}`, `completions: 2, completionMode: Indexed, backoffLimit: 2, ${JOB}`))
      .cronJobs ?? [];
  expect(cron).toMatchObject({
    times: '0 0 * * *',
    timeZone: 'Europe/Berlin',
    suspend: true,
    concurrencyPolicy: 'Replace',
    startingDeadlineSeconds: 9,
    successfulJobsHistoryLimit: 0,
    failedJobsHistoryLimit: 2,
    job: { completions: 2, isIndexed: true, backoffLimit: 2 },
  });
});

test('claims, Services, profiles and names are theirs as well', () => {
  const claiming = JOB.replace(
    'restartPolicy',
    'volumes: [{name: d, persistentVolumeClaim: {claimName: data}}], restartPolicy',
  );
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: {name: front}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n';
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: db}\nspec: {containers: [{name: a, image: x}]}\n';
  const text = [cronJob(at('@hourly'), claiming), service, pod].join('---\n');
  const { claims, cronJobs } = projectOf(text);
  expect(claims).toEqual([{ name: 'data', namespace: 'default' }]);
  expect(cronJobs).toMatchObject([{ template: { services: ['front'] } }]);
  expect(parse(text, { only: ['report'] }).project).toMatchObject({ pods: [], apart: ['default/db'] });
  expect(parse(text, { only: ['report'] }).project?.cronJobs?.[0]).not.toHaveProperty('apart');
  expect(parse(text, { only: ['db'] }).project?.cronJobs).toMatchObject([{ name: 'report', apart: true }]);
  const profiled = text.replace('labels: {app: web}', 'annotations: {podrun.dev/profiles: night}');
  expect(parse(profiled).project).not.toHaveProperty('cronJobs');
  expect(parse(profiled, { profiles: ['night'] }).project?.cronJobs).toHaveLength(1);
});

test('nothing can wait for it', () => {
  const text = `pods: {web: {dependsOn: [report], containers: {a: {image: x}}}}\n---\n${cronJob(at('@hourly'))}`;
  expect(errorsOf(text)).toEqual(['pods.web.dependsOn[0]: Not found: "report": no Pod of the project has that name']);
});

describe('a schedule of', () => {
  test.each([
    ['* * * * *', '* * * * *'],
    ['  0   4 * * * ', '0 4 * * *'],
    ['*/20 * * * *', '0,20,40 * * * *'],
    ['*/61 * * * *', '0 * * * *'],
    ['50/5 * * * *', '50,55 * * * *'],
    ['1-9/4,3,,1 * * * *', '1,3,5,9 * * * *'],
    ['0 0 ? JAN,dec Sun-tue', '0 0 * 1,12 0,1,2'],
    ['0 0 */1 * 1,*', '0 0 * * *'],
    ['0 0 */2 * 5', '0 0 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31 * 5'],
    ['@hourly', '0 * * * *'],
    ['@daily', '0 0 * * *'],
    ['@midnight', '0 0 * * *'],
    ['@weekly', '0 0 * * 0'],
    ['@monthly', '0 0 1 * *'],
    ['@yearly', '0 0 1 1 *'],
    ['@annually', '0 0 1 1 *'],
  ])('%j is %j', (schedule, times) => {
    expect(readSchedule(schedule)).toEqual({ value: times });
  });

  test.each([
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['0 * * * * *', 'expected exactly 5 fields, found 6: [0 * * * * *]'],
    ['61 * * * *', 'end of range (61) above maximum (59): 61'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['*/2/3 * * * *', 'too many slashes: */2/3'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['*/-1 * * * *', 'negative number (-1) not allowed: -1'],
    ['* * L * *', 'failed to parse int from L: strconv.Atoi: parsing "L": invalid syntax'],
    ['* * 15W * *', 'failed to parse int from 15W: strconv.Atoi: parsing "15W": invalid syntax'],
    ['* * * * FRI#2', 'failed to parse int from FRI#2: strconv.Atoi: parsing "FRI#2": invalid syntax'],
    [', * * * *', 'there is no value in ,'],
    [
      '*/99999999999999999999 * * * *',
      'failed to parse int from 99999999999999999999: strconv.Atoi: parsing "99999999999999999999": value out of range',
    ],
    ['@reboot', 'unrecognized descriptor: @reboot'],
    ['@every 5m', '@every is not supported yet'],
    ['TZ=UTC * * * * *', 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'],
    ['CRON_TZ=UTC 0 4 * * *', 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'],
  ])('%j is refused: %s', (schedule, rule) => {
    expect(errorsOf(cronJob(at(schedule)))).toEqual([
      `spec.schedule: Invalid value: ${JSON.stringify(schedule)}: ${rule}`,
    ]);
  });

  test('anything is read or refused, and what is read is numbers and `*`', () => {
    const field = fc.stringMatching(/^[0-9*?,/JANajnFriL#-]{1,6}$/);
    fc.assert(
      fc.property(fc.array(field, { minLength: 5, maxLength: 5 }), (fields) => {
        const read = readSchedule(fields.join(' '));
        if ('value' in read) expect(read.value).toMatch(/^(?:(?:\*|\d+(?:,\d+)*)(?: |$)){5}$/);
      }),
      { numRuns: times(2000) },
    );
  });

  test('nothing is refused', () => {
    expect(errorsOf(cronJob())).toEqual(['spec.schedule: Required value']);
  });
});

describe('a time zone', () => {
  test.each(['Europe/Berlin', 'UTC', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires', 'US/Pacific', 'CET'])(
    '%s',
    (zone) => {
      expect(errorsOf(cronJob(`${at('@daily')}, timeZone: ${zone}`))).toEqual([]);
    },
  );

  test.each([
    ['', 'timeZone must be nil or non-empty string'],
    ['Local', 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'],
    ['Europe/Pariss', 'unknown time zone Europe/Pariss'],
    ['europe/berlin', 'unknown time zone europe/berlin'],
    ['+01:00', 'unknown time zone +01:00'],
    ['../UTC', 'unknown time zone ../UTC'],
  ])('%j is none', (zone, rule) => {
    expect(errorsOf(cronJob(`${at('@daily')}, timeZone: ${JSON.stringify(zone)}`))).toEqual([
      `spec.timeZone: Invalid value: ${JSON.stringify(zone)}: ${rule}`,
    ]);
  });
});

test.each([
  [cronJob(at('@daily'), JOB, 'a'.repeat(53)), 'metadata.name: Invalid value: '],
  [cronJob(`${at('@daily')}, concurrencyPolicy: Wait`), 'spec.concurrencyPolicy: Unsupported value: "Wait"'],
  [cronJob(`${at('@daily')}, startingDeadlineSeconds: -1`), 'spec.startingDeadlineSeconds: Invalid value: -1: must be'],
  [cronJob(`${at('@daily')}, failedJobsHistoryLimit: -1`), 'spec.failedJobsHistoryLimit: Invalid value: -1: must be'],
])('refused: %#', (text, message) => {
  const found = errorsOf(text);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(message);
});
