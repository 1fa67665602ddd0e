/** What a Pod that has ended can't become any more. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { WaitCondition } from './wait-condition.ts';

/** Conditions that are True of nothing but a Pod that runs. */
const ofRunning = ['ready', 'containersready'];

/**
 * Why waiting for it makes no sense any more: a Pod's life that Succeeded or Failed never goes on (PodPhase,
 * staging/src/k8s.io/api/core/v1/types.go). Undefined while it may still come to pass.
 */
export function whyHopeless(condition: WaitCondition, pod: KubernetesPod): string | undefined {
  const { status } = pod;
  const { phase = '' } = status ?? {};
  if (!isOverForGood(pod)) return undefined;
  switch (condition.kind) {
    case 'phase':
      return condition.phase === phase ? undefined : `it ${hasEnded(status)}, and can't become ${condition.phase}`;
    case 'condition':
      return ofRunning.includes(condition.type.toLowerCase()) && condition.status.toLowerCase() === 'true'
        ? `it ${hasEnded(status)}, and can't become ${condition.type}`
        : undefined;
    default:
      return undefined;
  }
}

/** Why a Pod that is to become Ready, or to Succeed, never does; undefined while it may. */
export const failedFor = (pod: KubernetesPod): string | undefined =>
  isOverForGood(pod) && pod.status?.phase === 'Failed' ? `it ${hasEnded(pod.status)}` : undefined;

/** Another life of that name may follow: of one that is deleted, or that a controller replaces. */
function isOverForGood({ metadata, status }: KubernetesPod): boolean {
  const { phase = '' } = status ?? {};
  const owners = metadata?.ownerReferences ?? [];
  if (metadata?.deletionTimestamp !== undefined || owners.some(({ kind }) => kind !== 'Job')) return false;
  return phase === 'Succeeded' || phase === 'Failed';
}

/** `has Failed (container app: Error, exit code 1)`. */
function hasEnded(status: KubernetesPod['status']): string {
  const { phase = '', reason, message, containerStatuses = [], initContainerStatuses = [] } = status ?? {};
  const containers = [...initContainerStatuses, ...containerStatuses].flatMap(({ name, state }) => {
    const { exitCode = 0, reason: why = 'Error' } = state?.terminated ?? {};
    return exitCode === 0 ? [] : `container ${name}: ${why}, exit code ${exitCode}`;
  });
  const pod = [reason, message].filter((text) => text !== undefined && text !== '').join(': ');
  const cause = [...(pod === '' ? [] : [pod]), ...containers].join('; ');
  return `has ${phase}${cause === '' ? '' : ` (${cause})`}`;
}
