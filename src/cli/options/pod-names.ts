import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';

/** kubectl's spellings of the one kind that is listed: `get pods web`, `pod/web`. */
const kinds = ['pods', 'pod', 'po'];

export interface Selection {
  readonly pods: readonly KubernetesPod[];
  /** The names that no Pod has. */
  readonly missing: readonly string[];
}

/** The Pods of those names, in the namespace (undefined: in all); all of them where no name is given. */
export function selectPods(
  pods: readonly KubernetesPod[],
  words: readonly string[],
  namespace: string | undefined,
): Selection {
  const names = podNames(words);
  const inNamespace = pods.filter(({ metadata }) => namespace === undefined || metadata?.namespace === namespace);
  if (names.length === 0) return { pods: inNamespace, missing: [] };
  return {
    pods: inNamespace.filter(({ metadata }) => names.includes(metadata?.name ?? '')),
    missing: names.filter((name) => !inNamespace.some(({ metadata }) => metadata?.name === name)),
  };
}

/** Where Pods of a name are that is not in the namespace: what follows "there is no Pod NAME". */
export const elsewhere = (pods: readonly KubernetesPod[], name: string): string =>
  elsewhereText(namespacesOf(pods.filter(({ metadata }) => metadata?.name === name)));

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

/** What follows "there is no Pod NAME" where other namespaces have one; '' where none does. */
export function elsewhereText(namespaces: readonly string[]): string {
  const all = [...new Set(namespaces)].toSorted();
  return all.length === 0 ? '' : `, but in namespace ${all.join(', ')}: -n ${all[0]}`;
}

/** The Pods' bare names: without the kind before them, or in front of each. */
export function podNames(words: readonly string[]): readonly string[] {
  const names = kinds.includes(words[0] ?? '') ? words.slice(1) : words;
  return names.map((name) => name.replace(/^(pods?|po)\//, ''));
}
