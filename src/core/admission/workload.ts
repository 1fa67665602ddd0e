/** Which controller of the file a Pod belongs to: its Pods of an edited template follow those of the one before. */
import type { ObjectMeta, OwnerReference, Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import type { ObservedPod } from '../runtime/observed.ts';

/** A Pod of the file that takes the place of one that the file no longer names; undefined where none does. */
export function successorOf(project: Project, life: ObservedPod): Pod | undefined {
  const group = groupOfLife(life);
  return group === undefined ? undefined : project.pods.find(({ metadata }) => groupOf(metadata) === group);
}

/** {@link workloadOf} of a Pod of the file. */
export const groupOf = ({ namespace, ownerReference, labels }: ObjectMeta): string | undefined =>
  workloadOf(namespace, ownerReference, labels);

/** {@link workloadOf} of a Pod on the engine, a finished one too. */
export function groupOfLife({ namespace, facts, record }: ObservedPod): string | undefined {
  const { owner, labels } = facts?.live ?? record.end?.facts.live ?? {};
  return workloadOf(namespace, owner, labels);
}

/**
 * `NAMESPACE/KIND/NAME` of a Pod's controller. A Deployment's Pods are owned by a ReplicaSet that is named after the
 * template's hash.
 */
export function workloadOf(
  namespace: string,
  owner: OwnerReference | undefined,
  labels: Readonly<Record<string, string>> = {},
): string | undefined {
  if (owner === undefined) return undefined;
  const suffix = `-${labels['pod-template-hash'] ?? ''}`;
  const isOfDeployment = owner.kind === 'ReplicaSet' && suffix !== '-' && owner.name.endsWith(suffix);
  const [kind, name] = isOfDeployment ? ['Deployment', owner.name.slice(0, -suffix.length)] : [owner.kind, owner.name];
  return `${namespace}/${kind}/${name}`;
}
