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

/** The Pods' bare names: without the kind before them, or in front of each. */
export function podNames(words: readonly string[]): readonly string[] {
  const names = kinds.includes(words[0] ?? '') ? words.slice(1) : words;
  return names.map((name) => name.replace(/^(pods?|po)\//, ''));
}
