/** Which controller of the file a Pod belongs to: its Pods of an edited template follow those of the one before. */
import type { OwnerReference, Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import type { ObservedPod } from '../runtime/observed.ts';

/** A Pod of the file that takes the place of one that the file no longer names; undefined where none does. */
export function successorOf(project: Project, { namespace, facts, record }: ObservedPod): Pod | undefined {
  const { owner, labels } = facts?.live ?? record.end?.facts.live ?? {};
  const workload = workloadOf(namespace, owner, labels);
  if (workload === undefined) return undefined;
  return project.pods.find(
    ({ metadata }) => workloadOf(metadata.namespace, metadata.ownerReference, metadata.labels) === workload,
  );
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
