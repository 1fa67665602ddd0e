import type { Pod } from 'kubernetes-types/core/v1.js';

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
  const shown = sortKeys(single && first !== undefined && pods.length === 1 ? first : podListOf(pods));
  if (format === 'json') return `${JSON.stringify(shown, undefined, 4)}\n`;
  const { toYaml } = await import('./yaml.ts');
  return toYaml(shown);
}

/** What `kubectl get` makes of several objects: its List is of the plain kind, whatever is in it. */
function podListOf(items: readonly Pod[]): object {
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sortKeys(each)]));
}
