import { JsonPathError } from './parse.ts';

/**
 * A path with or without its braces and first dot as a template (RelaxedJSONPathExpression in kubectl's
 * pkg/cmd/get/customcolumn.go). Throws a {@link JsonPathError}.
 */
export function relaxedPath(text: string): string {
  if (text === '') return text;
  const [, braced, bare] = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(text) ?? [];
  const path = braced ?? bare;
  // kubectl has a dot before `$` and `[`, too, and finds nothing then.
  if (path !== undefined) return /^[$[]/.test(path) ? `{${path}}` : `{.${path}}`;
  throw new JsonPathError(
    "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
  );
}
