import { compare } from '../pod/identity.ts';
import { hasLabels } from '../pod/label-selector.ts';
import type { ReadService } from './service.ts';
import type { Pod } from '../../model/pod.ts';

/** The Pods, each with the names of the Services that select it. */
export function withServices(pods: readonly Pod[], services: readonly ReadService[]): readonly Pod[] {
  // By their first label, so that not every Pod is held against every Service.
  const byLabel = new Map<string, ReadService[]>();
  for (const service of services) {
    const [label] = Object.entries(service.selector ?? {}).map((pair) => keyOf(service.namespace, pair));
    if (label !== undefined) byLabel.set(label, [...(byLabel.get(label) ?? []), service]);
  }
  if (byLabel.size === 0) return pods;
  return pods.map((pod) => {
    const { namespace, labels } = pod.metadata;
    const near = Object.entries(labels).flatMap((pair) => byLabel.get(keyOf(namespace, pair)) ?? []);
    const mine = near.filter(({ selector = {} }) => hasLabels(labels, selector));
    const names = [...new Set(mine.map(({ name }) => name))].toSorted(compare);
    return names.length === 0 ? pod : { ...pod, services: names };
  });
}

function keyOf(namespace: string, [label, value]: readonly [string, string]): string {
  return `${namespace} ${label}=${value}`;
}
