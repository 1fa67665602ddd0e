/** What the objects of the API are told from: the Pods, and what the engine keeps of the objects themselves. */
import type { OwnerReference, ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { Pod } from '../../../model/pod.ts';
import type { ObjectRecord } from '../../runtime/labels.ts';
import { objectKey, readObjectKey } from '../../runtime/object-record.ts';
import { rfc3339 } from '../../runtime/time.ts';
import { apiSpec } from '../../status/api-spec.ts';
import type { Staffing } from '../../workloads/staffing.ts';

export interface ApiScene {
  readonly pods: readonly KubernetesPod[];
  readonly records: ReadonlyMap<string, ObjectRecord>;
  /** The Pods that are to be there now. */
  readonly wanted: readonly Pod[];
  /** How many Pods the ReplicaSets of a Deployment are to have, by its key and their revision. */
  readonly scales: Staffing['scales'];
  readonly nowMs: number;
}

interface Named {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The metadata of an object, with its uid, age and generation as far as its record has them. */
export function metaOf(
  { records }: ApiScene,
  kind: string,
  { name, namespace, labels, annotations }: Named,
): ObjectMeta {
  const record = records.get(objectKey(kind, { name, namespace }));
  const owner = record?.owner === undefined ? undefined : records.get(record.owner);
  return {
    name,
    namespace,
    ...(isEmpty(labels) ? {} : { labels: { ...labels } }),
    ...(isEmpty(annotations) ? {} : { annotations: { ...annotations } }),
    ...(record === undefined
      ? {}
      : {
          uid: record.uid,
          creationTimestamp: rfc3339(record.createdAtMs),
          generation: record.generation.number,
        }),
    ...(owner === undefined ? {} : { ownerReferences: [ownedBy(owner)] }),
  };
}

const isEmpty = (map: Readonly<Record<string, string>> | undefined): boolean => Object.keys(map ?? {}).length === 0;

function ownedBy({ object, uid }: ObjectRecord): OwnerReference {
  const { kind, name } = readObjectKey(object);
  const apiVersion = kind === 'CronJob' ? 'batch/v1' : 'apps/v1';
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The Pods whose owner is that object. */
export const podsOf = ({ pods }: ApiScene, kind: string, { name, namespace }: Named): readonly KubernetesPod[] =>
  pods.filter(
    ({ metadata }) =>
      metadata?.namespace === namespace &&
      metadata.ownerReferences?.some((owner) => owner.kind === kind && owner.name === name) === true,
  );

/** What Pods are made of, as a workload's object shows it. @param labels those that the controller adds */
export function templateOf(pod: Pod | undefined, added: readonly string[] = []): object {
  if (pod === undefined) return { metadata: {}, spec: { containers: [] } };
  const { labels, annotations } = pod.metadata;
  const own = Object.fromEntries(Object.entries(labels).filter(([label]) => !added.includes(label)));
  const notes = Object.keys(annotations).length === 0 ? {} : { annotations };
  return { metadata: { labels: own, ...notes }, spec: apiSpec(pod.spec) };
}

/** Without the counts that are 0: so the API server leaves them out. */
export function withoutZeros<T extends Readonly<Record<string, unknown>>>(counts: T): Partial<T> {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0)) as Partial<T>;
}
