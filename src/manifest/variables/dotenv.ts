/** What stands in a `.env` file and assigns nothing. */
export interface DotenvProblem {
  /** Offsets in the text. */
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly hint: string;
}

export interface Dotenv {
  readonly variables: Readonly<Record<string, string>>;
  readonly problems: readonly DotenvProblem[];
}

/**
 * The variables of a `.env` file as compose reads it (compose-go's dotenv/parser.go): `NAME=value` or `NAME: value`,
 * `export` before it or not, `#` comments, single quotes as written, double quotes with `\n` and the like; a name alone
 * is the variable of the environment. A later one wins. Nothing is expanded.
 */
export function parseDotenv(text: string, env: Readonly<Record<string, string>> = {}): Dotenv {
  const variables: Record<string, string> = {};
  const problems: DotenvProblem[] = [];
  let at = 0;
  for (;;) {
    at += /^(?:[\s\u0085]|#[^\n]*)*/.exec(text.slice(at))?.[0].length ?? 0;
    if (at >= text.length) return { variables, problems };
    const statement = readStatement(text, at);
    at = statement.end;
    if ('problem' in statement) problems.push(statement.problem);
    else if (statement.value !== undefined) variables[statement.name] = statement.value;
    else if (Object.hasOwn(env, statement.name)) variables[statement.name] = env[statement.name] ?? '';
  }
}

type Statement =
  | { readonly end: number; readonly name: string; readonly value: string | undefined }
  | { readonly end: number; readonly problem: DotenvProblem };

function readStatement(text: string, at: number): Statement {
  const lineEnd = endOfLine(text, at);
  const [, before = '', written = '', sign = ''] = PARTS.exec(text.slice(at, lineEnd)) ?? [];
  const from = at + before.length;
  const name = written.trimEnd();
  const wrong = wrongIn(name, from);
  if (wrong !== undefined) return { end: lineEnd, problem: { ...wrong, hint: HOW } };
  if (sign === '') return { end: lineEnd, name, value: undefined };
  const start = from + written.length + sign.length;
  const [gap] = /^[^\S\n]*/.exec(text.slice(start, lineEnd)) ?? [''];
  return { name, ...readValue(text, start + gap.length, lineEnd) };
}

/** `export`, a name and the sign behind it. */
const PARTS = /^(export[^\S\n]+|)([^=:]*)([=:]?)/;

const HOW = 'write NAME=value, each on a line of its own; a comment begins with #';

function wrongIn(name: string, from: number): Omit<DotenvProblem, 'hint'> | undefined {
  const odd = /[^\p{L}\p{N}_.\-[\]\s]/u.exec(name);
  if (odd !== null) {
    const at = from + odd.index;
    return { from: at, to: at + odd[0].length, message: `unexpected ${odd[0]} in the name of a variable` };
  }
  const place = { from, to: from + Math.max(1, name.length) };
  if (name === '') return { ...place, message: 'a variable needs a name' };
  return /\s/.test(name) ? { ...place, message: 'the name of a variable cannot contain a space' } : undefined;
}

type Value =
  { readonly end: number; readonly value: string } | { readonly end: number; readonly problem: DotenvProblem };

function readValue(text: string, from: number, lineEnd: number): Value {
  const quote = text[from];
  if (quote !== '"' && quote !== "'") {
    const plain = text.slice(from, lineEnd);
    return { end: lineEnd, value: plain.replace(/(^|[ \t])#.*$/, '').trim() };
  }
  let end = from + 1;
  while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1;
  if (end >= text.length) {
    const place = { from, to: lineEnd };
    const problem = { ...place, message: 'this quotation mark is never closed', hint: 'add the closing one' };
    return { end: text.length, problem };
  }
  const inner = text.slice(from + 1, end);
  return { end: end + 1, value: quote === '"' ? unescape(inner) : inner.replaceAll("\\'", "'") };
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '"': '"', '\\': '\\', $: '$' },
};

function unescape(text: string): string {
  return text.replaceAll(/\\(?:0([0-7]{1,3})|([^]))/g, (all, octal: string | undefined, c: string) =>
    octal === undefined ? (ESCAPES[c] ?? all) : String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
