/** How a part of the memory begins, is copied for a step, and is forgotten. */
import { readHookKey } from '../runtime/run-key.ts';
import { readPartKey } from './part-key.ts';
import type { PartKey } from './part-key.ts';

/** What of a Pod is still there: on the engine, or about to be. */
export interface Alive {
  /** The UIDs of the Pod's lives. */
  readonly uids: ReadonlySet<string>;
  /** The ids of their containers. */
  readonly ids: ReadonlySet<string>;
  /** Whether a run, as `ID@STARTED`, is that of a container that is there. */
  readonly isRun: (run: string) => boolean;
}

export interface Slice<T> {
  empty(): T;
  copy(value: T): T;
  /** Drops what is about nothing that is alive. `value` is a copy. */
  prune(value: T, alive: Alive): void;
}

type Keep<K extends string> = (key: K, alive: Alive) => boolean;

/** By a key that is about something alive, or is forgotten. */
const mapOf = <V, K extends string = string>(keep: Keep<K>): Slice<Map<K, V>> => ({
  empty: () => new Map(),
  copy: (value) => new Map(value),
  prune(value, alive) {
    for (const key of value.keys()) if (!keep(key, alive)) value.delete(key);
  },
});

const setOf = (keep: Keep<string>): Slice<Set<string>> => ({
  empty: () => new Set(),
  copy: (value) => new Set(value),
  prune(value, alive) {
    for (const key of value) if (!keep(key, alive)) value.delete(key);
  },
});

/** By the UID of a life. */
export const byUid = <V>(): Slice<Map<string, V>> => mapOf((uid, { uids }) => uids.has(uid));
/** By a part of a life. */
export const byPart = <V>(): Slice<Map<PartKey, V>> =>
  mapOf<V, PartKey>((key, { uids }) => uids.has(readPartKey(key).uid));
/** By the id of a container. */
export const byContainerId = <V>(): Slice<Map<string, V>> => mapOf((id, { ids }) => ids.has(id));
/** By a run of a container. */
export const byRun = <V>(): Slice<Map<string, V>> => mapOf((run, { isRun }) => isRun(run));
/** By a hook of a run. */
export const byHook = <V>(): Slice<Map<string, V>> => mapOf((key, { isRun }) => isRun(readHookKey(key).run));
/** Ids of containers, each perhaps with more behind a space. */
export const containerIds = (): Slice<Set<string>> => setOf((key, { ids }) => ids.has(key.replace(/ .*/, '')));
/** What is dropped with the Pod alone. */
export const ofPod = {
  map: <V>(): Slice<Map<string, V>> => mapOf(() => true),
  set: (): Slice<Set<string>> => setOf(() => true),
};
