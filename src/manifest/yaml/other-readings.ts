/** What YAML reads as something else than the text that stands there. Each dialect has its own way with it. */
import type { Doc } from './cursor.ts';
import { spanAt } from './source.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { keyTextOf } from './value.ts';

/**
 * In the short form a key means the characters that stand there, and so does a word: a Pod may be named `n`, a variable
 * `1.10`, and `no` is a country.
 */
export function takeAsWritten({ otherKeys, otherWords }: Doc): void {
  for (const scalar of [...otherKeys, ...otherWords]) Object.assign(scalar, { value: scalar.source });
}

/**
 * In a Kubernetes object a key is what YAML makes of it, as in a cluster: the text `true` for `on`. And what kubectl does
 * not read is worth a word.
 */
export function tellOtherReadings(doc: Doc, into: Diagnostic[]): void {
  const warn = (from: number, to: number, message: string, hint: string): void => {
    into.push({ severity: 'warning', file: doc.file, ...spanAt(doc, from, to), path: '', message, hint });
  };
  for (const key of doc.otherKeys) {
    const [text, source] = [keyTextOf(key), key.source];
    if (text === source) continue;
    const message = `YAML reads the key ${source} as ${text}, and so does a cluster`;
    warn(key.range[0], key.range[1], message, `put it in quotes: "${source}"`);
  }
  for (const { from, to, message, hint } of doc.refusals) warn(from, to, message, hint);
}
