/** CronJobs as the API has them, and which Jobs they have begun, as the records of those tell (batch/v1). */
import { finishOf } from '../../../controllers/job/status.ts';
import type { CronJob, Job } from '../../../model/job.ts';
import { cronUnit } from '../../admission/unit.ts';
import { keptStatus } from '../../cron/cron-record.ts';
import { keptJob, keptRun } from '../../jobs/job-record.ts';
import type { ObjectRecord } from '../../runtime/labels.ts';
import { readObjectKey } from '../../runtime/object-record.ts';
import { rfc3339 } from '../../runtime/time.ts';
import type { ApiObject } from '../../status/api-object.ts';
import { jobSpec } from './job.ts';
import { metaOf, templateOf } from './scene.ts';
import type { ApiScene } from './scene.ts';

export interface CronsJob {
  readonly job: Job;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Those that are to be there. */
export const jobsOf = ({ records }: ApiScene, cron: CronJob): readonly CronsJob[] =>
  ownRecords(records, cron).map((record) => {
    const { name, namespace } = readObjectKey(record.object);
    const { job, isByHand } = keptJob(record, { name, namespace }) ?? { job: { ...cron.job, name, namespace } };
    return { job, annotations: isByHand === true ? byHand : scheduledFor(name) };
  });

/** As kubectl marks it (kubectl/pkg/cmd/create/create_job.go). */
const byHand = { 'cronjob.kubernetes.io/instantiate': 'manual' };

/** Its name has the minute (pkg/controller/cronjob/utils.go getJobFromTemplate2). */
const scheduledFor = (name: string): Readonly<Record<string, string>> => ({
  'batch.kubernetes.io/cronjob-scheduled-timestamp': rfc3339(Number(/\d+$/.exec(name)?.[0] ?? 0) * 60_000),
});

/** One that is deleted goes at once, and its Pods after it. */
const ownRecords = (records: ApiScene['records'], cron: CronJob): readonly ObjectRecord[] =>
  [...records.values()].filter(
    (record) => record.owner === cronUnit(cron) && keptRun(record).status.isExpired !== true,
  );

export function cronJobObject(scene: ApiScene, cron: CronJob): ApiObject {
  const { name, namespace, schedule, timeZone, suspend, concurrencyPolicy, startingDeadlineSeconds } = cron;
  const own = ownRecords(scene.records, cron);
  const active = own.filter((record) => {
    const isByHand = keptJob(record, { name, namespace })?.isByHand === true;
    return finishOf(keptRun(record).status) === undefined && !isByHand;
  });
  const { lastScheduleMs, lastSuccessfulMs } = keptStatus(scene.records.get(cronUnit(cron)));
  const spec = {
    ...{ schedule, ...(timeZone === undefined ? {} : { timeZone }) },
    ...(startingDeadlineSeconds === undefined ? {} : { startingDeadlineSeconds }),
    ...{ concurrencyPolicy, suspend },
    jobTemplate: { metadata: {}, spec: { ...jobSpec(cron.job), template: templateOf(cron.template) } },
    successfulJobsHistoryLimit: cron.successfulJobsHistoryLimit,
    failedJobsHistoryLimit: cron.failedJobsHistoryLimit,
  };
  const status = {
    ...(active.length === 0 ? {} : { active: active.map(referenceTo) }),
    ...(lastScheduleMs === undefined ? {} : { lastScheduleTime: rfc3339(lastScheduleMs) }),
    ...(lastSuccessfulMs === undefined ? {} : { lastSuccessfulTime: rfc3339(lastSuccessfulMs) }),
  };
  const metadata = metaOf(scene, 'CronJob', cron) as ApiObject['metadata'];
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata, ...{ spec, status } };
}

function referenceTo({ object, uid }: ObjectRecord): object {
  const { kind, name, namespace } = readObjectKey(object);
  return { apiVersion: 'batch/v1', kind, name, namespace, uid };
}
