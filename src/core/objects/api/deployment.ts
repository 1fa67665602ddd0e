/** A Deployment as the API has it (pkg/controller/deployment: sync.go calculateStatus, progress.go). */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { Deployment as Api, DeploymentCondition, DeploymentStatus } from 'kubernetes-types/apps/v1.js';
import { fenceposts, revisionLabel } from '../../../model/workload.ts';
import type { Deployment } from '../../../model/workload.ts';
import type { ObjectRecord } from '../../runtime/labels.ts';
import { readObjectKey } from '../../runtime/object-record.ts';
import { rfc3339 } from '../../runtime/time.ts';
import { groupKey } from '../../workloads/owned.ts';
import { templateKey } from '../revisions.ts';
import { availableAtMs, countPods, createdAtMs } from './pod-counts.ts';
import type { PodCounts } from './pod-counts.ts';
import { metaOf, templateOf, withoutZeros } from './scene.ts';
import type { ApiScene } from './scene.ts';

export const REVISION = 'deployment.kubernetes.io/revision';

export function deploymentObject(scene: ApiScene, deployment: Deployment): Api {
  const { declared, replicas, minReadySeconds, strategy, paused, progressDeadlineSeconds } = deployment;
  const own = scene.records.get(templateKey(deployment, deployment.revision) ?? '');
  const annotations = {
    ...declared.annotations,
    ...(own?.revision === undefined ? {} : { [REVISION]: String(own.revision) }),
  };
  const { type, ...rollingUpdate } = strategy;
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metaOf(scene, 'Deployment', { ...deployment, labels: declared.labels, annotations }),
    spec: {
      replicas,
      selector: declared.selector,
      template: templateOf(declared.template, [revisionLabel.Deployment]),
      strategy: type === 'Recreate' ? { type } : { type, rollingUpdate },
      ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
      revisionHistoryLimit: declared.revisionHistoryLimit,
      ...(paused ? { paused } : {}),
      progressDeadlineSeconds,
    },
    status: statusOf(scene, deployment, own),
  };
  return object as unknown as Api;
}

function statusOf(scene: ApiScene, deployment: Deployment, own: ObjectRecord | undefined): DeploymentStatus {
  const { minReadySeconds, revision } = deployment;
  const pods = podsOfDeployment(scene, deployment);
  const updated = pods.filter((pod) => hashOf(pod) === revision);
  const all = countPods(pods, minReadySeconds, scene.nowMs);
  const fresh = countPods(updated, minReadySeconds, scene.nowMs);
  const record = scene.records.get(groupKey(deployment));
  const { generation } = record ?? {};
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation.number }),
    ...withoutZeros({
      replicas: all.replicas,
      updatedReplicas: fresh.replicas,
      readyReplicas: all.ready,
      availableReplicas: all.available,
      unavailableReplicas: Math.max(0, deployment.replicas - all.available),
    }),
    conditions: [
      availableCondition(scene, deployment, { pods, all }),
      ...progressCondition(scene, deployment, { updated, all, fresh, own, record }),
    ],
  };
}

/** Its ReplicaSets' names are its own with a hash that their Pods carry as a label. */
export const podsOfDeployment = ({ pods }: ApiScene, { name, namespace }: Deployment): readonly KubernetesPod[] =>
  pods.filter((pod) => {
    const hash = hashOf(pod);
    const owner = pod.metadata?.ownerReferences?.[0];
    return (
      hash !== undefined &&
      pod.metadata?.namespace === namespace &&
      owner?.kind === 'ReplicaSet' &&
      owner.name === `${name}-${hash}`
    );
  });

const hashOf = ({ metadata }: KubernetesPod): string | undefined => metadata?.labels?.[revisionLabel.Deployment];

/** So many may be missing (deployment_util.go MaxUnavailable). */
function leastAvailable({ strategy, replicas }: Deployment): number {
  if (strategy.type !== 'RollingUpdate' || replicas === 0) return replicas;
  return replicas - Math.min(fenceposts(strategy, replicas).maxUnavailable, replicas);
}

function availableCondition(
  { records }: ApiScene,
  deployment: Deployment,
  { pods, all }: { readonly pods: readonly KubernetesPod[]; readonly all: PodCounts },
): DeploymentCondition {
  const least = leastAvailable(deployment);
  const isMet = all.available >= least;
  const times = pods.map((pod) => availableAtMs(pod, deployment.minReadySeconds)).toSorted((a, b) => a - b);
  const bornAtMs = records.get(groupKey(deployment))?.createdAtMs ?? 0;
  return condition('Available', isMet, {
    atMs: isMet && least > 0 ? (times[least - 1] ?? bornAtMs) : bornAtMs,
    ...(isMet
      ? { reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
      : { reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' }),
  });
}

interface Progress {
  /** The Pods of the template as it is now. */
  readonly updated: readonly KubernetesPod[];
  readonly all: PodCounts;
  readonly fresh: PodCounts;
  /** Of the ReplicaSet of that template, and of the Deployment. */
  readonly own: ObjectRecord | undefined;
  readonly record: ObjectRecord | undefined;
}

/** Every Pod is of the template as it is now, and available (deployment_util.go DeploymentComplete). */
export const isComplete = ({ replicas }: Deployment, all: PodCounts, fresh: PodCounts): boolean =>
  fresh.replicas === replicas && all.replicas === replicas && fresh.available === replicas;

/** What was once complete stays so until the template is another. */
function progressCondition(
  { nowMs }: ApiScene,
  deployment: Deployment,
  { updated, all, fresh, own, record }: Progress,
): readonly DeploymentCondition[] {
  const { minReadySeconds, progressDeadlineSeconds, paused, revision } = deployment;
  const steps = updated.flatMap((pod) => [createdAtMs(pod), availableAtMs(pod, minReadySeconds)]);
  const bornAtMs = own?.createdAtMs ?? record?.createdAtMs ?? 0;
  const atMs = Math.max(bornAtMs, ...steps.filter((ms) => ms <= nowMs));
  const told = (isTrue: boolean, reason: string, message: string) => [
    condition('Progressing', isTrue, { atMs, reason, message }),
  ];
  if (paused) {
    const message = 'Deployment is paused';
    return [{ ...condition('Progressing', true, { atMs, reason: 'DeploymentPaused', message }), status: 'Unknown' }];
  }
  if (own === undefined) return [];
  const replicaSet = `ReplicaSet "${readObjectKey(own.object).name}"`;
  if (record?.complete === revision || isComplete(deployment, all, fresh))
    return told(true, 'NewReplicaSetAvailable', `${replicaSet} has successfully progressed.`);
  if (nowMs > atMs + progressDeadlineSeconds * 1000)
    return told(false, 'ProgressDeadlineExceeded', `${replicaSet} has timed out progressing.`);
  return updated.length > 0
    ? told(true, 'ReplicaSetUpdated', `${replicaSet} is progressing.`)
    : told(true, 'NewReplicaSetCreated', `Created new replica set "${readObjectKey(own.object).name}"`);
}

function condition(
  type: string,
  isTrue: boolean,
  { atMs, reason, message }: { readonly atMs: number; readonly reason: string; readonly message: string },
): DeploymentCondition {
  const time = rfc3339(Number.isFinite(atMs) ? Math.max(0, atMs) : 0);
  return { type, status: isTrue ? 'True' : 'False', lastUpdateTime: time, lastTransitionTime: time, reason, message };
}
