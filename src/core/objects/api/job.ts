/** A Job as the API has it: what its record keeps of its status, and what its Pods tell (batch/v1). */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { JobCondition, JobStatus } from '../../../controllers/job/status.ts';
import type { Job } from '../../../model/job.ts';
import type { Pod } from '../../../model/pod.ts';
import { keptRun } from '../../jobs/job-record.ts';
import { jobUnit } from '../../jobs/same-job.ts';
import { uidLabel } from '../../jobs/job-lives.ts';
import { INDEX } from '../../../model/job-pods.ts';
import { groupOf } from '../../admission/workload.ts';
import { rfc3339 } from '../../runtime/time.ts';
import type { ApiObject } from '../../status/api-object.ts';
import { isActive, readySinceMs } from './pod-counts.ts';
import { metaOf, podsOf, templateOf, withoutZeros } from './scene.ts';
import type { ApiScene } from './scene.ts';

/** @param template of its Pods; unset: as the first of them that is to be there has it */
export function jobObject(
  scene: ApiScene,
  job: Job,
  annotations: Readonly<Record<string, string>> = {},
  template?: Pod,
): ApiObject {
  const record = scene.records.get(jobUnit(job));
  const pods = podsOf(scene, 'Job', job);
  const first = scene.wanted.find(({ metadata }) => groupOf(metadata) === jobUnit(job)) ?? template;
  const { name, namespace } = job;
  const spec = { ...jobSpec(job), template: templateOf(first, madeLabels) };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metaOf(scene, 'Job', { name, namespace, annotations }) as ApiObject['metadata'],
    ...{ spec, status: record === undefined ? {} : statusOf(keptRun(record).status, pods) },
  };
}

/** ttlSecondsAfterFinished are over: it is deleted. */
export const isExpired = ({ records }: ApiScene, job: Job): boolean => {
  const record = records.get(jobUnit(job));
  return record !== undefined && keptRun(record).status.isExpired === true;
};

/** But its template. */
export function jobSpec(job: Job): object {
  const { kind: _kind, name: _name, namespace: _namespace, revision: _revision, apart: _apart, ...fields } = job;
  const {
    isIndexed,
    isManagedElsewhere: _managed,
    restartPolicy: _policy,
    podFailurePolicy,
    successPolicy,
    ...plain
  } = fields;
  return {
    ...plain,
    completionMode: isIndexed ? 'Indexed' : 'NonIndexed',
    ...(podFailurePolicy === undefined ? {} : { podFailurePolicy: { rules: podFailurePolicy } }),
    ...(successPolicy === undefined ? {} : { successPolicy: { rules: successPolicy } }),
  };
}

/** A Pod has these beside its template's. */
const madeLabels = [INDEX, uidLabel, 'controller-uid', 'batch.kubernetes.io/job-name', 'job-name'];

function statusOf(status: JobStatus, pods: readonly KubernetesPod[]): object {
  const active = pods.filter(isActive);
  const isOver = ({ status: of }: KubernetesPod) => of?.phase === 'Succeeded' || of?.phase === 'Failed';
  const going = pods.filter((pod) => pod.metadata?.deletionTimestamp !== undefined && !isOver(pod));
  const { startedAtMs, completedAtMs, completedIndexes, failedIndexes, conditions } = status;
  return {
    ...withoutZeros({ active: active.length, succeeded: status.succeeded, failed: status.failed }),
    ...{
      ready: active.filter((pod) => readySinceMs(pod) !== undefined).length,
      terminating: going.length,
      uncountedTerminatedPods: {},
    },
    ...(startedAtMs === undefined ? {} : { startTime: rfc3339(startedAtMs) }),
    ...(completedAtMs === undefined ? {} : { completionTime: rfc3339(completedAtMs) }),
    ...(completedIndexes ? { completedIndexes } : {}),
    ...(failedIndexes === undefined ? {} : { failedIndexes }),
    ...(conditions.length === 0 ? {} : { conditions: conditions.map(conditionOf) }),
  };
}

function conditionOf({ type, status, reason, message, atMs }: JobCondition): object {
  const at = rfc3339(atMs);
  return { type, status, lastProbeTime: at, lastTransitionTime: at, reason, message };
}
