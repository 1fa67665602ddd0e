/**
 * A Pod whose infra is gone for a moment, with which its labels are: it is what it is to be, and gets another sandbox under
 * the same UID. Were it its controller's no more, another Pod would follow, whose failures nothing is known of.
 */
import type { Pod } from '../../model/pod.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { isThere } from '../runtime/there.ts';
import { current } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { groupOf, groupOfLife } from './workload.ts';

/** {@link groupOfLife} of one whose infra is gone too. */
export function groupNow(draft: Draft, life: ObservedPod): string | undefined {
  const pod = podInstead(draft, life);
  return pod === undefined ? groupOfLife(life) : groupOf(pod.metadata);
}

/** What tells of a Pod whose infra is gone; undefined while the infra does, and of what goes anyway. */
export function podInstead(draft: Draft, life: ObservedPod): Pod | undefined {
  if (life.facts !== undefined) return undefined;
  const pod = current(draft, life.key);
  return isThere(life) || pod?.memory.newUid === life.uid ? pod?.desired : undefined;
}
