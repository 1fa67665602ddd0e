import type { Document, ParsedNode } from 'yaml';
import { isScalar, parseAllDocuments } from 'yaml';

import type { Doc } from './cursor.ts';
import { guard } from './guard.ts';
import type { SourceFile } from './source.ts';
import { spanAt, toSource } from './source.ts';
import { explainSyntax } from './syntax-words.ts';
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
  const parsed = parse(source.text);
  if (typeof parsed === 'string') {
    tell(0, 1, parsed);
    return [];
  }
  const docs: Doc[] = [];
  for (const yaml of parsed) {
    const errors = [...yaml.errors, ...yaml.warnings];
    // What follows the first break in the syntax is mostly its echo.
    const [breaking] = errors;
    if (breaking !== undefined) {
      const { from, to, message, hint } = explainSyntax(breaking, yaml, source.text);
      tell(from, to, message, hint);
    }
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

/** What a stream may hold of what makes a YAML part of its own: the parser takes a kilobyte for each. */
const MAX_MARKS = 500_000;

function isTooMuch(text: string): boolean {
  let marks = 0;
  for (const mark of ['\n', ',', '[', '{'])
    for (let at = text.indexOf(mark); at >= 0 && marks <= MAX_MARKS; at = text.indexOf(mark, at + 1)) marks += 1;
  return marks > MAX_MARKS;
}

/** The stream's documents, or what stopped the parser altogether. */
function parse(text: string): readonly Document.Parsed[] | string {
  if (isTooMuch(text)) return `the file has more than ${MAX_MARKS} lines and parts`;
  try {
    const parsed = parseAllDocuments(text, {
      prettyErrors: false,
      logLevel: 'silent',
      merge: true,
      strict: true,
      // The guard looks for keys that stand twice: it takes no longer for more of them.
      uniqueKeys: false,
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
