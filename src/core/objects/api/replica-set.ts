/** ReplicaSets and ReplicationControllers as the API has them: a Deployment's, of each of its templates, and those of the file. */
import type { Pod } from '../../../model/pod.ts';
import { revisionLabel } from '../../../model/workload.ts';
import type { Deployment } from '../../../model/workload.ts';
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
  const { declared, minReadySeconds, replicas } = deployment;
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
        { selector, template, minReadySeconds },
      );
    });
}

/** Of the file, known by their Pods alone. */
export function setsOfPods(scene: ApiScene, kind: 'ReplicaSet' | 'ReplicationController'): readonly ApiObject[] {
  const owned = scene.wanted.filter(
    ({ metadata: { ownerReference: owner, labels } }) =>
      owner?.kind === kind && labels[revisionLabel.Deployment] === undefined,
  );
  const firsts = new Map<string, Pod>();
  for (const pod of owned.toReversed()) firsts.set(`${pod.metadata.namespace}/${ownerName(pod)}`, pod);
  return [...firsts.values()].map((template) => {
    const { namespace, labels } = template.metadata;
    const selector = kind === 'ReplicaSet' ? { matchLabels: labels } : labels;
    return setObject(
      scene,
      kind,
      { name: ownerName(template), namespace, labels },
      { selector, template, minReadySeconds: 0 },
    );
  });
}

interface SetSpec {
  readonly selector: object;
  readonly template: Pod | undefined;
  readonly minReadySeconds: number;
}

function setObject(
  scene: ApiScene,
  kind: 'ReplicaSet' | 'ReplicationController',
  named: Parameters<typeof metaOf>[2],
  { selector, template, minReadySeconds }: SetSpec,
): ApiObject {
  const pods = podsOf(scene, kind, named);
  const { replicas, ready, available } = countPods(pods, minReadySeconds, scene.nowMs);
  const wanted = wantedOf(scene, kind, named.name).filter(({ metadata }) => metadata.namespace === named.namespace);
  const meta = metaOf(scene, kind, named);
  const spec = {
    // Of one that is on its way out only those are known that are still there.
    replicas: wanted.length === 0 ? pods.filter(isActive).length : wanted.length,
    ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
    selector,
    template: templateOf(template),
  };
  const counts = { fullyLabeledReplicas: replicas, readyReplicas: ready, availableReplicas: available };
  const observed = meta.generation === undefined ? {} : { observedGeneration: meta.generation };
  const status = { replicas, ...withoutZeros(counts), ...observed };
  const apiVersion = kind === 'ReplicaSet' ? 'apps/v1' : 'v1';
  return { apiVersion, kind, metadata: meta as ApiObject['metadata'], ...{ spec, status } };
}

const wantedOf = ({ wanted }: ApiScene, kind: string, name: string): readonly Pod[] =>
  wanted.filter(
    ({ metadata: { ownerReference: owner } }) => owner !== undefined && owner.kind === kind && owner.name === name,
  );

const ownerName = ({ metadata }: Pod): string => metadata.ownerReference?.name ?? '';

const templateLabels = (template: Pod | undefined): Readonly<Record<string, string>> => template?.metadata.labels ?? {};

const withLabels = (
  selector: Readonly<Record<string, unknown>>,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> => ({
  ...selector,
  matchLabels: { ...(selector['matchLabels'] as object), ...labels },
});
