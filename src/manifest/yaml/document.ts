import type { ParsedNode } from 'yaml';
import { isScalar } from 'yaml';

import type { Doc } from './cursor.ts';
import { guard } from './guard.ts';
import type { SourceFile } from './source.ts';
import { spanAt, toSource } from './source.ts';
import { explainSyntax, OPEN_QUOTE } from './syntax-words.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { plainValue } from './value.ts';
import { parseStream } from './yaml-stream.ts';

/** The documents of one YAML stream that can be read; what is wrong with the others goes `into`. */
export function readDocuments(file: SourceFile, into: Diagnostic[]): readonly Doc[] {
  const source = toSource(file);
  const finding = (
    severity: Diagnostic['severity'],
    from: number,
    to: number,
    message: string,
    hint?: string,
  ): void => {
    const span = spanAt(source, from, to);
    into.push({
      severity,
      file: source.file,
      ...span,
      path: '',
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  const tell = finding.bind(undefined, 'error');
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
  const parsed = parseStream(source.text);
  if (typeof parsed === 'string') {
    tell(0, 1, parsed);
    return [];
  }
  const docs: Doc[] = [];
  for (const { yaml, errors, tags, refusals, openQuote } of parsed) {
    // What follows the first break in the syntax is mostly its echo.
    const [breaking] = errors;
    if (breaking !== undefined) {
      const { from, to, message, hint } = explainSyntax(breaking, yaml, source.text);
      tell(from, to, message, hint);
    } else if (openQuote !== undefined) tell(openQuote, openQuote + 1, ...OPEN_QUOTE);
    if (breaking !== undefined || openQuote !== undefined || isBlank(yaml.contents)) continue;
    for (const { pos } of tags) finding('warning', ...pos, ...UNKNOWN_TAG);
    const guarded = guard(yaml, tell);
    if (guarded === undefined) continue;
    docs.push({ ...source, ...guarded, refusals, root: yaml.contents, origins: new Map(), value: undefined });
  }
  return docs;
}

/** The document with its plain value; for after its scalars are final. */
export function withValue(doc: Doc): Doc {
  return { ...doc, value: plainValue(doc.root, doc.aliases) };
}

const UNKNOWN_TAG = ['this tag says nothing, here and in a cluster', 'remove the word that begins with !'] as const;

function isBlank(contents: ParsedNode | null): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}
