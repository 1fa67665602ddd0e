import type { Node, ParsedNode } from 'yaml';
import { isAlias, isMap, isPair, isScalar, isSeq, Scalar } from 'yaml';

import type { Refusal } from './go-yaml.ts';
import type { Guarded } from './guard.ts';
import type { Source, Span } from './source.ts';
import { spanAt } from './source.ts';
import { follow, isMergeKey, keyText, mergedBy } from './value.ts';

export type Step = string | number;

/** One document of a YAML stream, with all that is needed to point into it. */
export interface Doc extends Source, Guarded {
  readonly root: ParsedNode | null;
  /** What kubectl does not read. */
  readonly refusals: readonly Refusal[];
  /** Where nodes come from that another file put over this one's. */
  readonly origins: ReadonlyMap<Node, Source>;
  /** The plain value; `undefined` until it is known to be safe to build. */
  readonly value: unknown;
}

/** A place in a document: the steps from its root, whether or not anything is there. */
export interface Cursor {
  readonly doc: Doc;
  readonly path: readonly Step[];
}

/** What was read, and where it stands. */
export interface Sited<T> {
  readonly value: T;
  readonly at: Cursor;
}

/** Where a place is for the user. */
export interface Place extends Span {
  /** The file as the user named it. */
  readonly file: string;
}

/** A stretch of a text that is no YAML, as a place. */
export function placeIn(source: Source, from: number, to: number): Cursor {
  const root = Object.assign(new Scalar(''), { range: [from, to, to] }) as Scalar.Parsed;
  const nothing = { aliases: new Map(), otherKeys: [], otherWords: [], refusals: [], origins: new Map() };
  return { doc: { ...source, ...nothing, root, value: undefined }, path: [] };
}

/** The place `steps` below `at`. */
export function below(at: Cursor, ...steps: readonly Step[]): Cursor {
  return { doc: at.doc, path: [...at.path, ...steps] };
}

/** A path as Kubernetes writes it: `spec.containers[0].image`, `metadata.labels[app.kubernetes.io/name]`. */
export function pathText(path: readonly Step[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number' || !/^[\w$-]+$/.test(step)) text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/**
 * Where a place is in its text: its key or its value. What is not there is shown at its nearest ancestor that is,
 * and a collection at its key, since it may span a hundred lines.
 */
export function placeOf(at: Cursor, side: 'key' | 'value'): Place {
  const { doc } = at;
  const node = shownNode(at, side);
  const source = originOf(doc, node);
  const [from, to] = node?.range ?? [0, 1];
  return { file: source.file, ...spanAt(source, from, to) };
}

/** The folder that a relative path at a place starts from. */
export function dirOf(at: Cursor): string {
  return originOf(at.doc, shownNode(at, 'value')).dir;
}

function originOf(doc: Doc, node: ParsedNode | null): Source {
  return (node === null ? undefined : doc.origins.get(node)) ?? doc;
}

function shownNode(at: Cursor, side: 'key' | 'value'): ParsedNode | null {
  const { steps, complete } = trace(at);
  const last = steps.at(-1);
  const { root } = at.doc;
  if (last === undefined) return firstScalar(root) ?? root;
  const { value } = last;
  if (side === 'value' && complete && (isScalar(value) || isAlias(value)) && !isEmpty(value)) return value;
  return last.key ?? firstScalar(value) ?? value;
}

/** The node at a place, with aliases followed; `undefined` where nothing is. */
export function nodeAt(at: Cursor): ParsedNode | undefined {
  const { steps, complete } = trace(at);
  if (!complete) return undefined;
  const last = steps.at(-1);
  const node = last === undefined ? at.doc.root : last.value;
  return node === null ? undefined : follow(node, at.doc.aliases);
}

interface Trodden {
  readonly key?: ParsedNode;
  readonly value: ParsedNode | null;
}

/** The nodes along a path, as far as they exist. */
function trace(at: Cursor): { readonly steps: readonly Trodden[]; readonly complete: boolean } {
  const steps: Trodden[] = [];
  let node: ParsedNode | null = at.doc.root;
  for (const step of at.path) {
    const next: Trodden | undefined = node === null ? undefined : enter(at.doc, follow(node, at.doc.aliases), step);
    if (next === undefined) return { steps, complete: false };
    steps.push(next);
    node = next.value;
  }
  return { steps, complete: true };
}

function enter(doc: Doc, node: ParsedNode, step: Step): Trodden | undefined {
  if (isSeq<ParsedNode>(node)) {
    const item = typeof step === 'number' ? node.items[step] : undefined;
    return item === undefined ? undefined : { value: item };
  }
  if (!isMap<ParsedNode, ParsedNode | null>(node)) return undefined;
  // The last of duplicate keys is the one with a value.
  const pair = node.items.findLast((each) => keyText(each) === String(step));
  if (pair !== undefined) return { key: pair.key, value: pair.value };
  for (const each of node.items) {
    if (!isMergeKey(each.key)) continue;
    for (const source of mergedBy(each, doc.aliases)) {
      // A merged map may merge further ones; the guard has made sure that this ends.
      const found = isMap(source) ? enter(doc, source, step) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function firstScalar(node: ParsedNode | null): ParsedNode | undefined {
  let current: ParsedNode | null | undefined = node;
  while (current !== null && current !== undefined) {
    if (isMap<ParsedNode, ParsedNode | null>(current)) {
      const pair: unknown = current.items[0];
      current = isPair<ParsedNode, ParsedNode | null>(pair) ? pair.key : undefined;
    } else if (isSeq<ParsedNode>(current)) current = current.items[0];
    else return current;
  }
  return undefined;
}

/** An absent value (`key:`) is a node without text. */
function isEmpty(node: ParsedNode): boolean {
  return node.range[0] === node.range[1];
}
