/** What YAML reads as something else than the text that stands there. Each dialect has its own way with it. */
import type { Doc } from './cursor.ts';
import { spanAt } from './source.ts';
import type { Diagnostic } from './types.ts';
import { keyTextOf } from './value.ts';

/**
 * In the short form a key means the characters that stand there, and so does a word: a Pod may be named `n`, a variable
 * `1.10`, and `no` is a country.
 */
export function takeAsWritten({ otherKeys, otherWords }: Doc): void {
  for (const scalar of [...otherKeys, ...otherWords]) Object.assign(scalar, { value: scalar.source });
}

/** In a Kubernetes object a key is what YAML makes of it, as in a cluster: the text `true` for `on`. */
export function tellOtherKeys(doc: Doc, into: Diagnostic[]): void {
  for (const key of doc.otherKeys) {
    const [text, source] = [keyTextOf(key), key.source];
    if (text === source) continue;
    into.push({
      severity: 'warning',
      file: doc.file,
      ...spanAt(doc, key.range[0], key.range[1]),
      path: '',
      message: `YAML reads the key ${source} as ${text}, and so does a cluster`,
      hint: `put it in quotes: "${source}"`,
    });
  }
}
