import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { preferred } from '../../core/naming/preferred.ts';
import type { ObservedPod } from '../../core/runtime/observed.ts';

/**
 * Of several Pods the one that kubectl would take, see {@link preferred}.
 * @param lives at least one
 * @param podsNow tells the Pods with their statuses; not asked for one alone
 */
export async function bestLife(
  lives: readonly ObservedPod[],
  use: 'attach' | 'logs',
  podsNow: () => Promise<readonly KubernetesPod[]>,
): Promise<ObservedPod> {
  const told = lives.length === 1 ? [] : await podsNow();
  const byUid = new Map(told.map((pod) => [pod.metadata?.uid, pod]));
  const [best] = preferred(lives, ({ uid }) => byUid.get(uid), use);
  if (best === undefined) throw new Error('no Pod to choose from');
  return best;
}
