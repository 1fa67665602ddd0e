import type { Cursor } from './cursor.ts';
import { dirOf } from './cursor.ts';
import { parseDotenv } from './dotenv.ts';
import { resolvePath } from './host-path.ts';
import type { Report } from './report.ts';
import { invalid } from './report.ts';

/** What a file holds that a project file names: text, or bytes that are no UTF-8, or why it could not be read. */
export type FileContent = string | { readonly base64: string } | { readonly problem: string };

/** The files that project files name. This room reads none: it tells which, and is given what they hold. */
export interface NamedFiles {
  /** By absolute path. */
  readonly contents: ReadonlyMap<string, FileContent>;
  /** Every absolute path that was asked for. */
  readonly reads: Set<string>;
  /** For `~`. */
  readonly home: string | undefined;
}

/** What the file at a path holds; undefined with an error where nothing can be said. */
export function readNamed(
  path: string,
  at: Cursor,
  files: NamedFiles,
  report: Report,
): Exclude<FileContent, { readonly problem: string }> | undefined {
  const resolved = resolvePath(dirOf(at), path, files.home);
  if ('problem' in resolved) {
    report(at, invalid(path, resolved.problem), { hint: 'write the path in full' });
    return undefined;
  }
  files.reads.add(resolved.path);
  const content = files.contents.get(resolved.path) ?? { problem: 'it was not read' };
  if (typeof content === 'string' || 'base64' in content) return content;
  report(at, invalid(path, content.problem), { hint: `it is looked for at ${resolved.path}` });
  return undefined;
}

/** The variables of env files, each with its value as written in the last file that has it. */
export function readEnvFiles(
  paths: readonly unknown[],
  at: (index: number) => Cursor,
  files: NamedFiles,
  report: Report,
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  paths.forEach((path, index) => {
    if (typeof path !== 'string' || path === '') return;
    const content = readNamed(path, at(index), files, report);
    if (typeof content === 'string') Object.assign(variables, parseDotenv(content));
    else if (content !== undefined) report(at(index), invalid(path, 'it is not UTF-8 text'));
  });
  return variables;
}
