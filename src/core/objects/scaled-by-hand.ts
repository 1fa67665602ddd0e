import { changedByHand } from './hand.ts';
import type { Hand } from '../runtime/labels.ts';
import { podLabel } from '../runtime/pod-ref.ts';
import { groupKey } from '../workloads/owned.ts';
import type { Project } from '../../model/project.ts';
import { MAX_MADE_PODS } from '../../model/workload.ts';

/**
 * What is changed by hand where workloads are to have these numbers of Pods, by their keys. A text says what is wrong with
 * a name or a number, after both.
 */
export function scaledByHand(
  { workloads = [] }: Project,
  counts: readonly (readonly [name: string, count: number])[],
): ReadonlyMap<string, Hand> | string {
  const hands = new Map<string, Hand>();
  for (const [name, count] of counts) {
    const text = `${name}=${count}`;
    if (!Number.isInteger(count) || count < 0) return `${text}: it must be a whole number, 0 or more`;
    if (count > MAX_MADE_PODS) return `${text}: one machine has no room for more than ${MAX_MADE_PODS} Pods`;
    const plain = name.replace(/^[^/]+\/(?=[^/]+$)/, '');
    const found = workloads.find(
      (each) => each.kind !== 'DaemonSet' && (podLabel(each) === name || each.name === plain),
    );
    if (found === undefined) return `${text}: there is no Deployment or StatefulSet ${name}`;
    hands.set(groupKey(found), changedByHand(undefined, found, { replicas: count }));
  }
  return hands;
}
