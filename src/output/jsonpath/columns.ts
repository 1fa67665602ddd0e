/** kubectl's custom columns: a header and a path for each (kubectl/pkg/cmd/get/customcolumn.go). */
import { alignColumns } from '../tables/columns.ts';
import { evaluate } from './evaluate.ts';
import { JsonPathError, parseTemplate } from './parse.ts';
import type { Part } from './parse.ts';
import { relaxedPath } from './relaxed.ts';

export interface CustomColumn {
  readonly header: string;
  readonly path: readonly Part[];
}

/** Reads `NAME:.metadata.name,NODE:.spec.nodeName`. Throws a {@link JsonPathError}. */
export function parseColumns(spec: string): readonly CustomColumn[] {
  if (spec === '') throw new JsonPathError('custom-columns format specified but no custom columns given');
  return spec.split(',').map((part) => {
    const [header = '', ...path] = part.split(':');
    if (path.length > 0) return makeColumn(header, path.join(':'));
    throw new JsonPathError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
  });
}

/** Reads a file of two lines: the headers, and the paths below them. Throws a {@link JsonPathError}. */
export function parseColumnsFile(text: string): readonly CustomColumn[] {
  const [headers = [], paths = []] = text.split('\n').map((line) => line.split(/\s+/).filter((word) => word !== ''));
  if (headers.length === 0 || paths.length === 0)
    throw new JsonPathError(
      'invalid template: expected one line of space separated headers, one line of space separated column specs',
    );
  if (headers.length !== paths.length)
    throw new JsonPathError(
      `number of headers (${headers.length}) and field specifications (${paths.length}) don't match`,
    );
  return headers.map((header, index) => makeColumn(header, paths[index] ?? ''));
}

const makeColumn = (header: string, path: string): CustomColumn => ({
  header,
  path: parseTemplate(relaxedPath(path)),
});

/**
 * The lines of the table. Throws a {@link JsonPathError}.
 * @param widths as for {@link alignColumns}
 */
export function customTable(
  objects: readonly object[],
  columns: readonly CustomColumn[],
  { noHeaders, widths }: { readonly noHeaders: boolean; readonly widths?: number[] },
): readonly string[] {
  const rows = objects.map((object) => columns.map(({ path }) => cellOf(evaluate(path, object))));
  const header = noHeaders ? [] : [columns.map((column) => column.header)];
  return alignColumns([...header, ...rows], widths);
}

function cellOf(values: readonly (readonly unknown[])[]): string {
  const texts = values.flat().map(goText);
  return (values[0]?.length ?? 0) === 0 ? ['<none>', ...texts].join(',') : texts.join(',');
}

/** As Go prints a value: `map[app:web]`, `[a b]`. */
function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, each]) => `${key}:${goText(each)}`).join(' ')}]`;
}
