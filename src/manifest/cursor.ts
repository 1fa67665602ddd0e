import type { Document, Pair, ParsedNode, Scalar } from 'yaml';
import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';

import type { Guarded } from './guard.ts';

export type Step = string | number;

/** One document of a YAML stream, with all that is needed to point into it. */
export interface Doc extends Guarded {
  /** The file as the user named it. */
  readonly file: string;
  /** The absolute folder that relative host paths start from. */
  readonly dir: string;
  readonly text: string;
  /** The offset at which each line begins. */
  readonly lineStarts: readonly number[];
  readonly yaml: Document.Parsed;
  /** The plain value; `undefined` until it is known to be safe to build. */
  readonly value: unknown;
}

/** A place in a document: the steps from its root, whether or not anything is there. */
export interface Cursor {
  readonly doc: Doc;
  readonly path: readonly Step[];
}

export interface Span {
  readonly line: number;
  readonly col: number;
  readonly width: number;
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
 * Where a place is in the text: its key or its value. What is not there is shown at its nearest ancestor that is,
 * and a collection at its key, since it may span a hundred lines.
 */
export function spanOf(at: Cursor, side: 'key' | 'value'): Span {
  const { steps, complete } = trace(at);
  const last = steps.at(-1);
  const root = at.doc.yaml.contents;
  if (last === undefined) return nodeSpan(at.doc, firstScalar(root) ?? root);
  const value = last.value;
  if (side === 'value' && complete && (isScalar(value) || isAlias(value)) && !isEmpty(value))
    return nodeSpan(at.doc, value);
  if (last.key !== undefined) return nodeSpan(at.doc, last.key);
  return nodeSpan(at.doc, firstScalar(value) ?? value);
}

/** The node at a place, with aliases followed; `undefined` where nothing is. */
export function nodeAt(at: Cursor): ParsedNode | undefined {
  const { steps, complete } = trace(at);
  if (!complete) return undefined;
  const last = steps.at(-1);
  const node = last === undefined ? at.doc.yaml.contents : last.value;
  return node === null ? undefined : follow(at.doc, node);
}

/** The offset at which each line of a text begins. The YAML library's own counter misses some in broken texts. */
export function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** A stretch of text as line, column and the width on its first line. */
export function spanAt({ text, lineStarts }: Pick<Doc, 'text' | 'lineStarts'>, from: number, to: number): Span {
  const start = Math.min(from, text.length);
  let [low, high] = [0, lineStarts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= start) low = middle;
    else high = middle - 1;
  }
  const lineStart = lineStarts[low] ?? 0;
  const lineEnd = (lineStarts[low + 1] ?? text.length + 1) - 1;
  const end = text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd;
  return { line: low + 1, col: start - lineStart + 1, width: Math.max(1, Math.min(to, end) - start) };
}

interface Trodden {
  readonly key?: ParsedNode;
  readonly value: ParsedNode | null;
}

/** The nodes along a path, as far as they exist. */
function trace(at: Cursor): { readonly steps: readonly Trodden[]; readonly complete: boolean } {
  const steps: Trodden[] = [];
  let node: ParsedNode | null = at.doc.yaml.contents;
  for (const step of at.path) {
    const next: Trodden | undefined = node === null ? undefined : enter(at.doc, follow(at.doc, node), step);
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
    if (keyText(each) !== '<<' || each.value === null) continue;
    const merged = follow(doc, each.value);
    for (const source of isSeq<ParsedNode>(merged) ? merged.items : [merged]) {
      const target = follow(doc, source);
      // A merged map may merge further ones; the guard has made sure that this ends.
      const found = isMap(target) ? enter(doc, target, step) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function keyText({ key }: Pair<ParsedNode, ParsedNode | null>): string {
  return isScalar(key) ? keyTextOf(key) : '';
}

/** A map's key as the text that it has in the plain value. */
export function keyTextOf({ value }: Scalar): string {
  if (typeof value === 'symbol') return value.description ?? '';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function follow(doc: Doc, node: ParsedNode): ParsedNode {
  if (!isAlias(node)) return node;
  return doc.aliases.get(node) ?? node;
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

function nodeSpan(doc: Doc, node: ParsedNode | null): Span {
  if (node === null) return spanAt(doc, 0, 1);
  return spanAt(doc, node.range[0], node.range[1]);
}
