import type { Document, ParsedNode, YAMLError } from 'yaml';
import { isScalar, parseAllDocuments, visit } from 'yaml';

import type { Doc } from './cursor.ts';
import { guard } from './guard.ts';
import type { SourceFile } from './source.ts';
import { spanAt, toSource } from './source.ts';
import type { Diagnostic } from './types.ts';
import { plainValue } from './value.ts';
import { withKubernetesReading } from './yaml-reading.ts';

/** The documents of one YAML stream that can be read; what is wrong with the others goes `into`. */
export function readDocuments(file: SourceFile, into: Diagnostic[]): readonly Doc[] {
  const source = toSource(file);
  const tell = (from: number, to: number, message: string, hint?: string): void => {
    const span = spanAt(source, from, to);
    into.push({
      severity: 'error',
      file: source.file,
      ...span,
      path: '',
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  const parsed = parse(source.text);
  if (typeof parsed === 'string') {
    tell(0, 1, parsed);
    return [];
  }
  const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.exec(source.text);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).padStart(2, '0');
    tell(
      control.index,
      control.index + 1,
      `the file holds the control character 0x${code}`,
      'remove it; is this a text file?',
    );
    return [];
  }
  const docs: Doc[] = [];
  for (const yaml of parsed) {
    const errors = [...yaml.errors, ...yaml.warnings];
    const [breaking] = errors.filter((error) => error.code !== 'DUPLICATE_KEY');
    // What follows the first break in the syntax is mostly its echo.
    const telling = errors.filter((error) => error.code === 'DUPLICATE_KEY' || error === breaking);
    for (const error of telling) tell(...placeOf(error, yaml, source.text), ...explain(error, source.text));
    if (breaking !== undefined || isBlank(yaml.contents)) continue;
    const guarded = guard(yaml, tell);
    if (guarded === undefined) continue;
    docs.push({ ...source, ...guarded, root: yaml.contents, origins: new Map(), value: undefined });
  }
  return docs;
}

/** The document with its plain value; for after its scalars are final. */
export function withValue(doc: Doc): Doc {
  return { ...doc, value: plainValue(doc.root, doc.aliases) };
}

/** The stream's documents, or what stopped the parser altogether. */
function parse(text: string): readonly Document.Parsed[] | string {
  try {
    const parsed = parseAllDocuments(text, {
      prettyErrors: false,
      logLevel: 'silent',
      merge: true,
      strict: true,
      uniqueKeys: true,
      version: '1.2',
      schema: 'core',
      customTags: withKubernetesReading,
    });
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    if (error instanceof RangeError) return 'the file is nested too deeply to be read';
    throw error;
  }
}

function isBlank(contents: ParsedNode | null): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

/** Where a finding of the YAML parser is best shown: a quote without end at the quote, not at the end of the file. */
function placeOf(error: YAMLError, yaml: Document.Parsed, text: string): readonly [number, number] {
  let place: readonly [number, number] = error.pos;
  if (error.code === 'DUPLICATE_KEY') return [place[0], place[0] + keyAt(text, place[0]).length];
  if (error.code !== 'MISSING_CHAR') return place;
  visit(yaml, {
    Scalar: (_, { type, range }) => {
      if (type?.startsWith('QUOTE') === true && range?.[1] === error.pos[0]) place = [range[0], range[1]];
    },
  });
  return place;
}

/** A finding of the YAML parser as message and hint. */
function explain(error: YAMLError, text: string): readonly [string, string?] {
  if (text.startsWith('${', error.pos[0] - 1)) {
    return ['not valid YAML: a { begins a map here', 'put quotes around a ${VAR} that stands inside { } or [ ]'];
  }
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return [`the key ${keyAt(text, error.pos[0])} stands here a second time`, 'keep one of them'];
    case 'MISSING_CHAR':
      if (!error.message.includes('quote')) break;
      return ['this quotation mark is never closed', 'add the closing one'];
    case 'BAD_INDENT':
      return [`not valid YAML: ${phrase(error.message)}`, 'line up the keys of a map one below the other'];
    case 'TAB_AS_INDENT':
      return ['a tab cannot indent YAML', 'use spaces'];
    case 'BAD_ALIAS':
      return [
        `not an alias or anchor that YAML takes: ${phrase(error.message)}`,
        'put quotes around a text that begins with * or &',
      ];
    case 'BAD_SCALAR_START':
      return [`a plain text cannot begin like this: ${phrase(error.message)}`, 'put quotes around it'];
    case 'TAG_RESOLVE_FAILED':
      return [`not a tag that YAML's core types have: ${phrase(error.message)}`, 'remove the word that begins with !'];
    case 'RESOURCE_EXHAUSTION':
      return ['the file is nested too deeply to be read'];
    case 'MULTILINE_IMPLICIT_KEY':
    case 'BLOCK_AS_IMPLICIT_KEY':
      return [
        `not valid YAML: ${phrase(error.message)}`,
        'look for a missing colon, or for an indent that differs from the lines above',
      ];
    default:
      break;
  }
  return [`not valid YAML: ${phrase(error.message)}`];
}

function keyAt(text: string, at: number): string {
  return /^[^\s:]+/.exec(text.slice(at, at + 200))?.[0] ?? '';
}

function phrase(message: string): string {
  return message.replace(/[.:\s]+$/, '');
}
