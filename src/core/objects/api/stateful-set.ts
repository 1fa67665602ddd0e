/** StatefulSets and DaemonSets as the API has them (stateful_set_control.go completeRollingUpdate, daemon_controller.go storeDaemonSetStatus). */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { revisionLabel } from '../../../model/workload.ts';
import type { DaemonSet, StatefulSet } from '../../../model/workload.ts';
import { objectKey } from '../../runtime/object-record.ts';
import type { ApiObject } from '../../status/api-object.ts';
import { countPods, isActive } from './pod-counts.ts';
import { metaOf, podsOf, templateOf, withoutZeros } from './scene.ts';
import type { ApiScene } from './scene.ts';

const hashOf = ({ metadata }: KubernetesPod): string => metadata?.labels?.[revisionLabel.StatefulSet] ?? '';

export function statefulSetObject(scene: ApiScene, set: StatefulSet): ApiObject {
  const { declared, replicas, minReadySeconds, podManagementPolicy, updateStrategy, revision } = set;
  const { type, ...rollingUpdate } = updateStrategy;
  const meta = metaOf(scene, 'StatefulSet', { ...set, ...labelsOf(set) });
  const pods = podsOf(scene, 'StatefulSet', set).filter(isActive);
  const all = countPods(pods, minReadySeconds, scene.nowMs);
  const revisionNumber = (name: string): number =>
    scene.records.get(objectKey('ControllerRevision', { name, namespace: set.namespace }))?.revision ?? 0;
  // The template before, as long as a Pod is of it.
  const [oldest = revision] = pods.map(hashOf).toSorted((a, b) => revisionNumber(a) - revisionNumber(b));
  const status = {
    ...observed(meta.generation),
    replicas: all.replicas,
    ...withoutZeros({
      readyReplicas: all.ready,
      currentReplicas: pods.filter((pod) => hashOf(pod) === oldest).length,
      updatedReplicas: pods.filter((pod) => hashOf(pod) === revision).length,
    }),
    ...{ currentRevision: oldest, updateRevision: revision, availableReplicas: all.available },
  };
  const spec = {
    ...{ replicas, selector: declared.selector, template: templateOf(memberless(set), addedLabels) },
    ...(declared.serviceName === undefined ? {} : { serviceName: declared.serviceName }),
    podManagementPolicy,
    updateStrategy: type === 'OnDelete' ? { type } : { type, rollingUpdate },
    ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
    revisionHistoryLimit: declared.revisionHistoryLimit,
  };
  return whole('StatefulSet', meta, spec, status);
}

export function daemonSetObject(scene: ApiScene, set: DaemonSet): ApiObject {
  const { declared, replicas, minReadySeconds, updateStrategy, revision } = set;
  const { type, ...rollingUpdate } = updateStrategy;
  const meta = metaOf(scene, 'DaemonSet', { ...set, ...labelsOf(set) });
  const pods = podsOf(scene, 'DaemonSet', set).filter(isActive);
  const all = countPods(pods, minReadySeconds, scene.nowMs);
  const onNode = Math.min(1, all.replicas);
  const status = {
    ...{ currentNumberScheduled: onNode, numberMisscheduled: 0, desiredNumberScheduled: replicas },
    numberReady: Math.min(1, all.ready),
    ...observed(meta.generation),
    ...withoutZeros({
      updatedNumberScheduled: Math.min(1, pods.filter((pod) => hashOf(pod) === revision).length),
      numberAvailable: Math.min(1, all.available),
      numberUnavailable: Math.max(0, replicas - all.available),
    }),
  };
  const spec = {
    ...{ selector: declared.selector, template: templateOf(declared.template, addedLabels) },
    updateStrategy: type === 'OnDelete' ? { type } : { type, rollingUpdate },
    ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
    revisionHistoryLimit: declared.revisionHistoryLimit,
  };
  return whole('DaemonSet', meta, spec, status);
}

const addedLabels = [
  revisionLabel.StatefulSet,
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
] as const;

const labelsOf = ({ declared: { labels, annotations } }: StatefulSet | DaemonSet) => ({ labels, annotations });

const observed = (generation: number | undefined) =>
  generation === undefined ? {} : { observedGeneration: generation };

/** The first Pod's own host name and claims are not the template's. */
function memberless({ declared: { template } }: StatefulSet) {
  if (template === undefined) return undefined;
  const { hostname: _hostname, subdomain: _subdomain, ...spec } = template.spec;
  const isOwn = (claim: string | undefined): boolean => claim?.endsWith(`-${template.metadata.name}`) === true;
  const volumes = spec.volumes.filter(({ persistentVolumeClaim: claim }) => !isOwn(claim?.claimName));
  return { ...template, spec: { ...spec, volumes } };
}

function whole(kind: string, metadata: object, spec: object, status: object): ApiObject {
  return { apiVersion: 'apps/v1', kind, metadata: metadata as ApiObject['metadata'], ...{ spec, status } };
}
