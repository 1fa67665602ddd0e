/**
 * One file's YAML over another's, as `kubectl patch` does it (strategic merge): maps are merged, lists of named members
 * by their names, other lists replaced; null takes a key away, and so do the directives `$patch: delete` and `replace`.
 * It works on the nodes, so that every finding still points into the file that it is about.
 */
import type { Node, ParsedNode } from 'yaml';
import { isMap, isScalar, isSeq, Pair, YAMLMap, YAMLSeq } from 'yaml';

import type { Aliases } from '../yaml/guard.ts';
import { LIST_OR_MAP, mergeKeyOf } from './merge-keys.ts';
import { oneOf } from '../yaml/read.ts';
import type { Source } from '../yaml/source.ts';
import type { Member } from '../yaml/value.ts';
import { BY_NAME, follow, membersOf, plainValue } from '../yaml/value.ts';

/** What two files know of their nodes together. */
export interface MergeScope {
  readonly aliases: Aliases;
  /** Where the nodes come from that are not of the first file. */
  readonly origins: Map<Node, Source>;
}

type Value = ParsedNode | null;

/** What comes of `above` over `below`; undefined where it is to go. */
export function mergeNodes(below: Value, above: Value, field: string, scope: MergeScope): Value | undefined {
  const [base, over] = [resolve(below, scope), resolve(above, scope)];
  if (isMap(over)) {
    if (isMap(base)) return mergeMaps(base, over, field, scope);
    const named = isSeq<ParsedNode>(base) && LIST_OR_MAP.has(field) ? byName(base, field, scope) : undefined;
    return named === undefined ? withoutDirective(above, scope) : mergeMaps(named, over, field, scope);
  }
  if (!isSeq<ParsedNode>(over)) return above;
  if (isSeq<ParsedNode>(base)) return mergeLists(base, over, field, scope);
  const named = isMap(base) && LIST_OR_MAP.has(field) ? byName(over, field, scope) : undefined;
  return named === undefined || base === null ? above : mergeMaps(base, named, field, scope);
}

/** A map with the members of another over its own. */
function mergeMaps(below: ParsedNode, above: ParsedNode, field: string, scope: MergeScope): Value | undefined {
  const over = membersOf(above, scope.aliases);
  const directive = directiveOf(over);
  if (directive === 'delete' || directive === 'replace') return withoutDirective(above, scope);
  const members = membersOf(below, scope.aliases);
  if (field === VOLUME) keepOneSource(members, over);
  const isByName = BY_NAME.has(field);
  for (const [key, member] of over) {
    const was = members.get(key);
    if (key === '$patch' && directive !== undefined) continue;
    else if (isNull(member.value, scope)) putNull(members, key, member, isByName, scope);
    else put(members, key, member, mergeMember(was, member.value, childField(field, key), scope));
  }
  return made(new YAMLMap<ParsedNode, Value>(), [...members.values()], below, scope);
}

function mergeMember(was: Member | undefined, above: Value, field: string, scope: MergeScope): Value | undefined {
  return was === undefined ? withoutDirective(above, scope) : mergeNodes(was.value, above, field, scope);
}

function put(members: Map<string, Member>, key: string, member: Member, value: Value | undefined): void {
  if (value === undefined) members.delete(key);
  else if (value === member.value) members.set(key, member);
  else members.set(key, new Pair(members.get(key)?.key ?? member.key, value));
}

/** A field that is null is unset. In a map by name only a written `null` is; `name:` says no more than that there is one. */
function putNull(
  members: Map<string, Member>,
  key: string,
  member: Member,
  isByName: boolean,
  scope: MergeScope,
): void {
  const was = members.get(key);
  const isWritten = isScalar(member.value) && member.value.range[0] !== member.value.range[1];
  if (!isByName || (isWritten && was !== undefined)) members.delete(key);
  else if (was === undefined || !isMap(resolve(was.value, scope))) members.set(key, member);
}

