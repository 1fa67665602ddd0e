/** The Pods that the words of a command line mean: by their own name, a workload's or a Service's. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { kindNamed } from '../../core/naming/kinds.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { namesAndSelector, podTest } from '../options/selectors.ts';
import { selectPods } from '../options/pod-names.ts';
import type { Selection, ServicesOf } from '../options/pod-names.ts';

import { servicesOf } from './services-of.ts';

export interface Words {
  /** None: all Pods. */
  readonly pod: readonly string[];
  /** Unset: all. */
  readonly namespace: string | undefined;
  readonly selector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** Of the Pods those that are meant, by all the words or by some. */
export type SelectPods = (pods: readonly KubernetesPod[], words?: readonly string[]) => Selection;

/** The Pods that are meant now. Rejects with exit code 2 where the words are wrong. */
export async function meantOf(
  world: World,
  globals: GlobalOptions,
  words: Words,
  pods: readonly KubernetesPod[],
): Promise<Selection> {
  const selection = selecting(words, noServices)(pods);
  // The file is read for Services alone: what else a word may mean is known by the Pods.
  const isClear = selection.missing.length === 0 && !words.pod.some(namesServices);
  return isClear ? selection : selecting(words, await servicesOf(world, globals))(pods);
}

/** The same for Pods that are told again and again. Rejects with exit code 2 where the words are wrong. */
export async function makeSelect(world: World, globals: GlobalOptions, words: Words): Promise<SelectPods> {
  const mayBeServices = words.pod.some((word) => !word.includes('/') || namesServices(word));
  const select = selecting(words, mayBeServices ? await servicesOf(world, globals) : noServices);
  select([]);
  return select;
}

const noServices: ServicesOf = () => [];

const namesServices = (word: string): boolean => kindNamed(word.replace(/\/.*/s, '')) === 'Service';

/** What is wrong with words is so whatever Pods there are. */
function selecting({ pod, namespace, ...selectors }: Words, services: ServicesOf): SelectPods {
  const isSelected = podTest(selectors);
  return (pods, words = pod) => {
    const selection = selectPods(pods, words, namespace, services);
    if (typeof selection === 'string') throw new CommandError(exitCode.usage, selection);
    if (isSelected === undefined) return selection;
    if (!selection.isAll) throw new CommandError(exitCode.usage, namesAndSelector);
    return { ...selection, pods: selection.pods.filter(isSelected) };
  };
}
