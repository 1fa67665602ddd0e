/** Endpoints as lines: for eyes, for a shell, and for files of variables. */
import { alignColumns, headerRow } from './columns.ts';

/** @param form `env` for `eval "$(...)"` in a shell, `dotenv` for a file as `.env` */
export function endpointLines(
  form: 'table' | 'env' | 'dotenv',
  values: Readonly<Record<string, string>>,
  headers: boolean,
): readonly string[] {
  const pairs = Object.entries(values);
  if (form === 'env') return pairs.map(([name, value]) => `export ${name}=${quotedForShell(value)}`);
  if (form === 'dotenv') return pairs.map(([name, value]) => `${name}=${quotedForDotenv(value)}`);
  if (pairs.length === 0) return [];
  return alignColumns([...(headers ? [headerRow(['name', 'value'])] : []), ...pairs]);
}

const quotedForShell = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** Plain where every reader of such files takes it so; single quotes leave all as it is, double ones have escapes. */
function quotedForDotenv(value: string): string {
  if (/^[\w./:@%+,?&=~-]+$/.test(value)) return value;
  if (!/['\\\n]/.test(value)) return `'${value}'`;
  return `"${value.replaceAll(/["\\$]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
