/** Jobs and CronJobs as the API has them, Jobs as their Pods tell (pkg/controller/job/job_controller.go). */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { CronJob } from '../../../model/job.ts';
import { rfc3339 } from '../../runtime/time.ts';
import type { ApiObject } from '../../status/api-object.ts';
import { isActive } from './pod-counts.ts';
import { metaOf, podsOf, templateOf, withoutZeros } from './scene.ts';
import type { ApiScene } from './scene.ts';

/** A CronJob's Jobs are named after it and the minute of their time. */
const cronOf = (job: string): string => job.replace(/-\d{8,}$/, '');

/** Those that have Pods, or are to have some. */
export function jobObjects(scene: ApiScene, crons: readonly CronJob[]): readonly ApiObject[] {
  const jobs = new Map<string, { readonly name: string; readonly namespace: string }>();
  const add = (namespace = '', owner?: { readonly kind: string; readonly name: string }): void => {
    if (owner?.kind === 'Job') jobs.set(`${namespace}/${owner.name}`, { name: owner.name, namespace });
  };
  for (const { metadata } of scene.wanted) add(metadata.namespace, metadata.ownerReference);
  for (const { metadata } of scene.pods) add(metadata?.namespace, metadata?.ownerReferences?.[0]);
  return [...jobs.values()].map((job) => jobObject(scene, job, crons));
}

function jobObject(
  scene: ApiScene,
  job: { readonly name: string; readonly namespace: string },
  crons: readonly CronJob[],
): ApiObject {
  const pods = podsOf(scene, 'Job', job);
  const wanted = scene.wanted.filter(
    ({ metadata: { namespace, ownerReference: owner } }) =>
      namespace === job.namespace && owner?.kind === 'Job' && owner.name === job.name,
  );
  const cron = crons.find(({ name, namespace }) => name === cronOf(job.name) && namespace === job.namespace);
  const completions = Math.max(wanted.length, pods.length, 1);
  const counted = (phase: string): number => pods.filter(({ status }) => status?.phase === phase).length;
  const [active, succeeded, failed] = [pods.filter(isActive).length, counted('Succeeded'), counted('Failed')];
  const ends = pods.flatMap(endOf).toSorted();
  const starts = pods.flatMap(({ status }) => status?.startTime ?? []).toSorted();
  const isOver = pods.length > 0 && succeeded + failed === completions;
  const end = ends.at(-1) ?? starts.at(-1);
  const conditions = isOver ? [conditionOf(failed === 0, end)] : [];
  const meta = metaOf(scene, 'Job', { ...job, labels: wanted[0]?.metadata.labels ?? {} });
  const [born] = pods.flatMap(({ metadata }) => metadata?.creationTimestamp ?? []).toSorted();
  const status = {
    ...withoutZeros({ active, succeeded, failed }),
    ...(starts[0] === undefined ? {} : { startTime: starts[0] }),
    ...(isOver && failed === 0 && end !== undefined ? { completionTime: end } : {}),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
  const metadata = { ...(born === undefined ? {} : { creationTimestamp: born }), ...meta };
  const owner = cron && metaOf(scene, 'CronJob', cron);
  const owners = owner && {
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: owner.name, uid: owner.uid, controller: true }],
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...metadata, ...owners } as ApiObject['metadata'],
    ...{ spec: { completions, parallelism: completions, template: templateOf(wanted[0] ?? cron?.template) }, status },
  };
}

/** When its last container ended. */
function endOf({ status }: KubernetesPod): readonly string[] {
  if (status?.phase !== 'Succeeded' && status?.phase !== 'Failed') return [];
  return status.containerStatuses?.flatMap(({ state }) => state?.terminated?.finishedAt ?? []) ?? [];
}

function conditionOf(isComplete: boolean, end: string | undefined): object {
  const time = end === undefined ? {} : { lastProbeTime: end, lastTransitionTime: end };
  return isComplete
    ? {
        type: 'Complete',
        status: 'True',
        ...time,
        reason: 'CompletionsReached',
        message: 'Reached expected number of succeeded pods',
      }
    : { type: 'Failed', status: 'True', ...time };
}

export function cronJobObject(scene: ApiScene, cron: CronJob, jobs: readonly ApiObject[]): ApiObject {
  const { schedule, timeZone, suspend, concurrencyPolicy, startingDeadlineSeconds } = cron;
  const own = jobs.filter(
    ({ metadata }) => metadata.namespace === cron.namespace && cronOf(metadata.name) === cron.name,
  );
  const minutes = own.map(({ metadata }) => Number(/-(\d{8,})$/.exec(metadata.name)?.[1] ?? 0));
  const last = Math.max(0, ...minutes);
  const active = own.filter((job) => ((job as { status?: { active?: number } }).status?.active ?? 0) > 0);
  const spec = {
    ...{ schedule, ...(timeZone === undefined ? {} : { timeZone }) },
    ...(startingDeadlineSeconds === undefined ? {} : { startingDeadlineSeconds }),
    ...{ concurrencyPolicy, suspend, jobTemplate: { metadata: {}, spec: { template: templateOf(cron.template) } } },
    successfulJobsHistoryLimit: cron.successfulJobsHistoryLimit,
    failedJobsHistoryLimit: cron.failedJobsHistoryLimit,
  };
  const status = {
    ...(active.length === 0
      ? {}
      : {
          active: active.map(({ apiVersion, kind, metadata }) => ({
            ...{ apiVersion, kind, name: metadata.name, namespace: metadata.namespace },
          })),
        }),
    ...(last === 0 ? {} : { lastScheduleTime: rfc3339(last * 60_000) }),
  };
  const metadata = metaOf(scene, 'CronJob', cron) as ApiObject['metadata'];
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata, ...{ spec, status } };
}
