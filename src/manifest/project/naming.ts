/** The Pods that a command line names, with what they wait for: `up POD...`. */
import { indexPods, keyOf } from '../pod/depends-on.ts';
import { NAMESPACE } from '../defaults.ts';
import { didYouMean } from '../schema/field-hint.ts';
import type { Identity } from '../pod/identity.ts';
import type { ReadPod } from '../pod/pod.ts';
import { hasLabels } from '../pod/label-selector.ts';
import type { ReadService } from '../service/service.ts';
import { suggest } from '../schema/suggest.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';

/** What Pods are named by beside their own names. */
export interface OtherNames {
  readonly controllers: readonly Identity[];
  readonly services: readonly ReadService[];
}

/**
 * The Pods of those names: NAME, NAME.NAMESPACE, a controller's name for all of its Pods, or a Service's, as `svc/NAME` or where
 * nothing else has it, for those that it selects.
 */
export function namedPods(
  words: readonly string[],
  all: readonly ReadPod[],
  { controllers, services }: OtherNames,
  into: Diagnostic[],
): readonly ReadPod[] {
  const index = indexPods(all, controllers);
  const names = all.map(({ pod }) => pod.metadata.name);
  const selected = (name: string): readonly ReadPod[] => {
    const own = services.filter((each) => each.name === name && Object.keys(each.selector ?? {}).length > 0);
    const service = own.find(({ namespace }) => namespace === NAMESPACE) ?? own[0];
    return all.filter(
      ({ pod: { metadata } }) =>
        metadata.namespace === service?.namespace && hasLabels(metadata.labels, service.selector ?? {}),
    );
  };
  return words.flatMap((word) => {
    const [, service] = /^svc\/(.+)$/.exec(word) ?? [];
    const found = service === undefined ? index(NAMESPACE, word) : selected(service);
    const own = found.length > 0 ? found : all.filter(({ pod }) => pod.metadata.name === word);
    const pods = own.length > 0 || service !== undefined ? own : selected(word);
    if (pods.length === 0)
      into.push(unknown(word, [...names, ...[...controllers, ...services].map(({ name }) => name)]));
    return pods;
  });
}

/** The names of the Pods that these words mean, as far as they mean any: of a controller those that its template makes now. */
export function namesMeant(
  words: readonly string[],
  all: readonly ReadPod[],
  controllers: readonly Identity[],
): readonly string[] {
  const index = indexPods(all, controllers);
  return words.flatMap((word) => [word, ...index(NAMESPACE, word).map(({ pod }) => pod.metadata.name)]);
}

/** Those Pods and all that they wait for, one through another. */
export function withAwaited(named: readonly ReadPod[], pods: readonly ReadPod[]): readonly ReadPod[] {
  const byKey = new Map(pods.map((read) => [keyOf(read.pod.metadata), read]));
  const wanted = new Set(named.map(({ pod }) => keyOf(pod.metadata)));
  // A set is walked to the end that it grows to.
  for (const key of wanted) for (const dependency of byKey.get(key)?.pod.dependsOn ?? []) wanted.add(keyOf(dependency));
  return pods.filter(({ pod }) => wanted.has(keyOf(pod.metadata)));
}

function unknown(word: string, names: readonly string[]): Diagnostic {
  const near = suggest(word, names);
  const place = { file: '', line: 1, col: 1, width: 1, path: '' };
  const hint = near === undefined ? {} : { hint: didYouMean(near) };
  return { severity: 'error', ...place, message: `no Pod is named ${word}`, ...hint };
}
