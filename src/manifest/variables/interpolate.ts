export interface InterpolationProblem {
  /** The reference as it stands in the text, `${...}`. */
  readonly reference: string;
  /** Where in the text it begins. */
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

export interface Interpolated {
  readonly text: string;
  readonly problems: readonly InterpolationProblem[];
}

/** Defaults may hold references themselves; no honest file nests them deeper. */
const MAX_DEPTH = 8;

/**
 * Puts variables into a text: `${VAR}`, `${VAR:-default}`, `${VAR-default}`, `${VAR:?message}`, `${VAR:+other}` and
 * `$$` for a dollar sign. With `:` an empty variable counts as unset. Any other `$` stays, Kubernetes' own `$(VAR)`
 * among them.
 */
export function interpolate(text: string, env: Readonly<Record<string, string>>, depth = 0): Interpolated {
  const problems: InterpolationProblem[] = [];
  let out = '';
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0) break;
    out += text.slice(at, dollar);
    const next = text[dollar + 1];
    if (next === '{') {
      const end = closingBrace(text, dollar + 2);
      const reference = text.slice(dollar, end === undefined ? text.length : end + 1);
      const replaced = end === undefined ? unclosed : replace(text.slice(dollar + 2, end), env, depth);
      out += replaced.text;
      for (const problem of replaced.problems)
        problems.push({ reference, ...problem, offset: dollar + problem.offset });
      at = dollar + reference.length;
    } else {
      out += '$';
      at = dollar + (next === '$' ? 2 : 1);
    }
  }
  return { text: out + text.slice(at), problems };
}

/** The problems are of the reference itself, at 0, or of one inside of it. */
interface Replaced {
  readonly text: string;
  readonly problems: readonly (Omit<InterpolationProblem, 'reference'> & { readonly reference?: string })[];
}

const refused = (message: string, hint?: string): Replaced => ({
  text: '',
  problems: [{ offset: 0, message, ...(hint === undefined ? {} : { hint }) }],
});

const unclosed = refused('this ${ has no closing }', 'write $${ for the two characters ${');

function replace(inner: string, env: Readonly<Record<string, string>>, depth: number): Replaced {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([^]*))?$/.exec(inner);
  const [, name, operator, rest = ''] = match ?? [];
  if (name === undefined) {
    const hint = 'write ${VAR}, ${VAR:-default}, ${VAR:?message} or ${VAR:+other}, or $${ for the two characters ${';
    return refused('not a variable reference', hint);
  }
  if (depth >= MAX_DEPTH) return refused('variable references are nested too deeply');
  const found = Object.hasOwn(env, name) ? env[name] : undefined;
  const value = operator?.startsWith(':') === true && found === '' ? undefined : found;
  switch (operator?.at(-1)) {
    case '-':
      return value === undefined ? replaceInside(inner, rest, env, depth) : { text: value, problems: [] };
    case '+':
      return value === undefined ? { text: '', problems: [] } : replaceInside(inner, rest, env, depth);
    case '?': {
      if (value !== undefined) return { text: value, problems: [] };
      const why = interpolate(rest, env, depth + 1).text.trim();
      return refused(why === '' ? missing(name, found) : `${missing(name, found)}: ${why}`);
    }
    default: {
      if (value !== undefined) return { text: value, problems: [] };
      const hint = `set it in the environment or in .env, or give a default: \${${name}:-value}`;
      return refused(missing(name, found), hint);
    }
  }
}

/** What a reference gives that ends with `rest`, which may hold references itself. */
function replaceInside(inner: string, rest: string, env: Readonly<Record<string, string>>, depth: number): Replaced {
  const { text, problems } = interpolate(rest, env, depth + 1);
  const before = '${'.length + inner.length - rest.length;
  return { text, problems: problems.map((problem) => ({ ...problem, offset: before + problem.offset })) };
}

function missing(name: string, found: string | undefined): string {
  return `variable ${name} is ${found === '' ? 'empty' : 'not set'}`;
}

/** The index of the brace that ends a reference whose inside begins at `from`. */
function closingBrace(text: string, from: number): number | undefined {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '$' && text[i + 1] === '{') {
      depth++;
      i++;
    } else if (text[i] === '}') {
      if (depth === 0) return i;
      depth--;
    }
  }
  return undefined;
}
