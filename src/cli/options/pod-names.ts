import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { kindNamed } from '../../core/naming/kinds.ts';
import type { Nameable } from '../../core/naming/meant-pods.ts';
import { selectNamed } from '../../core/naming/select.ts';
import type { Selected } from '../../core/naming/select.ts';

/** The names of the Services that select a Pod. */
export type ServicesOf = (pod: KubernetesPod) => readonly string[];

export type Selection = Selected<KubernetesPod>;

/** The Pods that the words mean, as {@link selectNamed}. */
export function selectPods(
  pods: readonly KubernetesPod[],
  words: readonly string[],
  namespace: string | undefined,
  servicesOf: ServicesOf,
): Selection | string {
  const all = pods.map((pod) => ({ ...nameable(pod, servicesOf(pod)), pod }));
  const selected = selectNamed(all, words, namespace);
  return typeof selected === 'string' ? selected : { ...selected, pods: selected.pods.map(({ pod }) => pod) };
}

function nameable({ metadata }: KubernetesPod, services: readonly string[]): Nameable {
  const { name = '', namespace = 'default', labels = {}, ownerReferences: [owner] = [] } = metadata ?? {};
  return { name, namespace, labels, services, ...(owner === undefined ? {} : { owner }) };
}

/**
 * kubectl's line for a list that is empty, and which namespaces have something for it.
 * @param namespaces of all that there is, one for each
 * @param looked the namespace that was looked into; unset: all
 */
export function nothingFound(what: string, namespaces: readonly string[], looked: string | undefined): string {
  const line = `No ${what} found${looked === undefined ? '' : ` in ${looked} namespace`}.\n`;
  const names = [...new Set(namespaces)].toSorted();
  if (names.length === 0) return line;
  const places = names.map((name) => `${namespaces.filter((each) => each === name).length} in ${name}`);
  return `${line}podrun: there are ${places.join(', ')}: -n ${names[0]}, or -A for all\n`;
}

/** The namespaces of Pods, one for each. */
export const namespacesOf = (pods: readonly KubernetesPod[]): readonly string[] =>
  pods.map(({ metadata }) => metadata?.namespace ?? 'default');

/**
 * The bare names of Pods and workloads: without the kind before them, or in front of each; a Service's is `svc/NAME`. A kind
 * alone is a name: `down pod` must not mean all of a project.
 */
export function podNames(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  const before = rest.length > 0 ? kindWord(first) : undefined;
  const names = before === undefined ? words : rest;
  return names.map(
    (name) => (before ?? '') + name.replace(/^([^/]+)\//, (whole, kind: string) => kindWord(kind) ?? whole),
  );
}

/** What stands for a kind in front of a name; undefined for what is no kind. */
function kindWord(word: string): string | undefined {
  const kind = kindNamed(word);
  return kind === undefined ? undefined : kind === 'Service' ? 'svc/' : '';
}
