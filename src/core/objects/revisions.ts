/**
 * The templates of a workload as objects of their own: a Deployment's ReplicaSets, and the ControllerRevisions of the
 * others (pkg/controller/deployment/util, pkg/controller/history).
 */
import { revisionIn } from '../../model/workload.ts';
import type { Workload } from '../../model/workload.ts';
import type { ObjectRecord } from '../runtime/labels.ts';
import { objectKey } from '../runtime/object-record.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { groupKey } from '../workloads/owned.ts';
import { renewed } from './renewed.ts';
import type { Scene } from './renewed.ts';
import { keptTemplate } from './kept-template.ts';

interface Known {
  /** Of all objects. */
  readonly all: readonly ObjectRecord[];
  /** Of this workload's Pods. */
  readonly lives: readonly ObservedPod[];
}

/**
 * The template as it is now has the highest revision, also one that is gone back to (getNewReplicaSet); of those before as
 * many are kept as revisionHistoryLimit says, and those that have Pods.
 */
export function revisionsOf(scene: Scene, workload: Workload, { all, lives }: Known): readonly ObjectRecord[] {
  const owner = groupKey(workload);
  const key = templateKey(workload, workload.revision);
  if (key === undefined) return [];
  const labels = lives.flatMap((life) => revisionOfLife(life, workload.kind) ?? []);
  const used = new Set(labels.flatMap((revision) => templateKey(workload, revision) ?? []));
  const owned = all.filter((record) => record.owner === owner);
  // Of Pods that a podrun made which kept none.
  const unknown = [...used].filter((each) => each !== key && !owned.some(({ object }) => object === each));
  const before = [
    ...owned.filter(({ object }) => object !== key),
    ...unknown.toSorted().map((each, index) => ({ ...renewed(scene, each, ''), owner, revision: index + 1 })),
  ].toSorted((a, b) => (a.revision ?? 0) - (b.revision ?? 0));
  const highest = before.at(-1)?.revision ?? 0;
  const known = scene.known(key);
  const revision = known?.revision !== undefined && known.revision > highest ? known.revision : highest + 1;
  const idle = before.filter(({ object }) => !used.has(object));
  const spare = new Set(idle.slice(0, Math.max(0, idle.length - workload.declared.revisionHistoryLimit)));
  const rest = before.filter((record) => !spare.has(record));
  // What is new and paused is not begun with (getNewReplicaSet without createIfNotExisted).
  if (known === undefined && workload.kind === 'Deployment' && workload.paused && !used.has(key)) return rest;
  const { template } = workload.declared;
  const kept = template === undefined ? {} : { template: keptTemplate(template) };
  return [...rest, { ...renewed(scene, key, ''), owner, revision, ...kept }];
}

/** The key of the object that one of its templates is, by the hash that its Pods carry; of a ReplicaSet none is. */
export function templateKey({ kind, namespace, name }: Workload, revision: string): string | undefined {
  switch (kind) {
    case 'Deployment':
      return objectKey('ReplicaSet', { namespace, name: `${name}-${revision}` });
    case 'StatefulSet':
      // The label has the whole name.
      return objectKey('ControllerRevision', { namespace, name: revision });
    case 'DaemonSet':
      return objectKey('ControllerRevision', { namespace, name: `${name}-${revision}` });
    case 'ReplicaSet':
    case 'ReplicationController':
      return undefined;
  }
}

/** Whether the Pod is of that template, by the name that its object has. */
export function isOfTemplate(life: ObservedPod, { namespace, name }: { namespace: string; name: string }): boolean {
  const hashes = ['pod-template-hash', 'controller-revision-hash'].flatMap((label) => labelsOf(life)[label] ?? []);
  return life.namespace === namespace && hashes.some((hash) => name === hash || name.endsWith(`-${hash}`));
}

const revisionOfLife = (life: ObservedPod, kind: Workload['kind']): string | undefined =>
  revisionIn(labelsOf(life), kind);

const labelsOf = ({ facts, record }: ObservedPod): Readonly<Record<string, string>> =>
  (facts?.live ?? record.end?.facts.live)?.labels ?? {};
