/** `$(VAR)` in env values, command and args (third_party/forked/golang/expansion/expand.go). */
import type { EnvVar } from '../../model/container.ts';

/**
 * The environment that a container's `env` gives, in order: an entry sees the entries before it, a later one wins.
 * @param known what comes before all of them
 * @param take the value of an entry that takes it from elsewhere; undefined: the variable is not there
 */
export function expandEnv(
  env: readonly EnvVar[],
  known: ReadonlyMap<string, string> = new Map(),
  take: (entry: EnvVar) => string | undefined = () => undefined,
): ReadonlyMap<string, string> {
  const values = new Map(known);
  for (const entry of env) {
    const value = entry.valueFrom === undefined ? expand(entry.value, values) : take(entry);
    if (value !== undefined) values.set(entry.name, value);
  }
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
