import type { Cursor } from '../yaml/cursor.ts';
import { dirOf, placeIn } from '../yaml/cursor.ts';
import { parseDotenv } from './dotenv.ts';
import { resolvePath } from '../container/host-path.ts';
import type { Finding, Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import type { Source } from '../yaml/source.ts';
import { toSource } from '../yaml/source.ts';

/** What a file holds that a project file names: text, or bytes that are no UTF-8, or why it could not be read. */
export type FileContent = string | { readonly base64: string } | { readonly problem: string };

/** The files that project files name. This room reads none: it tells which, and is given what they hold. */
export interface NamedFiles {
  /** By absolute path. */
  readonly contents: ReadonlyMap<string, FileContent>;
  /** Every absolute path that was asked for. */
  readonly reads: Set<string>;
  /** For `~`, and for a variable that an env file only names. */
  readonly env: Readonly<Record<string, string>>;
  /** The project's folder, absolute, and as the user named it: '' or with a last slash. */
  readonly folder: { readonly path: string; readonly named: string };
  /** The texts of env files, by their names in findings. */
  readonly texts: Map<string, string>;
}

/** What the file at a path holds; undefined with an error where nothing can be said. */
export function readNamed(
  path: string,
  at: Cursor,
  files: NamedFiles,
  report: Report,
): Exclude<FileContent, { readonly problem: string }> | undefined {
  const resolved = resolvePath(dirOf(at), path, files.env['HOME']);
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

/** The variables of env files, each with its value in the last file that has it. @param finding how a bad line is told */
export function readEnvFiles(
  paths: readonly unknown[],
  at: (index: number) => Cursor,
  files: NamedFiles,
  report: Report,
  finding: Pick<Finding, 'hidden'> = {},
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  paths.forEach((path, index) => {
    if (typeof path !== 'string' || path === '') return;
    const content = readNamed(path, at(index), files, report);
    if (typeof content === 'string') {
      const parsed = parseDotenv(content, files.env);
      Object.assign(variables, parsed.variables);
      const source = sourceOf(path, at(index), content, files);
      for (const { from, to, message, hint } of parsed.problems)
        report(placeIn(source, from, to), message, { hint, ...finding });
    } else if (content !== undefined) report(at(index), invalid(path, 'it is not UTF-8 text'));
  });
  return variables;
}

/** A named file as the findings name it: like the project's own files where it is in their folder. */
function sourceOf(path: string, at: Cursor, text: string, { env, folder, texts }: NamedFiles): Source {
  const resolved = resolvePath(dirOf(at), path, env['HOME']);
  const full = 'path' in resolved ? resolved.path : path;
  const isBelow = full.startsWith(`${folder.path}/`);
  const shown = isBelow ? folder.named + full.slice(folder.path.length + 1) : full;
  texts.set(shown, text);
  return toSource({ path: shown, text, dir: '', layer: 0 });
}
