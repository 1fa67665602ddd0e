import type { Alias, Document, ParsedNode } from 'yaml';
import { isAlias, isMap, isNode, isScalar, isSeq, visit } from 'yaml';

/** What a document may be once its aliases are written out. */
const MAX_NODES = 200_000;
const MAX_DEPTH = 100;

/** The YAML library looks through all anchors for each alias, so their number is bounded too. */
const MAX_ALIASES = 5_000;

/** What each alias repeats. */
export type Aliases = ReadonlyMap<Alias, ParsedNode>;

type Tell = (from: number, to: number, message: string, hint?: string) => void;

interface Extent {
  readonly nodes: number;
  readonly depth: number;
}

const LEAF: Extent = { nodes: 1, depth: 1 };

/**
 * The aliases of a document that is safe to turn into a plain value: its keys are scalars, its aliases lead
 * somewhere, none of them holds itself, and all of them written out stay within bounds. Else tells what is wrong and
 * gives `undefined`.
 */
export function guard(yaml: Document.Parsed, tell: Tell): Aliases | undefined {
  const aliases = new Map<Alias, ParsedNode>();
  let isSafe = true;
  const refuse = (node: ParsedNode, message: string, hint?: string): Extent => {
    isSafe = false;
    tell(node.range[0], node.range[1], message, hint);
    return LEAF;
  };
  const whole = yaml.contents;
  if (whole === null) return aliases;
  try {
    collect(yaml, aliases);
    if (aliases.size > MAX_ALIASES) refuse(whole, `the document has more than ${MAX_ALIASES} aliases`);
    const { nodes, depth } = measure(whole, aliases, refuse);
    if (nodes > MAX_NODES) refuse(whole, `with its aliases written out the document has more than ${MAX_NODES} parts`);
    if (depth > MAX_DEPTH) refuse(whole, `the document is nested more than ${MAX_DEPTH} levels deep`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refuse(whole, `the document is nested more than ${MAX_DEPTH} levels deep`);
  }
  return isSafe ? aliases : undefined;
}

/** An alias repeats the last anchor of its name that stands before it. */
function collect(yaml: Document.Parsed, into: Map<Alias, ParsedNode>): void {
  const anchors = new Map<string, ParsedNode>();
  visit(yaml, (_, node) => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) into.set(node, target);
    } else if (isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node as ParsedNode);
  });
}

/** What a node comes to with its aliases written out; each node is measured once. */
function measure(
  whole: ParsedNode,
  aliases: Aliases,
  refuse: (node: ParsedNode, message: string, hint?: string) => Extent,
): Extent {
  const known = new Map<ParsedNode, Extent>();
  const open = new Set<ParsedNode>();
  const extentOf = (node: ParsedNode | null): Extent => {
    if (node === null || isScalar(node)) return LEAF;
    let extent = known.get(node);
    if (extent === undefined) {
      open.add(node);
      extent = isAlias(node) ? ofAlias(node) : sum(partsOf(node));
      open.delete(node);
      known.set(node, extent);
    }
    return extent;
  };
  const ofAlias = (alias: Alias.Parsed): Extent => {
    const target = aliases.get(alias);
    if (target === undefined) return refuse(alias, `no anchor &${alias.source} stands before this alias`);
    if (open.has(target)) return refuse(alias, `the alias *${alias.source} stands inside what it repeats`);
    return extentOf(target);
  };
  const partsOf = (node: ParsedNode): readonly (ParsedNode | null)[] => {
    if (isSeq<ParsedNode>(node)) return node.items;
    if (!isMap<ParsedNode, ParsedNode | null>(node)) return [];
    return node.items.map(({ key, value }) => {
      if (!isScalar(key))
        refuse(key, 'a key must be a plain text', 'put quotes around a key that begins with [, {, * or &');
      else if (isMerge(key.value) && !isMergeable(aliases, value))
        refuse(key, '<< must be given a map, or a list of maps');
      return value;
    });
  };
  const sum = (parts: readonly (ParsedNode | null)[]): Extent => {
    let [nodes, depth] = [1, 0];
    for (const part of parts) {
      const extent = extentOf(part);
      nodes += extent.nodes;
      depth = Math.max(depth, extent.depth);
    }
    return { nodes, depth: depth + 1 };
  };
  return extentOf(whole);
}

function isMerge(key: unknown): boolean {
  return typeof key === 'symbol' && key.description === '<<';
}

function isMergeable(aliases: Aliases, value: ParsedNode | null): boolean {
  const resolve = (node: ParsedNode | null): unknown => (isAlias(node) ? aliases.get(node) : node);
  const target = resolve(value);
  if (isMap(target)) return true;
  return isSeq<ParsedNode>(target) && target.items.every((item) => isMap(resolve(item)));
}
