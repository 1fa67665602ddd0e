/** The documents of several files, with what a later file says put over what an earlier one does. */
import type { Node, ParsedNode } from 'yaml';
import { isMap, isNode, isSeq, Pair, visit, YAMLMap, YAMLSeq } from 'yaml';

import type { Doc } from '../yaml/cursor.ts';
import { identityOf, isShort } from '../project/dialect.ts';
import { withValue } from '../yaml/document.ts';
import type { MergeScope } from './merge.ts';
import { mergeNodes } from './merge.ts';
import { fieldsOf, listOf } from '../yaml/read.ts';
import type { Source } from '../yaml/source.ts';
import type { Member } from '../yaml/value.ts';
import { follow, membersOf } from '../yaml/value.ts';

/**
 * The documents of all layers: an object that an earlier layer has, too, is merged over that one, any other one is
 * added. Their values are as before the merge.
 */
export function mergeLayers(layers: readonly (readonly Doc[])[]): readonly Doc[] {
  const [first = [], ...others] = layers;
  return others.reduce(mergeLayer, first);
}

function mergeLayer(below: readonly Doc[], above: readonly Doc[]): readonly Doc[] {
  const docs = below.map(withValue);
  const objects = indexObjects(docs);
  const entries = indexEntries(docs);
  const rest = docs.findIndex(({ value }) => isShort(value));
  const added: Doc[] = [];
  for (const doc of above.flatMap(itemsOf)) {
    if (isShort(doc.value)) {
      for (const { index, part } of partsOf(doc, entries, rest)) mergeInto(docs, added, { index, path: [] }, part);
    } else {
      const found = objects.get(identityOf(doc.value) ?? '');
      mergeInto(docs, added, found ?? { index: -1, path: [] }, doc);
    }
  }
  for (const { index } of objects.values()) closeHoles(docs[index]);
  return [...docs, ...added].filter(({ root }) => root !== null);
}

/** Where an object stands: which document, and which item of its List. */
interface Found {
  readonly index: number;
  readonly path: readonly number[];
}

function indexObjects(docs: readonly Doc[]): ReadonlyMap<string, Found> {
  const objects = new Map<string, Found>();
  docs.forEach(({ value }, index) => {
    const items = fieldsOf(value)['kind'] === 'List' ? listOf(fieldsOf(value)['items']) : undefined;
    const found = items?.map((item, i) => [item, [i]] as const) ?? [[value, []] as const];
    for (const [object, path] of found) {
      const identity = identityOf(object);
      if (identity !== undefined && !objects.has(identity)) objects.set(identity, { index, path });
    }
  });
  return objects;
}

/** The maps at the top of the short form whose entries may come from several documents. */
const COLLECTIONS = ['pods', 'configMaps', 'secrets', 'volumes', 'endpoints'];

function indexEntries(docs: readonly Doc[]): ReadonlyMap<string, number> {
  const entries = new Map<string, number>();
  docs.forEach(({ value }, index) => {
    if (!isShort(value)) return;
    for (const collection of COLLECTIONS)
      for (const name of Object.keys(fieldsOf(fieldsOf(value)[collection])))
        if (!entries.has(`${collection} ${name}`)) entries.set(`${collection} ${name}`, index);
  });
  return entries;
}

/** A short-form document by the documents that have its entries already; all else of it goes to `rest`. */
function partsOf(
  doc: Doc,
  entries: ReadonlyMap<string, number>,
  rest: number,
): readonly { readonly index: number; readonly part: Doc }[] {
  const parts = new Map<number, Member[]>();
  for (const [name, member] of membersOf(doc.root as ParsedNode, doc.aliases)) {
    const value = member.value === null ? null : follow(member.value, doc.aliases);
    if (!COLLECTIONS.includes(name) || !isMap(value)) {
      push(parts, rest, member);
      continue;
    }
    const byIndex = new Map<number, Member[]>();
    for (const [entry, pair] of membersOf(value, doc.aliases)) {
      const index = entries.get(`${name} ${entry}`) ?? rest;
      push(byIndex, index, pair);
    }
    for (const [index, pairs] of byIndex) push(parts, index, new Pair(member.key, mapOf(pairs, value)));
  }
  return [...parts].map(([index, members]) => ({
    index,
    part: { ...doc, root: mapOf(members, doc.root as ParsedNode) },
  }));
}

function push(lists: Map<number, Member[]>, index: number, member: Member): void {
  const list = lists.get(index);
  if (list === undefined) lists.set(index, [member]);
  else list.push(member);
}

function mapOf(members: readonly Member[], like: ParsedNode): ParsedNode {
  const map = new YAMLMap<ParsedNode, ParsedNode | null>();
  map.items = [...members];
  map.range = like.range;
  return map as unknown as ParsedNode;
}

/** Each item of a List as a document of its own. */
function itemsOf(doc: Doc): readonly Doc[] {
  const plain = withValue(doc);
  if (fieldsOf(plain.value)['kind'] !== 'List' || doc.root === null) return [plain];
  const items = membersOf(doc.root, doc.aliases).get('items')?.value ?? null;
  const list = items === null ? null : follow(items, doc.aliases);
  if (!isSeq<ParsedNode>(list)) return [plain];
  return list.items.map((item) => withValue({ ...doc, root: follow(item, doc.aliases) }));
}

/** Puts a document over the one at `index`, or over an item of that one's List; where there is none it is added. */
function mergeInto(docs: Doc[], added: Doc[], { index, path }: Found, above: Doc): void {
  const below = docs[index];
  if (below === undefined) {
    added.push(above);
    return;
  }
  const scope = {
    aliases: new Map([...below.aliases, ...above.aliases]),
    origins: new Map([...below.origins, ...originsIn(above)]),
  };
  const root = mergeAt(below.root, path, above.root, scope);
  docs[index] = { ...below, ...scope, root, value: undefined };
}

function mergeAt(
  below: ParsedNode | null,
  [item]: readonly number[],
  above: ParsedNode | null,
  scope: MergeScope,
): ParsedNode | null {
  if (item === undefined || below === null) return mergeNodes(below, above, '', scope) ?? null;
  const members = membersOf(below, scope.aliases);
  const items = members.get('items');
  const list = follow(items?.value ?? below, scope.aliases);
  if (items === undefined || !isSeq<ParsedNode>(list)) return below;
  const merged = new YAMLSeq<ParsedNode | null>();
  // Where an object is taken away there is a hole for now: the others are known by their numbers.
  merged.items = list.items.map((each, index) =>
    index === item ? (mergeNodes(each, above, '', scope) ?? null) : each,
  );
  members.set('items', new Pair(items.key, merged as unknown as ParsedNode));
  return mapOf([...members.values()], below);
}

/** Only the lists that were merged have holes, and these were made here. */
function closeHoles(doc: Doc | undefined): void {
  const { root, aliases } = doc ?? {};
  if (doc?.value !== undefined || root === undefined || root === null || aliases === undefined) return;
  const list: unknown = membersOf(root, aliases).get('items')?.value;
  if (isSeq(list)) list.items = list.items.filter((item) => item !== null);
}

function originsIn(doc: Doc): ReadonlyMap<Node, Source> {
  const origins = new Map<Node, Source>();
  if (!isNode(doc.root)) return origins;
  visit(doc.root, {
    Node: (_, node) => {
      origins.set(node, doc);
    },
  });
  return origins;
}
