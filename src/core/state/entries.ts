/** Maps and sets that never change: what is to change is given another one. The same one where nothing is new. */

/** The map with that entry as well. */
export const withEntry = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> =>
  map.get(key) === value && map.has(key) ? map : new Map(map).set(key, value);

export const withoutEntry = <K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> => {
  if (!map.has(key)) return map;
  const kept = new Map(map);
  kept.delete(key);
  return kept;
};

/** The map without the entries of those keys. */
export function withoutEntries<K, V>(map: ReadonlyMap<K, V>, isGone: (key: K, value: V) => boolean): ReadonlyMap<K, V> {
  let kept: Map<K, V> | undefined;
  for (const [key, value] of map)
    if (isGone(key, value)) {
      kept ??= new Map(map);
      kept.delete(key);
    }
  return kept ?? map;
}

export const withMember = <T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> =>
  set.has(member) ? set : new Set(set).add(member);

export const withoutMember = <T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> =>
  withoutMembers(set, (each) => each === member);

export function withoutMembers<T>(set: ReadonlySet<T>, isGone: (member: T) => boolean): ReadonlySet<T> {
  const kept = [...set].filter((member) => !isGone(member));
  return kept.length === set.size ? set : new Set(kept);
}
