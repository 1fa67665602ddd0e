import type { Cursor } from '../yaml/cursor.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';

/** Reports a path that leads out of its volume (validateLocalDescendingPath). Whether it is good. */
export function checkInside(path: string, at: Cursor, report: Report): boolean {
  if (path.startsWith('/')) report(at, invalid(path, 'must be a relative path'));
  else if (path.split('/').includes('..')) report(at, invalid(path, "must not contain '..'"));
  else return true;
  return false;
}

/** The same for a file of a volume whose own names begin with `..` (validateLocalNonReservedPath). */
export function checkFilePath(path: string, at: Cursor, report: Report): void {
  if (checkInside(path, at, report) && path.startsWith('..')) report(at, invalid(path, "must not start with '..'"));
}
