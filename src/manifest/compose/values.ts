/** Values as compose writes them, in Kubernetes' terms. */
import { fieldsOf, listOf } from '../yaml/read.ts';

/** A list, or the one that stands for it. */
export const many = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? listOf(value) : value === undefined || value === null ? [] : [value];

/** A value as text. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A map, or a list of `NAME=value`; a name alone has no value. */
export function pairs(value: unknown): readonly (readonly [string, string | undefined])[] {
  if (!Array.isArray(value))
    return Object.entries(fieldsOf(value)).map(([name, each]) => [
      name,
      each === undefined || each === null ? undefined : text(each),
    ]);
  return listOf(value).map((each) => {
    const [, name = '', sign, rest = ''] = /^([^=]*)(=?)(.*)$/s.exec(text(each)) ?? [];
    return [name, sign === '' ? undefined : rest];
  });
}

const secondsOf: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A duration such as `1m30s` or `90s` in whole seconds, 1 at least; undefined for what is none, such as a variable. */
export function seconds(value: unknown): number | undefined {
  const given = text(value);
  if (!/^(\d+(\.\d+)?(us|ms|[smhdw]))+$/.test(given)) return undefined;
  const parts = [...given.matchAll(/(\d+(?:\.\d+)?)(us|ms|[smhdw])/g)];
  return Math.max(
    1,
    Math.ceil(parts.reduce((sum, [, count, unit]) => sum + Number(count) * (secondsOf[unit ?? ''] ?? 0), 0)),
  );
}

const binary: Readonly<Record<string, string>> = { '': '', b: '', k: 'Ki', m: 'Mi', g: 'Gi', t: 'Ti' };

/** Bytes such as `512m` or `1gb`, whose units are powers of 1024, as a quantity; what is none is left as it is. */
export function bytes(value: unknown): string {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)b?$/i.exec(text(value)) ?? [];
  return count === undefined ? text(value) : `${count}${binary[unit.toLowerCase()] ?? ''}`;
}

/**
 * A text that Kubernetes leaves as it is: compose knows no `$(NAME)`. Compose's `$$` is podrun's, and each dollar that
 * stands before a bracket is doubled for Kubernetes, too.
 */
export const literal = (value: string): string => value.replaceAll('$$(', () => '$$$$(');

/** A command line in its words, as a shell takes it apart; quotes, backslashes and `${...}` count. */
export function words(line: string): readonly string[] {
  const found: string[] = [];
  let word: string | undefined;
  for (const [piece] of line.matchAll(/\$\{[^}]*\}|\\.|'[^']*'|"(?:\\.|[^"\\])*"|\s+|[^\s\\'"$]+|./gs)) {
    if (/^\s/.test(piece)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else word = (word ?? '') + bare(piece);
  }
  return word === undefined ? found : [...found, word];
}

function bare(piece: string): string {
  if (piece.length < 2) return piece;
  if (piece.startsWith('\\')) return piece.slice(1);
  if (piece.startsWith("'")) return piece.slice(1, -1);
  return piece.startsWith('"') ? piece.slice(1, -1).replaceAll(/\\(["\\$`])/g, '$1') : piece;
}

/** A command: a list as it is, a line in its words. */
export const command = (value: unknown): readonly string[] =>
  (typeof value === 'string' ? words(value) : many(value).map(text)).map(literal);
