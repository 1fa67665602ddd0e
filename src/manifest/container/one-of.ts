import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { Fields } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';

/** Reports where none of the known fields is given, or more than one (validateEnvVarValueFrom); gives the first. */
export function oneField<T extends string>(
  fields: Fields,
  known: readonly T[],
  at: Cursor,
  report: Report,
): T | undefined {
  const given = known.filter((name) => fields[name] !== undefined);
  if (given.length === 0)
    report(at, `Invalid value: must specify one of: ${known.map((name) => `\`${name}\``).join(', ')}`, { on: 'key' });
  for (const extra of given.slice(1)) {
    report(below(at, extra), 'Invalid value: may not have more than one field specified at a time', {
      on: 'key',
      hint: `keep ${given[0] ?? ''} or ${extra}`,
    });
  }
  return given[0];
}
