/** A project as the objects that the API has of it, each in full; what it has no field for is an annotation. */
import { BUILD, ON_CHANGE } from '../../model/annotations.ts';
import type { Claim, DataObject, Project } from '../../model/project.ts';
import type { Pod } from '../../model/pod.ts';
import { allContainers } from '../runtime/facts.ts';
import { writtenBuild } from './api-build.ts';
import { apiSpec } from './api-spec.ts';

/** Any object of the API. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly uid?: string;
  };
}

/** What the Pods take from first, so that the list can be applied in its order. */
export function apiObjects({ objects, claims, pods }: Project): readonly ApiObject[] {
  return [...objects.map(apiData), ...claims.map(apiClaim), ...pods.map(apiPod)];
}

export function apiPod({ metadata, spec }: Pod): ApiObject {
  const { name, namespace, labels, annotations, ownerReference } = metadata;
  const owner = ownerReference === undefined ? {} : { ownerReferences: [{ ...ownerReference, controller: true }] };
  const whole = {
    name,
    namespace,
    labels,
    annotations: { ...annotations, ...buildsOf(spec), ...rulesOf(spec) },
    ...owner,
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata: whole, ...{ spec: withClaimSpecs(apiSpec(spec)) } };
}

export function apiData({ kind, name, namespace, data, binaryData, type, immutable }: DataObject): ApiObject {
  const [plain, encoded] = kind === 'Secret' ? ['stringData', 'data'] : ['data', 'binaryData'];
  const fields = {
    ...(type === undefined ? {} : { type }),
    ...(immutable === undefined ? {} : { immutable }),
    ...(Object.keys(data).length === 0 ? {} : { [plain]: data }),
    ...(Object.keys(binaryData).length === 0 ? {} : { [encoded]: binaryData }),
  };
  return { apiVersion: 'v1', kind, metadata: { name, namespace }, ...fields };
}

/** podrun's volumes have no size; a cluster wants to be asked for one. */
const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };

export function apiClaim({ name, namespace }: Claim): ApiObject {
  const object = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace } };
  return { ...object, ...{ spec: claimSpec } };
}

function withClaimSpecs(spec: ReturnType<typeof apiSpec>): object {
  const volumes = spec.volumes?.map((volume) =>
    volume.ephemeral === undefined ? volume : { ...volume, ephemeral: { volumeClaimTemplate: { spec: claimSpec } } },
  );
  return { ...spec, volumes };
}

function buildsOf(spec: Pod['spec']): Readonly<Record<string, string>> {
  const builds = allContainers(spec).flatMap(({ name, build }) =>
    build === undefined ? [] : [[name, writtenBuild(build)] as const],
  );
  return builds.length === 0 ? {} : { [BUILD]: JSON.stringify(Object.fromEntries(builds)) };
}

function rulesOf(spec: Pod['spec']): Readonly<Record<string, string>> {
  const rules = allContainers(spec).flatMap(({ name, onChange }) => (onChange === undefined ? [] : [[name, onChange]]));
  return rules.length === 0 ? {} : { [ON_CHANGE]: JSON.stringify(Object.fromEntries(rules)) };
}
