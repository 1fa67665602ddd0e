/** What a Pod waits for before its first start (dependsOn), told as Kubernetes tells a scheduling gate. */
import type { PodStatus } from 'kubernetes-types/core/v1.js';
import type { Dependency, Pod } from '../../model/pod.ts';
import { podLabel } from '../runtime/pod-ref.ts';
import type { Refusal } from './schedule.ts';

/**
 * Why a Pod that never ran is not begun with; undefined when all that it depends on is as it asks.
 * @param isHeld it is held down
 * @param statusOf undefined where the Pod is not begun with itself, or is being deleted
 */
export function gateOf(
  { metadata, dependsOn = [] }: Pod,
  isHeld: (dependency: Dependency) => boolean,
  statusOf: (dependency: Dependency) => PodStatus | undefined,
): Refusal | undefined {
  const waits = dependsOn.flatMap((dependency) => {
    const status = statusOf(dependency);
    if (isMet(dependency.condition, status)) return [];
    // A short name means a Pod of the asker's namespace, as on the network.
    const name = dependency.namespace === metadata.namespace ? dependency.name : podLabel(dependency);
    const but = isHeld(dependency)
      ? ', but podrun down holds it down'
      : status?.phase === 'Failed'
        ? ', but it has Failed'
        : '';
    return [`${name} to ${words[dependency.condition]}${but}`];
  });
  if (waits.length === 0) return undefined;
  return { phase: 'Pending', reason: 'SchedulingGated', message: `waiting for ${waits.join(', and for ')}` };
}

const words: Readonly<Record<Dependency['condition'], string>> = {
  Ready: 'be Ready',
  Started: 'have Started',
  Succeeded: 'have Succeeded',
};

/** A Pod that has run to its end well has started, and is as ready as it will be. */
export function isMet(condition: Dependency['condition'], status: PodStatus | undefined): boolean {
  if (status?.phase === 'Succeeded') return true;
  switch (condition) {
    case 'Ready':
      return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
    case 'Started':
      return status?.phase === 'Running' || status?.phase === 'Failed';
    case 'Succeeded':
      return false;
  }
}
