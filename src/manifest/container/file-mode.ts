import type { Cursor } from '../yaml/cursor.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import { integerOf } from '../yaml/read.ts';
import { sourceOf } from '../yaml/written.ts';

/** Permission bits: `0644`, `0o644` and 420 are the same. */
export function readMode(value: unknown, at: Cursor, report: Report): number | undefined {
  const mode = integerOf(value);
  if (mode === undefined || mode <= 0o777) return mode;
  const written = sourceOf(at) ?? '';
  report(at, invalid(value, 'must be a number between 0 and 0777 (octal), both inclusive'), {
    hint: /^[0-7]{3}$/.test(written) ? `write it with a leading 0: 0${written}` : undefined,
  });
  return undefined;
}
