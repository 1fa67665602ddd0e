import { TEMPLATE } from './syntax-words.ts';
import type { Alias, Document, ParsedNode, Scalar } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';

/** What a document may be once its aliases are written out. */
const MAX_NODES = 200_000;
const MAX_DEPTH = 100;

/** The YAML library looks through all anchors for each alias, so their number is bounded too. */
const MAX_ALIASES = 5_000;

/** What each alias repeats. */
export type Aliases = ReadonlyMap<Alias, ParsedNode>;

/** A document that is safe to turn into a plain value. */
export interface Guarded {
  readonly aliases: Aliases;
  /** Keys that YAML reads as something else than a text: `on`, `1.10`. */
  readonly otherKeys: readonly Scalar.Parsed[];
  /** Values that YAML 1.1 reads as true or false, and YAML 1.2 as texts: `on`, `no`. */
  readonly otherWords: readonly Scalar.Parsed[];
}

type Tell = (from: number, to: number, message: string, hint?: string) => void;
type Refuse = (node: ParsedNode, message: string, hint?: string) => Extent;

interface Extent {
  readonly nodes: number;
  readonly depth: number;
}

const LEAF: Extent = { nodes: 1, depth: 1 };

/**
 * Whether a document is safe to turn into a plain value: its keys are scalars, its aliases lead somewhere, none of them
 * holds itself, and all of them written out stay within bounds. Else tells what is wrong and gives `undefined`.
 */
export function guard(yaml: Document.Parsed, tell: Tell): Guarded | undefined {
  let isSafe = true;
  const refuse: Refuse = (node, message, hint) => {
    isSafe = false;
    tell(node.range[0], node.range[1], message, hint);
    return LEAF;
  };
  const whole = yaml.contents;
  if (whole === null) return { aliases: new Map(), otherKeys: [], otherWords: [] };
  const survey = new Survey(refuse, tell);
  try {
    const { nodes, depth } = survey.extentOf(whole);
    if (survey.aliases.size > MAX_ALIASES) refuse(whole, `the document has more than ${MAX_ALIASES} aliases`);
    if (nodes > MAX_NODES) refuse(whole, `with its aliases written out the document has more than ${MAX_NODES} parts`);
    if (depth > MAX_DEPTH) refuse(whole, `the document is nested more than ${MAX_DEPTH} levels deep`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refuse(whole, `the document is nested more than ${MAX_DEPTH} levels deep`);
  }
  const { aliases, otherKeys, otherWords } = survey;
  return isSafe ? { aliases, otherKeys, otherWords } : undefined;
}

/** One walk through a document: what each node comes to with its aliases written out. */
class Survey {
  readonly aliases = new Map<Alias, ParsedNode>();
  readonly otherKeys: Scalar.Parsed[] = [];
  readonly otherWords: Scalar.Parsed[] = [];
  readonly #refuse: Refuse;
  readonly #tell: Tell;
  /** An alias repeats the last anchor of its name that stands before it. */
  readonly #anchors = new Map<string, ParsedNode>();
  /** What anchors stand for is measured once; it may be repeated often. */
  readonly #known = new Map<ParsedNode, Extent>();
  readonly #open = new Set<ParsedNode>();

  constructor(refuse: Refuse, tell: Tell) {
    this.#refuse = refuse;
    this.#tell = tell;
  }

  extentOf(node: ParsedNode | null): Extent {
    if (node === null) return LEAF;
    if (isAlias(node)) return this.#ofAlias(node);
    if (isScalar(node) && typeof node.value === 'boolean' && !/^(?:true|false)$/i.test(node.source))
      this.otherWords.push(node);
    if (node.anchor === undefined) return isScalar(node) ? LEAF : this.#sum(node);
    this.#anchors.set(node.anchor, node);
    this.#open.add(node);
    const extent = isScalar(node) ? LEAF : this.#sum(node);
    this.#open.delete(node);
    this.#known.set(node, extent);
    return extent;
  }

  #ofAlias(alias: Alias.Parsed): Extent {
    const target = this.#anchors.get(alias.source);
    if (target === undefined) return this.#refuse(alias, `no anchor &${alias.source} stands before this alias`);
    if (this.#open.has(target)) return this.#refuse(alias, `the alias *${alias.source} stands inside what it repeats`);
    this.aliases.set(alias, target);
    return this.#known.get(target) ?? LEAF;
  }

  #sum(node: ParsedNode): Extent {
    let [nodes, depth] = [1, 0];
    const add = (part: ParsedNode | null): void => {
      const extent = this.extentOf(part);
      nodes += extent.nodes;
      depth = Math.max(depth, extent.depth);
    };
    if (isSeq<ParsedNode>(node)) for (const item of node.items) add(item);
    else if (isMap<ParsedNode, ParsedNode | null>(node)) {
      const seen = new Set<unknown>();
      for (const { key, value } of node.items) {
        this.#lookAtKey(key, value);
        // The YAML library holds each key against all before it.
        if (isScalar(key) && seen.size === seen.add(key.value).size) this.#tellTwice(key);
        add(value);
      }
    }
    return { nodes, depth: depth + 1 };
  }

  /** The last of them counts, and what is wrong in it is told, too. */
  #tellTwice(key: Scalar.Parsed): void {
    const [from, to] = key.range;
    this.#tell(from, to, `the key ${key.source} stands here a second time`, 'keep one of them');
  }

  #lookAtKey(key: ParsedNode, value: ParsedNode | null): void {
    if (!isScalar(key)) {
      if (isTemplate(key)) this.#refuse(key, ...TEMPLATE);
      else this.#refuse(key, 'a key must be a plain text', 'put quotes around a key that begins with [, {, * or &');
      return;
    }
    if (key.anchor !== undefined) this.extentOf(key);
    if (isMerge(key.value)) {
      if (!this.#isMergeable(value)) this.#refuse(key, '<< must be given a map, or a list of maps');
    } else if (key.value === null) this.#refuse(key, 'a key must be a plain text', 'write the key before the colon');
    else if (typeof key.value !== 'string') this.otherKeys.push(key);
  }

  #isMergeable(value: ParsedNode | null): boolean {
    const resolve = (node: ParsedNode | null): unknown => (isAlias(node) ? this.#anchors.get(node.source) : node);
    const target = resolve(value);
    if (isMap(target)) return true;
    return isSeq<ParsedNode>(target) && target.items.every((item) => isMap(resolve(item)));
  }
}

/** `name: {{ .Values.name }}` is a map whose key is a map. */
function isTemplate(key: ParsedNode): boolean {
  return isMap(key) && key.flow === true;
}

function isMerge(key: unknown): boolean {
  return typeof key === 'symbol' && key.description === '<<';
}
