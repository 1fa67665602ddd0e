/** Of all Pods those that the words of a command line mean, and what is not there. */
import { readAsked } from './asked.ts';
import { notFound } from './kinds.ts';
import { meantPods } from './meant-pods.ts';
import type { Nameable } from './meant-pods.ts';

export interface Selected<T> {
  /** In the order given. */
  readonly pods: readonly T[];
  /** Of what is named and gives no Pod, why: not found, in kubectl's words, with the namespaces where it is; or ambiguous. */
  readonly missing: readonly string[];
  /** True where nothing is named: all are meant, or all of a kind. */
  readonly isAll: boolean;
  /** True where one Pod is named by its own name: as an object it stands by itself, in no List. */
  readonly isOne: boolean;
}

/**
 * The Pods that are meant, in the namespace (undefined: in all); all of them where there are no words. A text says what is
 * wrong with the words.
 */
export function selectNamed<T extends Nameable>(
  all: readonly T[],
  words: readonly string[],
  namespace: string | undefined,
): Selected<T> | string {
  const inNamespace = all.filter((pod) => namespace === undefined || pod.namespace === namespace);
  if (words.length === 0) return { pods: inNamespace, missing: [], isAll: true, isOne: false };
  const asked = readAsked(words, (name) => all.some((pod) => pod.name === name));
  if (typeof asked === 'string') return asked;
  const found = asked.map((each) => ({ each, ...meantPods(inNamespace, each) }));
  const meant = new Set(found.flatMap(({ pods }) => pods));
  const missing = found.flatMap(({ each, pods, ambiguous }) => {
    const { kind = 'Pod', name } = each;
    if (ambiguous !== undefined) return ambiguous;
    if (name === undefined || pods.length > 0) return [];
    return `${notFound(kind, name)}${elsewhereText(meantPods(all, each).pods)}`;
  });
  const pods = inNamespace.filter((pod) => meant.has(pod));
  return {
    pods,
    missing,
    isOne: asked.length === 1 && pods.length === 1 && pods[0]?.name === asked[0]?.name,
    isAll: asked.every(({ name }) => name === undefined),
  };
}

/** What follows "not found" where other namespaces have one; '' where none does. */
function elsewhereText(pods: readonly Nameable[]): string {
  const all = [...new Set(pods.map(({ namespace }) => namespace))].toSorted();
  return all.length === 0 ? '' : `, but in namespace ${all.join(', ')}: -n ${all[0]}`;
}
