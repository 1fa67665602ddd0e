/** How a part of the memory begins, is copied for a step, and is forgotten. */

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

type Keep = (key: string, alive: Alive) => boolean;

const beforeSlash: Keep = (key, { uids }) => uids.has(key.slice(0, key.indexOf('/')));

/** By a key that is about something alive, or is forgotten. */
const mapOf = <V>(keep: Keep): Slice<Map<string, V>> => ({
  empty: () => new Map(),
  copy: (value) => new Map(value),
  prune(value, alive) {
    for (const key of value.keys()) if (!keep(key, alive)) value.delete(key);
  },
});

const setOf = (keep: Keep): Slice<Set<string>> => ({
  empty: () => new Set(),
  copy: (value) => new Set(value),
  prune(value, alive) {
    for (const key of value) if (!keep(key, alive)) value.delete(key);
  },
});

/** By the UID of a life. */
export const byUid = <V>(): Slice<Map<string, V>> => mapOf((uid, { uids }) => uids.has(uid));
/** By a key that begins with `UID/`. */
export const byPart = <V>(): Slice<Map<string, V>> => mapOf(beforeSlash);
/** By the id of a container. */
export const byContainerId = <V>(): Slice<Map<string, V>> => mapOf((id, { ids }) => ids.has(id));
/** By a run of a container. */
export const byRun = <V>(): Slice<Map<string, V>> => mapOf((run, { isRun }) => isRun(run));
/** By `RUN/WHAT`. */
export const byPartOfRun = <V>(): Slice<Map<string, V>> =>
  mapOf((key, { isRun }) => isRun(key.slice(0, key.lastIndexOf('/'))));
/** Ids of containers, each perhaps with more behind a space. */
export const containerIds = (): Slice<Set<string>> => setOf((key, { ids }) => ids.has(key.replace(/ .*/, '')));
/** What is dropped with the Pod alone. */
export const ofPod = {
  map: <V>(): Slice<Map<string, V>> => mapOf(() => true),
  set: (): Slice<Set<string>> => setOf(() => true),
};
