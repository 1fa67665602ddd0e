import type { Event, Pod } from 'kubernetes-types/core/v1.js';
import { objectKindNamed, objectName } from '../../core/naming/kinds.ts';
import { render } from '../jsonpath/evaluate.ts';
import type { Part } from '../jsonpath/parse.ts';

export type StructuredFormat = 'json' | 'yaml' | 'name';

/** A Pod, or an object of another kind. */
export interface Shown {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
}

/**
 * Objects as kubectl prints them for machines, with a line end: keys in alphabetical order, as from a server.
 * @param single the user named one object: it stands by itself, in no List
 */
export async function objectsAs(
  format: StructuredFormat,
  objects: readonly Shown[],
  { single }: { readonly single: boolean },
): Promise<string> {
  if (format === 'name') return objects.map((object) => `${shownName(object)}\n`).join('');
  const [first] = objects;
  const shown = sortKeys(single && first !== undefined && objects.length === 1 ? first : listOf(objects));
  if (format === 'json') return toJson(shown);
  const { toYaml } = await import('./yaml.ts');
  return toYaml(shown);
}

/**
 * What a JSONPath template makes of objects: of one that is named by itself, of others in a List. Throws a JsonPathError.
 */
export function objectsByTemplate(
  template: readonly Part[],
  objects: readonly Shown[],
  { single }: { readonly single: boolean },
): string {
  const [first] = objects;
  return render(template, sortKeys(single && first !== undefined ? first : listOf(objects)));
}

/** As kubectl prints its name: `pod/web`, `deployment.apps/web`. */
const shownName = ({ kind = 'Pod', metadata }: Shown): string =>
  objectName(objectKindNamed(kind) ?? 'Pod', metadata?.name ?? '');

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
function listOf(items: readonly (Shown | Event)[]): object {
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sortKeys(each)]));
}
