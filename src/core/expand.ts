/** `$(VAR)` in env values, command and args (POD-SEMANTICS section 9; third_party/forked/golang/expansion/expand.go). */
import type { EnvVar } from '../manifest/types.ts';

/** The environment that a container's `env` gives, in order: an entry sees the entries before it, a later one wins. */
export function expandEnv(env: readonly EnvVar[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of env) values.set(name, expand(value, values));
  return values;
}

/**
 * Replaces each `$(NAME)` that `values` knows, in one pass; an unknown one stays as written, `$$` is a `$`
 * (so `$$(NAME)` stays a literal `$(NAME)`), an unclosed `$(` and a last lone `$` stay.
 */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (values.get(name) ?? whole),
  );
}
