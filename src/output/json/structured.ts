import type { Event, Pod } from 'kubernetes-types/core/v1.js';

import { render } from '../jsonpath/evaluate.ts';
import type { Part } from '../jsonpath/parse.ts';

export type StructuredFormat = 'json' | 'yaml' | 'name';

/**
 * Pods as kubectl prints them for machines, with a line end: keys in alphabetical order, as from a server.
 * @param single the user named one Pod: it stands by itself, in no List
 */
export async function podsAs(
  format: StructuredFormat,
  pods: readonly Pod[],
  { single }: { readonly single: boolean },
): Promise<string> {
  if (format === 'name') return pods.map((pod) => `pod/${pod.metadata?.name ?? ''}\n`).join('');
  const [first] = pods;
  const shown = sortKeys(single && first !== undefined && pods.length === 1 ? first : listOf(pods));
  if (format === 'json') return toJson(shown);
  const { toYaml } = await import('./yaml.ts');
  return toYaml(shown);
}

/**
 * What a JSONPath template makes of Pods: of one that is named by itself, of others in a List. Throws a JsonPathError.
 */
export function podsByTemplate(
  template: readonly Part[],
  pods: readonly Pod[],
  { single }: { readonly single: boolean },
): string {
  const [first] = pods;
  return render(template, sortKeys(single && first !== undefined ? first : listOf(pods)));
}

/** Events in a List, with a line end. */
export function eventsAsJson(events: readonly Event[]): string {
  return toJson(sortKeys(listOf(events)));
}

/** Kubernetes' own words for what became of an object that is watched (apimachinery, pkg/watch/watch.go). */
export interface PodChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** As it is now; one that is gone, as it last was. */
  readonly object: Pod;
}

/** A change as kubectl prints it under `--output-watch-events`, with a line end. */
export function watchEventAsJson({ type, object }: PodChange): string {
  return toJson({ type, object: sortKeys(object) });
}

const toJson = (value: unknown): string => `${JSON.stringify(value, undefined, 4)}\n`;

/** What `kubectl get` makes of several objects: its List is of the plain kind, whatever is in it. */
function listOf(items: readonly (Pod | Event)[]): object {
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sortKeys(each)]));
}
