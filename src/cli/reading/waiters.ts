/** What `podrun wait` waits for: each Pod that is named, and how far its conditions are met. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { readAsked } from '../../core/naming/asked.ts';
import { kindNamed, notFound, objectName } from '../../core/naming/kinds.ts';
import { summarizePod } from '../../output/tables/pod-summary.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { namesAndSelector } from '../options/selectors.ts';
import type { Selection } from '../options/pod-names.ts';
import { standingOf } from '../options/wait-condition.ts';
import type { WaitCondition } from '../options/wait-condition.ts';
import { whyHopeless } from '../options/wait-hopeless.ts';

/** One Pod that is waited for, or a name of which it is not known yet which Pods it means. */
export interface Waiter {
  /** As kubectl prints it: `pod/web`. */
  readonly label: string;
  /** The Pod's name; unset while {@link words} are to be looked up. */
  readonly name?: string;
  readonly words: readonly string[];
  /** All Pods are meant, or those that are selected: no name. */
  readonly isWhole?: true;
  /** What is not met yet, in turn; empty: all is. */
  open: readonly WaitCondition[];
  /** The life whose deletion is waited for. */
  uid?: string | undefined;
  /** Why waiting for it makes no sense any more. */
  error?: string;
  last?: KubernetesPod | undefined;
}

/**
 * A waiter for each name. Throws with exit code 2 where the words are wrong, or name nothing.
 * @param isWhole all Pods are meant, or those that are selected: what they are is looked up
 */
export function makeWaiters(
  words: readonly string[],
  conditions: readonly WaitCondition[],
  isWhole: boolean,
): readonly Waiter[] {
  const asked = readAsked(words, (name) => kindNamed(name) !== 'Pod');
  if (typeof asked === 'string') throw new CommandError(exitCode.usage, asked);
  if (isWhole && asked.some(({ name }) => name !== undefined)) throw new CommandError(exitCode.usage, namesAndSelector);
  if (isWhole) return [{ label: 'pod', words, isWhole, open: conditions }];
  const named = asked.flatMap(({ word, kind = 'Pod', name }) =>
    name === undefined ? [] : [{ words: [word], label: objectName(kind, name), open: conditions }],
  );
  if (named.length === 0)
    throw new CommandError(exitCode.usage, 'wait takes the names of Pods, or -l, --field-selector or --all');
  return named.filter(({ words: [word] }, index) => named.findIndex((other) => other.words[0] === word) === index);
}

/** The waiters with a name that means Pods now taken apart into one for each of them. */
export function lookUp(
  waiters: readonly Waiter[],
  selectWords: (words: readonly string[]) => Selection,
): { readonly waiters: readonly Waiter[]; readonly missing: ReadonlyMap<Waiter, string> } {
  const missing = new Map<Waiter, string>();
  const known = new Set(waiters.flatMap(({ name }) => name ?? []));
  const apart = waiters.flatMap((waiter): readonly Waiter[] => {
    if (waiter.name !== undefined || !isWaiting(waiter)) return [waiter];
    const { pods, missing: lines } = selectWords(waiter.words);
    const names = [...new Set(pods.flatMap(({ metadata }) => metadata?.name ?? []))];
    if (names.length === 0) missing.set(waiter, lines[0] ?? 'no matching resources found');
    if (names.length === 0) return [waiter];
    const { words, open } = waiter;
    const fresh = names.filter((name) => !known.has(name));
    for (const name of fresh) known.add(name);
    return fresh.map((name) => ({ words, name, label: objectName('Pod', name), open }));
  });
  return { waiters: apart, missing };
}

export const isWaiting = ({ open, error }: Waiter): boolean => open.length > 0 && error === undefined;

/**
 * Goes through the conditions as far as they are met.
 * @param lives the Pods of that name: a replaced one has two for a while
 * @param all the Pods of the project
 * @param absent what is told when there is none
 */
export function takeLives(
  waiter: Waiter,
  lives: readonly KubernetesPod[],
  all: readonly KubernetesPod[],
  supervised: boolean,
  absent = notFound('Pod', waiter.name ?? ''),
): void {
  if (waiter.isWhole === true) {
    if (supervised || waiter.open.some(({ kind }) => kind === 'delete')) waiter.error = absent;
    return;
  }
  const current = lives.find(({ metadata }) => metadata?.deletionTimestamp === undefined) ?? lives.at(-1);
  waiter.last = current;
  for (let [condition] = waiter.open; condition !== undefined; [condition] = waiter.open) {
    if (condition.kind === 'delete') waiter.uid ??= lives[0]?.metadata?.uid;
    const pod = condition.kind === 'delete' ? lives.find(({ metadata }) => metadata?.uid === waiter.uid) : current;
    const standing = standingOf(condition, pod);
    switch (standing.kind) {
      case 'met':
        waiter.open = waiter.open.slice(1);
        break;
      case 'unmet': {
        const why = pod === undefined ? undefined : whyHopeless(condition, pod, all);
        if (why !== undefined) waiter.error = `${plural(waiter)}: ${why}`;
        return;
      }
      case 'absent':
        // While nobody supervises, the one who makes it may be on the way.
        if (supervised) waiter.error = absent;
        return;
      case 'error':
        waiter.error = `${plural(waiter)}: ${standing.text}`;
        return;
    }
  }
}

/** kubectl's errors name the resource: `pods/web`, `deployments.apps/web`. */
export const plural = ({ label }: Waiter): string => label.replace(/^([^./]+)/, '$1s');

/** What is told of one for which time has run out. */
export function lateText(waiter: Waiter, nowMs: number): string {
  const { last } = waiter;
  const line = `timed out waiting for the condition on ${plural(waiter)}`;
  if (last === undefined) return `${line}: it is not there`;
  const { status, ready, total } = summarizePod(last, nowMs);
  return `${line}: it is ${status}, ${ready}/${total} ready`;
}
