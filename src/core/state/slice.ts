/** How a part of the memory begins, and what of it is forgotten. Its maps and sets never change (entries.ts). */
import { readHookKey } from '../runtime/run-key.ts';
import { withoutEntries, withoutMembers } from './entries.ts';
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
  readonly empty: T;
  /** Without what is about nothing that is alive; itself where all of it is. */
  prune(value: T, alive: Alive): T;
}

type Keep<K extends string> = (key: K, alive: Alive) => boolean;

/** By a key that is about something alive, or is forgotten. */
const mapOf = <V, K extends string = string>(keep: Keep<K>): Slice<ReadonlyMap<K, V>> => ({
  empty: new Map(),
  prune: (value, alive) => (value.size === 0 ? value : withoutEntries(value, (key) => !keep(key, alive))),
});

const setOf = (keep: Keep<string>): Slice<ReadonlySet<string>> => ({
  empty: new Set(),
  prune: (value, alive) => (value.size === 0 ? value : withoutMembers(value, (key) => !keep(key, alive))),
});

/** By the UID of a life. */
export const byUid = <V>(): Slice<ReadonlyMap<string, V>> => mapOf((uid, { uids }) => uids.has(uid));
/** By a part of a life. */
export const byPart = <V>(): Slice<ReadonlyMap<PartKey, V>> =>
  mapOf<V, PartKey>((key, { uids }) => uids.has(readPartKey(key).uid));
/** By the id of a container. */
export const byContainerId = <V>(): Slice<ReadonlyMap<string, V>> => mapOf((id, { ids }) => ids.has(id));
/** By a run of a container. */
export const byRun = <V>(): Slice<ReadonlyMap<string, V>> => mapOf((run, { isRun }) => isRun(run));
/** By a hook of a run. */
export const byHook = <V>(): Slice<ReadonlyMap<string, V>> => mapOf((key, { isRun }) => isRun(readHookKey(key).run));
/** Ids of containers, each perhaps with more behind a space. */
export const containerIds = (): Slice<ReadonlySet<string>> => setOf((key, { ids }) => ids.has(key.replace(/ .*/, '')));
/** What is dropped with the Pod alone. */
export const ofPod = {
  map: <V>(): Slice<ReadonlyMap<string, V>> => mapOf(() => true),
  set: (): Slice<ReadonlySet<string>> => setOf(() => true),
};
