/** What `podrun wait` waits for in vain. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { isHeldDown } from '../../output/tables/pod-summary.ts';
import { hasEnded, heldText, isOverForGood, whyNever } from '../../run/asked/hopeless.ts';
import type { WaitCondition } from './wait-condition.ts';

/** Conditions that are True of nothing but a Pod that runs. */
const ofRunning = ['ready', 'containersready'];

/**
 * Why waiting for it makes no sense any more: a Pod's life that Succeeded or Failed never goes on (PodPhase,
 * staging/src/k8s.io/api/core/v1/types.go), and one that `podrun down` holds down, or that waits for one that never
 * comes, does not begin. Undefined while it may still come to pass.
 * @param all the Pods of the project: what it waits for is one of them
 */
export function whyHopeless(
  condition: WaitCondition,
  pod: KubernetesPod,
  all: readonly KubernetesPod[],
): string | undefined {
  const { status } = pod;
  const { phase = '' } = status ?? {};
  if (condition.kind !== 'delete' && isHeldDown(pod)) return heldText(pod);
  switch (condition.kind) {
    case 'phase':
      if (!isOverForGood(pod))
        return ['Running', 'Succeeded'].includes(condition.phase) ? whyNever(pod, all) : undefined;
      return condition.phase === phase ? undefined : `it ${hasEnded(status)}, and can't become ${condition.phase}`;
    case 'condition':
      if (!ofRunning.includes(condition.type.toLowerCase()) || condition.status.toLowerCase() !== 'true')
        return undefined;
      return isOverForGood(pod) ? `it ${hasEnded(status)}, and can't become ${condition.type}` : whyNever(pod, all);
    default:
      return undefined;
  }
}
