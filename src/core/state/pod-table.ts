/** The Pods by their key. A step that changes one copies a list of references, and no map. */
import type { Pod } from '../../model/pod.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import type { PodMemory } from './pod-memory.ts';

/** All that is known of one Pod. What no step has touched stays the same object. */
export interface PodState {
  /** `NAMESPACE/NAME`. */
  readonly key: string;
  /** As it is to be; unset where nothing names it. */
  readonly desired?: Pod;
  /** What of it is on the engine, oldest first: usually one life. */
  readonly lives: readonly ObservedPod[];
  readonly memory: PodMemory;
  readonly plan: PodPlan;
}

/** What the last look at the Pod came to. */
export interface PodPlan {
  /** When it is to be planned again if nothing else happens; Infinity: not at all. */
  readonly wakeAtMs: number;
  /** How much was wanted, begun or not; 0: all is as it should be. */
  readonly wanted: number;
  /** Targets of calls for others, and Pods as `pod NAMESPACE/NAME`, that it waits for. */
  readonly waitsFor: ReadonlySet<string>;
  /** It waits until fewer calls, or pulls and builds, are in flight. */
  readonly needsSlot: { readonly short: boolean; readonly long: boolean };
}

export const noPlan: PodPlan = {
  wakeAtMs: -Infinity,
  wanted: 0,
  waitsFor: new Set(),
  needsSlot: { short: false, long: false },
};

export interface PodTable {
  /** In the order in which they are planned: that of the file, then those that no file names. */
  readonly list: readonly PodState[];
  readonly places: ReadonlyMap<string, number>;
}

export const emptyTable: PodTable = { list: [], places: new Map() };

export function podAt(table: PodTable, key: string): PodState | undefined {
  const place = table.places.get(key);
  return place === undefined ? undefined : table.list[place];
}

/** The table with those Pods as they are now; `places` stays the same unless one comes or goes. */
export function withPods(table: PodTable, changed: ReadonlyMap<string, PodState | undefined>): PodTable {
  if (changed.size === 0) return table;
  const comesOrGoes = [...changed].some(([key, pod]) => table.places.has(key) !== (pod !== undefined));
  if (!comesOrGoes) {
    const list = [...table.list];
    for (const [key, pod] of changed) list[table.places.get(key) as number] = pod as PodState;
    return { list, places: table.places };
  }
  const kept = table.list.flatMap((pod) => (changed.has(pod.key) ? (changed.get(pod.key) ?? []) : [pod]));
  const added = [...changed.values()].filter((pod) => pod !== undefined && !table.places.has(pod.key)) as PodState[];
  return makeTable([...kept, ...added]);
}

/** The table in another order: keys that it names come first, in its order. */
export function inOrder(table: PodTable, keys: readonly string[]): PodTable {
  const first = keys.flatMap((key) => podAt(table, key) ?? []);
  const named = new Set(first);
  const list = [...first, ...table.list.filter((pod) => !named.has(pod))];
  return list.every((pod, i) => pod === table.list[i]) ? table : makeTable(list);
}

export const makeTable = (list: readonly PodState[]): PodTable => ({
  list,
  places: new Map(list.map((pod, place) => [pod.key, place])),
});
