/** Pods as the statuses of their controllers count them (replica_set_utils.go calculateStatus, IsPodAvailable). */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { readRfc3339 } from '../../runtime/time.ts';

export interface PodCounts {
  /** Neither finished nor on their way out. */
  readonly replicas: number;
  readonly ready: number;
  /** Ready for minReadySeconds. */
  readonly available: number;
  readonly terminating: number;
}

export function countPods(pods: readonly KubernetesPod[], minReadySeconds: number, nowMs: number): PodCounts {
  const active = pods.filter(isActive);
  return {
    replicas: active.length,
    ready: active.filter((pod) => readySinceMs(pod) !== undefined).length,
    available: active.filter((pod) => availableAtMs(pod, minReadySeconds) <= nowMs).length,
    terminating: pods.filter(isTerminating).length,
  };
}

export const isActive = (pod: KubernetesPod): boolean => !isFinished(pod) && !isTerminating(pod);

const isTerminating = ({ metadata }: KubernetesPod): boolean => metadata?.deletionTimestamp !== undefined;

const isFinished = ({ status }: KubernetesPod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** When its condition Ready became True; undefined while it is not. */
export function readySinceMs({ status }: KubernetesPod): number | undefined {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' ? (readRfc3339(ready.lastTransitionTime) ?? 0) : undefined;
}

/** Infinity: not Ready. */
export const availableAtMs = (pod: KubernetesPod, minReadySeconds: number): number =>
  (readySinceMs(pod) ?? Infinity) + minReadySeconds * 1000;

/** 0 where it is not known. */
export const createdAtMs = ({ metadata }: KubernetesPod): number => readRfc3339(metadata?.creationTimestamp) ?? 0;
