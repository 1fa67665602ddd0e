import type { Pair, ParsedNode, Scalar } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';

import type { Aliases } from './guard.ts';

/** Maps by name, where `name:` with nothing behind it means something. */
export const BY_NAME: ReadonlySet<string> = new Set([
  'annotations',
  'binaryData',
  'configMaps',
  'containers',
  'data',
  'dependsOn',
  'env',
  'files',
  'initContainers',
  'labels',
  'matchLabels',
  'nodeSelector',
  'pods',
  'secrets',
  'stringData',
  'volumes',
]);

/** One `key: value` of a map. */
export type Member = Pair<ParsedNode, ParsedNode | null>;

/**
 * The plain value of a node that the guard has let through, with its aliases written out. A field that is null is left
 * out, as Kubernetes reads it as unset.
 */
export function plainValue(node: ParsedNode | null, aliases: Aliases, field = ''): unknown {
  if (node === null) return null;
  const target = follow(node, aliases);
  if (isScalar(target)) return target.value;
  if (isSeq<ParsedNode>(target)) return target.items.map((item) => plainValue(item, aliases));
  if (!isMap(target)) return null;
  const isByName = BY_NAME.has(field);
  const pairs = [...membersOf(target, aliases)].map(
    // A Pod may be called `env`: what stands in a map by name is no map by name itself.
    ([name, { value }]) => [name, plainValue(value, aliases, isByName ? '' : name)] as const,
  );
  return Object.fromEntries(isByName ? pairs : pairs.filter(([, value]) => value !== null));
}

/** What a map holds by key, with what `<<` merges into it: its own goes over that, an earlier merged map over a later. */
export function membersOf(map: ParsedNode, aliases: Aliases): Map<string, Member> {
  const members = new Map<string, Member>();
  if (!isMap<ParsedNode, ParsedNode | null>(map)) return members;
  for (const pair of map.items) {
    const key = keyText(pair);
    if (!isMergeKey(pair.key)) members.set(key, pair);
    else
      for (const source of mergedBy(pair, aliases))
        for (const [name, member] of membersOf(source, aliases)) if (!members.has(name)) members.set(name, member);
  }
  return members;
}

/** The maps behind a `<<`. */
export function mergedBy({ value }: Member, aliases: Aliases): readonly ParsedNode[] {
  if (value === null) return [];
  const target = follow(value, aliases);
  return isSeq<ParsedNode>(target) ? target.items.map((item) => follow(item, aliases)) : [target];
}

export function isMergeKey(key: ParsedNode): boolean {
  return isScalar(key) && typeof key.value === 'symbol' && key.value.description === '<<';
}

/** What an alias stands for, or the node itself. */
export function follow(node: ParsedNode, aliases: Aliases): ParsedNode {
  return isAlias(node) ? (aliases.get(node) ?? node) : node;
}

export function keyText({ key }: Member): string {
  return isScalar(key) ? keyTextOf(key) : '';
}

/** A map's key as the text that it has in the plain value. */
export function keyTextOf({ value }: Scalar): string {
  if (typeof value === 'symbol') return value.description ?? '';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
