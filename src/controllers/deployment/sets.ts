/** A Deployment's ReplicaSets as it scales them: of each template one. */
import { isActive } from '../decision.ts';
import type { OwnedPod } from '../decision.ts';
import { manageReplicas } from '../replica-set/replica-set.ts';

/** How many Pods each ReplicaSet is to have, as the Deployment last had it. */
export interface Scales {
  /** spec.replicas of the Deployment then (the annotation deployment.kubernetes.io/desired-replicas). */
  readonly replicas: number;
  /** spec.replicas of its ReplicaSets by their revision, the one that was made first first. */
  readonly sizes: ReadonlyMap<string, number>;
}

export interface OwnedSet {
  readonly revision: string;
  /** spec.replicas. */
  readonly size: number;
  /** Those that are neither finished nor on their way out. */
  readonly active: readonly OwnedPod[];
}

/**
 * In the order in which they were made.
 * @param revision of a Pod that does not tell its own
 * @param before undefined where nobody knows: then each is to have as many Pods as it has
 */
export function setsOf(pods: readonly OwnedPod[], revision: string, before: Scales | undefined): readonly OwnedSet[] {
  const found = new Map<string, OwnedPod[]>([...(before?.sizes.keys() ?? [])].map((key) => [key, []]));
  const byAge = pods.filter(isActive).toSorted((a, b) => compare(a.createdAtMs, b.createdAtMs));
  for (const pod of byAge) {
    const key = pod.revision ?? revision;
    found.set(key, [...(found.get(key) ?? []), pod]);
  }
  return [...found].map(([key, active]) => ({
    revision: key,
    size: before?.sizes.get(key) ?? active.length,
    active,
  }));
}

/** Not by their difference: both may be Infinity. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);

/** Those of its Pods that its size leaves. */
export function keptOf({ size, active }: OwnedSet): readonly OwnedPod[] {
  const { end } = manageReplicas(size, active);
  return active.filter((pod) => !end.includes(pod));
}

export const totalOf = (sets: readonly OwnedSet[]): number => sets.reduce((sum, { size }) => sum + size, 0);
