import type { OnChange } from '../../model/on-change.ts';
import type { Cursor, Sited } from '../yaml/cursor.ts';
import { below, dirOf } from '../yaml/cursor.ts';
import { resolvePath } from './host-path.ts';
import { fieldsOf, listOf, oneOf, textOf, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';

/** The short form's `onChange`: a list of rules. Its words are those of compose's `develop.watch`, where it has them. */
export function readOnChange(
  value: unknown,
  at: Cursor,
  home: string | undefined,
  report: Report,
): readonly Sited<OnChange>[] {
  return listOf(value).flatMap((rule, index) => readRule(rule, below(at, index), home, report));
}

function readRule(value: unknown, at: Cursor, home: string | undefined, report: Report): readonly Sited<OnChange>[] {
  const fields = fieldsOf(value);
  const action = oneOf(fields['action'], ['sync', 'restart', 'rebuild'] as const);
  const paths = listOf(fields['paths']).flatMap((path, index) =>
    readPath(path, below(at, 'paths', index), home, report),
  );
  if (action === undefined) return [];
  if (action !== 'sync') return [{ value: { paths, action }, at }];
  return [{ value: { paths, action, target: readTarget(fields['target'], below(at, 'target'), report) }, at }];
}

function readPath(value: unknown, at: Cursor, home: string | undefined, report: Report): readonly string[] {
  const path = wordOf(value);
  if (path === undefined) return [];
  const resolved = resolvePath(dirOf(at), path, home);
  if ('path' in resolved) return [resolved.path];
  report(at, invalid(path, resolved.problem), { hint: 'write the path in full' });
  return [];
}

function readTarget(value: unknown, at: Cursor, report: Report): string {
  const parts = (textOf(value) ?? '').split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) report(at, invalid(value, "must not contain '..'"));
  return `/${parts.join('/')}`;
}
