/** ReplicaSets and ReplicationControllers as the API has them: a Deployment's, of each of its templates, and those of the file. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { Pod } from '../../../model/pod.ts';
import { revisionLabel } from '../../../model/workload.ts';
import type { Deployment, ReplicaSet } from '../../../model/workload.ts';
import type { ApiObject } from '../../status/api-object.ts';
import { readObjectKey } from '../../runtime/object-record.ts';
import { groupKey } from '../../workloads/owned.ts';
import { countPods, isActive } from './pod-counts.ts';
import { REVISION } from './deployment.ts';
import { metaOf, podsOf, templateOf, withoutZeros } from './scene.ts';
import type { ApiScene } from './scene.ts';

/** The newest first. */
export function replicaSetsOf(scene: ApiScene, deployment: Deployment): readonly ApiObject[] {
  const owner = groupKey(deployment);
  const { declared, minReadySeconds, replicas, namespace: space } = deployment;
  const sizes = scene.scales.get(owner)?.sizes;
  const countOf = (name: string): number =>
    podsOf(scene, 'ReplicaSet', { name, namespace: space }).filter(isActive).length;
  return [...scene.records.values()]
    .filter((record) => record.owner === owner)
    .toSorted((a, b) => (b.revision ?? 0) - (a.revision ?? 0))
    .map((record) => {
      const { name, namespace } = readObjectKey(record.object);
      const hash = name.slice(deployment.name.length + 1);
      const hashLabel = { [revisionLabel.Deployment]: hash };
      const template = hash === deployment.revision ? declared.template : wantedOf(scene, 'ReplicaSet', name)[0];
      const labels = { ...templateLabels(template ?? declared.template), ...hashLabel };
      const annotations = {
        'deployment.kubernetes.io/desired-replicas': String(replicas),
        [REVISION]: String(record.revision ?? 0),
      };
      const selector = withLabels(declared.selector, hashLabel);
      return setObject(
        scene,
        'ReplicaSet',
        { name, namespace, labels, annotations },
        { replicas: sizes === undefined ? countOf(name) : (sizes.get(hash) ?? 0), selector, template, minReadySeconds },
      );
    });
}

/** One of the file. */
export function replicaSetObject(scene: ApiScene, set: ReplicaSet): ApiObject {
  const { kind, name, namespace, replicas, minReadySeconds, declared } = set;
  const { labels, annotations, selector, template } = declared;
  return setObject(
    scene,
    kind,
    // They default to the template's (SetDefaults_ReplicaSet, SetDefaults_ReplicationController).
    { name, namespace, labels: Object.keys(labels).length === 0 ? templateLabels(template) : labels, annotations },
    { replicas, selector, template, minReadySeconds },
  );
}

interface SetSpec {
  readonly replicas: number;
  readonly selector: Readonly<Record<string, unknown>>;
  readonly template: Pod | undefined;
  readonly minReadySeconds: number;
}

function setObject(
  scene: ApiScene,
  kind: ReplicaSet['kind'],
  named: Parameters<typeof metaOf>[2],
  { replicas, selector, template, minReadySeconds }: SetSpec,
): ApiObject {
  const pods = podsOf(scene, kind, named);
  const counts = countPods(pods, minReadySeconds, scene.nowMs);
  const labeled = pods.filter((pod) => isActive(pod) && hasLabels(pod, templateLabels(template)));
  const meta = metaOf(scene, kind, named);
  const spec = {
    replicas,
    ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
    selector,
    template: templateOf(template),
  };
  const status = {
    replicas: counts.replicas,
    ...withoutZeros({
      fullyLabeledReplicas: labeled.length,
      readyReplicas: counts.ready,
      availableReplicas: counts.available,
    }),
    ...(meta.generation === undefined ? {} : { observedGeneration: meta.generation }),
  };
  const apiVersion = kind === 'ReplicaSet' ? 'apps/v1' : 'v1';
  return { apiVersion, kind, metadata: meta as ApiObject['metadata'], ...{ spec, status } };
}

/** All labels of the template (replica_set_utils.go calculateStatus). */
const hasLabels = ({ metadata }: KubernetesPod, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(labels).every(([label, value]) => metadata?.labels?.[label] === value);

const wantedOf = ({ wanted }: ApiScene, kind: string, name: string): readonly Pod[] =>
  wanted.filter(
    ({ metadata: { ownerReference: owner } }) => owner !== undefined && owner.kind === kind && owner.name === name,
  );

const templateLabels = (template: Pod | undefined): Readonly<Record<string, string>> => template?.metadata.labels ?? {};

const withLabels = (
  selector: Readonly<Record<string, unknown>>,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> => ({
  ...selector,
  matchLabels: { ...(selector['matchLabels'] as object), ...labels },
});