/** A list with the members of another over its own, in its own order, new ones behind. */
function mergeLists(below: Items, above: Items, field: string, scope: MergeScope): Value {
  const keyOf = mergeKeyOf(field);
  const over = above.items.filter((item) => !isReplace(item, scope));
  if (over.length < above.items.length) return made(new YAMLSeq<ParsedNode>(), over, above, scope);
  const keys = over.map((item) => keyOf?.(plainValue(item, scope.aliases)));
  if (keys.includes(undefined)) return above;
  const items: (Value | undefined)[] = [...below.items];
  const known = below.items.map((item) => keyOf?.(plainValue(item, scope.aliases)));
  over.forEach((item, index) => {
    const at = known.indexOf(keys[index]);
    if (at < 0) items.push(withoutDirective(item, scope));
    else items[at] = mergeNodes(items[at] ?? null, item, childField(field, ''), scope);
  });
  const left = items.filter((item) => item !== undefined && item !== null);
  return made(new YAMLSeq<ParsedNode>(), left, below, scope);
}

/** A list of named members as the map by name that the short form takes as well; undefined where one has no name. */
function byName(list: Items, field: string, scope: MergeScope): ParsedNode | undefined {
  const pairs: Member[] = [];
  for (const item of list.items) {
    const members = membersOf(resolve(item, scope) ?? item, scope.aliases);
    const name = isScalar(item) && field === 'dependsOn' ? item : members.get('name')?.value;
    if (name === null || name === undefined) return undefined;
    members.delete('name');
    const rest = (): Value => made(new YAMLMap<ParsedNode, Value>(), [...members.values()], item, scope);
    const value = isScalar(item) ? null : field === 'env' ? (members.get('value')?.value ?? rest()) : rest();
    pairs.push(new Pair(name, value));
  }
  return made(new YAMLMap<ParsedNode, Value>(), pairs, list, scope);
}

/** A volume has one source (patchStrategy retainKeys): another one takes the first one's place. */
function keepOneSource(members: Map<string, Member>, over: ReadonlyMap<string, Member>): void {
  if ([...over.keys()].every((key) => key === 'name' || key === '$patch')) return;
  for (const key of members.keys()) if (key !== 'name' && !over.has(key)) members.delete(key);
}

const VOLUME = '$volume';

/** A Pod may be called `env`: what stands in a map or list by name is no map by name itself. */
function childField(field: string, key: string): string {
  if (field === 'volumes') return VOLUME;
  return BY_NAME.has(field) ? '' : key;
}

type Items = YAMLSeq.Parsed<ParsedNode>;

type Directive = 'delete' | 'merge' | 'replace';

function directiveOf(members: ReadonlyMap<string, Member>): Directive | undefined {
  const node = members.get('$patch')?.value;
  return isScalar(node) ? oneOf(node.value, ['delete', 'merge', 'replace'] as const) : undefined;
}

/** What there is nothing below, without its directive. */
function withoutDirective(above: Value, scope: MergeScope): Value | undefined {
  const node = resolve(above, scope);
  if (!isMap(node)) return above;
  const members = membersOf(node, scope.aliases);
  const directive = directiveOf(members);
  if (directive === undefined) return above;
  members.delete('$patch');
  if (directive === 'delete') return undefined;
  return made(new YAMLMap<ParsedNode, Value>(), [...members.values()], node, scope);
}

/** `$patch: replace` as a member of its own: the others are the whole list. */
function isReplace(item: ParsedNode, scope: MergeScope): boolean {
  const members = membersOf(resolve(item, scope) ?? item, scope.aliases);
  return members.size === 1 && directiveOf(members) === 'replace';
}

function resolve(node: Value, { aliases }: MergeScope): Value {
  return node === null ? null : follow(node, aliases);
}

function isNull(node: Value, scope: MergeScope): boolean {
  const target = resolve(node, scope);
  return target === null || (isScalar(target) && target.value === null);
}

/** A new collection that stands where `like` does. */
function made<T extends ParsedNode | Member>(
  collection: { items: unknown[]; range?: unknown },
  items: readonly T[],
  like: ParsedNode,
  { origins }: MergeScope,
): ParsedNode {
  collection.items = [...items];
  collection.range = like.range;
  const node = collection as unknown as ParsedNode;
  const origin = origins.get(like);
  if (origin !== undefined) origins.set(node, origin);
  return node;
}
