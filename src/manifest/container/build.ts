import type { Build } from '../../model/build.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { below, dirOf } from '../yaml/cursor.ts';
import { resolvePath } from './host-path.ts';
import { fieldsOf, isFields, listOf, textOf, whereSet, wordOf } from '../yaml/read.ts';
import { readBuildMore } from './build-session.ts';
import { checkInside } from './relative-path.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import { asWritten } from '../yaml/written.ts';

/** The short form's `build`: a folder, or a folder and more. Its words are compose's, where they are most written. */
export function readBuild(value: unknown, at: Cursor, home: string | undefined, report: Report): Build | undefined {
  if (typeof value !== 'string' && !isFields(value)) return undefined;
  const fields = typeof value === 'string' ? { context: value } : value;
  const contextAt = typeof value === 'string' ? at : below(at, 'context');
  const resolved = resolvePath(dirOf(contextAt), textOf(fields['context']) ?? '.', home);
  if ('problem' in resolved) {
    report(contextAt, invalid(fields['context'], resolved.problem), { hint: 'write the path in full' });
    return undefined;
  }
  const dockerfile = wordOf(fields['dockerfile']);
  if (dockerfile !== undefined) checkInside(dockerfile, below(at, 'dockerfile'), report);
  return {
    context: resolved.path,
    args: readArgs(fields['args'], below(at, 'args')),
    ...whereSet({ dockerfile, target: wordOf(fields['target']) }),
    ...readBuildMore(fields, at, home, report),
  };
}

/** A map, or a list of `NAME=VALUE`; a later one wins. */
function readArgs(value: unknown, at: Cursor): Build['args'] {
  if (!Array.isArray(value)) {
    const entries = Object.entries(fieldsOf(value));
    return Object.fromEntries(entries.map(([name, content]) => [name, asWritten(content, below(at, name))]));
  }
  return Object.fromEntries(
    listOf(value).flatMap((item) => {
      const text = textOf(item) ?? '';
      const equals = text.indexOf('=');
      return equals < 1 ? [] : [[text.slice(0, equals), text.slice(equals + 1)]];
    }),
  );
}
