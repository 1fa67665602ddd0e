import type { Document, YAMLError } from 'yaml';
import { parseAllDocuments, visit } from 'yaml';

import type { GoReading, Refusal } from './go-yaml.ts';
import { readLikeGo } from './go-yaml.ts';
import type { Respelt } from './respell.ts';
import { respell } from './respell.ts';
import { withKubernetesReading } from './yaml-reading.ts';

/** One YAML document as kubectl reads it, as far as it can be read. */
export interface Parsed {
  readonly yaml: Document.Parsed;
  /** What makes the document unreadable; the first is the cause of most others. */
  readonly errors: readonly YAMLError[];
  /** Tags that nobody knows: they say nothing. */
  readonly tags: readonly YAMLError[];
  readonly refusals: readonly Refusal[];
  /** Where a quotation mark stands that is never closed. */
  readonly openQuote: number | undefined;
}

/** The documents of a YAML stream, or what stopped the parser altogether. */
export function parseStream(text: string): readonly Parsed[] | string {
  if (isTooMuch(text)) return `the file has more than ${MAX_MARKS} lines and parts`;
  try {
    const docs = parseAll(text);
    const areBroken = docs.some(isBroken);
    // Little else is read differently.
    if (!areBroken && !/[\t?]|[[{,\s]:\S|'\s*$/.test(text)) return docs.map((yaml) => toParsed(yaml));
    const reading = readLikeGo(text);
    const read = areBroken && reading.edits.length > 0 ? withRespelt(docs, text, reading) : docs;
    return read.map((yaml) => toParsed(yaml, reading));
  } catch (error) {
    if (error instanceof RangeError) return 'the file is nested too deeply to be read';
    throw error;
  }
}

/** What a stream may hold of what makes a YAML part of its own: the parser takes a kilobyte for each. */
const MAX_MARKS = 500_000;

function isTooMuch(text: string): boolean {
  let marks = 0;
  for (const mark of ['\n', ',', '[', '{'])
    for (let at = text.indexOf(mark); at >= 0 && marks <= MAX_MARKS; at = text.indexOf(mark, at + 1)) marks += 1;
  return marks > MAX_MARKS;
}

/** The documents of YAML 1.2, which asks for more indentation than kubectl does. */
function parseAll(text: string): readonly Document.Parsed[] {
  const parsed = parseAllDocuments(text, {
    prettyErrors: false,
    logLevel: 'silent',
    merge: true,
    strict: true,
    // The guard looks for keys that stand twice: it takes no longer for more of them.
    uniqueKeys: false,
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
    customTags: withKubernetesReading,
  });
  return Array.isArray(parsed) ? parsed : [];
}

/** A document that is only broken for who is stricter than kubectl is there as kubectl reads it; the others stay. */
function withRespelt(docs: readonly Document.Parsed[], text: string, { edits }: GoReading): readonly Document.Parsed[] {
  const respelt = respell(text, edits);
  const others = parseAll(respelt.text);
  for (const yaml of others) moveBack(yaml, respelt);
  // What is not closed may have taken a document into the next one.
  if (!others.some(isBroken) || others.length !== docs.length) return others;
  return docs.map((yaml, index) => {
    const other = others[index];
    return other === undefined || isBroken(other) ? yaml : other;
  });
}

function moveBack(yaml: Document.Parsed, { toOriginal }: Respelt): void {
  const moved = ([from, to, end]: readonly [number, number, number]): [number, number, number] => [
    toOriginal(from),
    toOriginal(to),
    toOriginal(end),
  ];
  yaml.range = moved(yaml.range);
  visit(yaml, {
    Node: (_, node) => {
      if (node.range) node.range = moved(node.range);
    },
  });
  for (const error of [...yaml.errors, ...yaml.warnings]) {
    const [from, to] = error.pos;
    error.pos = [toOriginal(from), toOriginal(to)];
  }
}

function toParsed(yaml: Document.Parsed, reading?: GoReading): Parsed {
  const [start, , end] = yaml.range;
  const found = [...yaml.errors, ...yaml.warnings];
  const isHere = (at: number): boolean => start <= at && at <= end;
  const openQuote = reading?.openQuote;
  return {
    yaml,
    errors: found.filter((error) => !isUnknownTag(error)),
    tags: found.filter(isUnknownTag),
    refusals: reading?.refusals.filter(({ from }) => isHere(from)) ?? [],
    openQuote: openQuote !== undefined && isHere(openQuote) ? openQuote : undefined,
  };
}

function isBroken({ errors, warnings }: Document.Parsed): boolean {
  return [...errors, ...warnings].some((error) => !isUnknownTag(error));
}

/** go-yaml reads what has an unknown tag as if it had none, and a scalar as a text; a number has to be one. */
function isUnknownTag({ code, message }: YAMLError): boolean {
  return (
    code === 'TAG_RESOLVE_FAILED' && /^Unresolved tag: (?!tag:yaml\.org,2002:(?:bool|float|int|null)$)/.test(message)
  );
}
