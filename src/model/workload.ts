import type { Pod } from './pod.ts';

/** Workloads whose Pods come and go by their controller's rules (src/controllers). Their Pods are among the project's. */
export type Workload = Deployment | StatefulSet | DaemonSet | ReplicaSet;

interface WorkloadFields {
  readonly name: string;
  readonly namespace: string;
  /** How many Pods it is to have. */
  readonly replicas: number;
  /** The template as it is now, as its Pods carry it in the label {@link revisionLabel}. */
  readonly revision: string;
  /** For how long a Pod must be Ready to be available. */
  readonly minReadySeconds: number;
  readonly declared: Declared;
  /** Not all of its Pods are selected: its rules do not count, and what else there is of it is left as it is. */
  readonly apart?: true;
}

/** What its object in the API says beside what its controller goes by. */
export interface Declared {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** As it is written. */
  readonly selector: Readonly<Record<string, unknown>>;
  /** How many templates of before are kept. */
  readonly revisionHistoryLimit: number;
  /** Of a StatefulSet. */
  readonly serviceName?: string;
  /** A Pod of its template, as the first one would be; unset where others were named. */
  readonly template?: Pod;
}

export interface Deployment extends WorkloadFields {
  readonly kind: 'Deployment';
  readonly paused: boolean;
  /** A rollout that gets no further for so long has failed; nothing is undone for that. */
  readonly progressDeadlineSeconds: number;
  readonly strategy: { readonly type: 'Recreate' } | Rolling;
}

export interface StatefulSet extends WorkloadFields {
  readonly kind: 'StatefulSet';
  readonly podManagementPolicy: 'OrderedReady' | 'Parallel';
  readonly updateStrategy:
    | { readonly type: 'OnDelete' }
    /** So many of the first Pods as the partition says are not updated. Without maxUnavailable it is one at a time. */
    | { readonly type: 'RollingUpdate'; readonly partition: number; readonly maxUnavailable?: IntOrPercent };
}

export interface DaemonSet extends WorkloadFields {
  readonly kind: 'DaemonSet';
  readonly updateStrategy: { readonly type: 'OnDelete' } | Rolling;
}

/** One of the file; those of a Deployment follow from it. Its Pods stay as they were made when its template is edited. */
export interface ReplicaSet extends WorkloadFields {
  readonly kind: 'ReplicaSet' | 'ReplicationController';
}

export interface Rolling {
  readonly type: 'RollingUpdate';
  readonly maxSurge: IntOrPercent;
  readonly maxUnavailable: IntOrPercent;
}

/** A number of Pods, or a share of them such as `25%`. */
export type IntOrPercent = number | string;

/** A share of Pods as a number of them (apimachinery's intstr GetScaledValueFromIntOrPercent). */
export function resolveShare(value: IntOrPercent, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const share = (Number(value.replace(/%$/, '')) * total) / 100;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}

/** Both as numbers of Pods; one at least may be missing where none may be too many (deployment_util.go ResolveFenceposts). */
export function fenceposts(
  rolling: Rolling,
  replicas: number,
): { readonly maxSurge: number; readonly maxUnavailable: number } {
  const maxSurge = resolveShare(rolling.maxSurge, replicas, 'up');
  const maxUnavailable = Math.min(resolveShare(rolling.maxUnavailable, replicas, 'down'), replicas);
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable };
}

/** `NAMESPACE/KIND/NAME` of the object that its Pods name as their owner. */
export const makerKey = ({ kind, namespace, name, revision }: Workload): string =>
  kind === 'Deployment' ? `${namespace}/ReplicaSet/${name}-${revision}` : `${namespace}/${kind}/${name}`;

/** The label by which a workload's Pods tell which template they were made of. */
export const revisionLabel = {
  Deployment: 'pod-template-hash',
  StatefulSet: 'controller-revision-hash',
  DaemonSet: 'controller-revision-hash',
} as const;

/** The template that a Pod with these labels was made of; undefined where none tells, as a ReplicaSet's do not. */
export function revisionIn(
  labels: Readonly<Record<string, string>> | undefined,
  kind: Workload['kind'],
): string | undefined {
  return kind === 'ReplicaSet' || kind === 'ReplicationController' ? undefined : labels?.[revisionLabel[kind]];
}

/** More Pods no one machine runs, and a short file must not take all of podrun's memory. */
export const MAX_MADE_PODS = 5000;
