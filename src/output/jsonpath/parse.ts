/** Reads kubectl's JSONPath templates, a dialect of its own (client-go/util/jsonpath/parser.go). */

/** One step into values, or a value that stands for itself. */
export type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' | 'recursive' }
  | { readonly kind: 'slice'; readonly from?: number; readonly to?: number; readonly step?: number }
  /** `[2]`, as kubectl says what is out of bounds. */
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'union'; readonly paths: readonly Path[] }
  | { readonly kind: 'filter'; readonly left: Path; readonly operator: string; readonly right: Path }
  | { readonly kind: 'literal'; readonly value: string | number | boolean };

export type Path = readonly Step[];

/** What is printed in turn. */
export type Part =
  | { readonly kind: 'path'; readonly path: Path }
  /** Its parts once for each value of the path. */
  | { readonly kind: 'range'; readonly path: Path; readonly parts: readonly Part[] };

/** What is wrong with a template, or with what it is applied to: in kubectl's words. */
export class JsonPathError extends Error {}

/** Reads `{range .items[*]}{.metadata.name}{"\n"}{end}`. Throws a {@link JsonPathError}. */
export function parseTemplate(text: string): readonly Part[] {
  const input: Input = { text, at: 0 };
  const blocks: { readonly path: Path; readonly parts: Part[] }[] = [{ path: [], parts: [] }];
  const add = (part: Part): void => void blocks.at(-1)?.parts.push(part);
  const close = (): void => {
    const block = blocks.pop();
    if (blocks.length === 0) throw new JsonPathError('not in range, nothing to end');
    if (block !== undefined) add({ kind: 'range', ...block });
  };
  while (input.at < text.length) {
    const [plain] = matchAt(input, /[^{]+/y) ?? [];
    if (plain !== undefined) add({ kind: 'path', path: [{ kind: 'literal', value: plain }] });
    if (input.at >= text.length) break;
    input.at += 1;
    const { word, path } = parseAction(input);
    if (word === 'range') blocks.push({ path, parts: [] });
    else if (word === 'end') close();
    else if (word === undefined) add({ kind: 'path', path });
    else throw new JsonPathError(`unrecognized identifier ${word}`);
  }
  // As kubectl: what is not ended goes on to the end.
  while (blocks.length > 1) close();
  return blocks[0]?.parts ?? [];
}

/** Where the reading is. */
interface Input {
  readonly text: string;
  at: number;
}

/** What matches a sticky expression here; the reading goes on behind it. */
function matchAt(input: Input, expression: RegExp): RegExpExecArray | undefined {
  expression.lastIndex = input.at;
  const found = expression.exec(input.text) ?? undefined;
  if (found !== undefined) input.at = expression.lastIndex;
  return found;
}

/** What stands between braces, up to and with the closing one: a path, maybe behind `range` or `end`. */
function parseAction(input: Input): { readonly word?: string; readonly path: Path } {
  const path: Step[] = [];
  let word: string | undefined;
  for (;;) {
    matchAt(input, /[ @$]+/y);
    if (matchAt(input, /\}/y)) return { path, ...(word === undefined ? {} : { word }) };
    const next = input.text[input.at] ?? '';
    if (next === '' || next === '\n' || next === '\r') throw new JsonPathError('unclosed action');
    const [identifier] = matchAt(input, /[\p{L}_][^\s.,[\]$@{}]*/uy) ?? [];
    if (identifier === undefined) path.push(...parseSteps(input, path.at(-1)));
    else if (identifier === 'true' || identifier === 'false')
      path.push({ kind: 'literal', value: identifier === 'true' });
    else word ??= identifier;
  }
}

function parseSteps(input: Input, before: Step | undefined): readonly Step[] {
  if (matchAt(input, /\[\?\(/y)) return [parseFilter(input)];
  if (matchAt(input, /\.\./y)) {
    if (before?.kind === 'recursive') throw new JsonPathError('invalid multiple recursive descent');
    return [{ kind: 'recursive' }, ...(/[\p{L}\p{N}_]/u.test(input.text[input.at] ?? '') ? [parseField(input)] : [])];
  }
  if (matchAt(input, /\./y)) return [parseField(input)];
  if (matchAt(input, /\[/y)) return parseBrackets(input);
  const [quoted] = matchAt(input, /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y) ?? [];
  if (quoted !== undefined) return [{ kind: 'literal', value: unquote(quoted) }];
  const next = input.text[input.at] ?? '';
  if (next === '"' || next === "'") throw new JsonPathError('unterminated quoted string');
  const [number] = matchAt(input, /[+-]?[\d.]+/y) ?? [];
  if (number === undefined) throw new JsonPathError(`unrecognized character in action: '${next}'`);
  if (Number.isNaN(Number(number))) throw new JsonPathError(`cannot parse number ${number}`);
  return [{ kind: 'literal', value: Number(number) }];
}

/** A name up to what ends it; a backslash takes that as it is. */
function parseField(input: Input): Step {
  const [name = ''] = matchAt(input, /(?:\\.|[^\\\s.,[\]$@{}])*/y) ?? [];
  return name === '*' ? { kind: 'wildcard' } : { kind: 'field', name: name.replaceAll('\\', '') };
}

/** `[2]`, `[1:3]`, `[*]`, `['key']`, or several of them with commas. */
function parseBrackets(input: Input): readonly Step[] {
  const [, text] = matchAt(input, /([^\]\n]*)\]/y) ?? [];
  if (text === undefined) throw new JsonPathError('unterminated array');
  if (text === '*') return [{ kind: 'slice' }];
  if (text.includes(','))
    return [{ kind: 'union', paths: text.split(',').map((each) => parsePath(`[${each.trim()}]`)) }];
  const [, key] = /^'([^']*)'$/.exec(text) ?? [];
  if (key !== undefined) return parsePath(`.${key}`);
  const [slice, from, to, step] = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text) ?? [];
  if (slice === undefined || slice === '') throw new JsonPathError(`invalid array index ${text}`);
  if (to === undefined) return [{ kind: 'index', index: Number(from) }];
  return [{ kind: 'slice', ...bound('from', from), ...bound('to', to.slice(1)), ...bound('step', step?.slice(1)) }];
}

const bound = (name: 'from' | 'to' | 'step', text = ''): object => (text === '' ? {} : { [name]: Number(text) });

/** `@.name=="web"` and `)]`; without an operator: there is such a value. */
function parseFilter(input: Input): Step {
  const [, text] = matchAt(input, /((?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^"')\n])*)\)/y) ?? [];
  if (text === undefined) throw new JsonPathError('unterminated filter');
  if (!matchAt(input, /\]/y)) throw new JsonPathError('unclosed array expect ]');
  const [, left, operator = '', right = ''] = /^([^!<>=]+)([!<>=]+)(.+)$/.exec(text) ?? [];
  if (left === undefined) return { kind: 'filter', left: parsePath(text), operator: 'exists', right: [] };
  if (!['<', '>', '==', '!=', '<=', '>='].includes(operator))
    throw new JsonPathError(`unrecognized filter operator ${operator}`);
  return { kind: 'filter', left: parsePath(left), operator, right: parsePath(right) };
}

function parsePath(text: string): Path {
  const { word, path } = parseAction({ text: `${text}}`, at: 0 });
  if (word !== undefined) throw new JsonPathError(`unrecognized identifier ${word}`);
  return path;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' };

/** Go's escapes. */
function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|.)/gs, (_whole, escape: string) =>
      escape.length > 1 ? String.fromCodePoint(Number.parseInt(escape.slice(1), 16)) : (escapes[escape] ?? escape),
    );
}
