import type { ProjectInput } from '../../src/manifest/input.ts';
import type { ParseResult } from '../../src/manifest/load.ts';
import { parseProject } from '../../src/manifest/load.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { Project } from '../../src/model/project.ts';
import { renderDiagnostics } from '../../src/output/diagnostics/diagnostics.ts';

export const DIR = '/home/dev/shop';

/** Parses one file named `pods.yaml` in a folder named `shop`. */
export function parse(text: string, rest: Partial<ProjectInput> = {}): ParseResult {
  return parseProject({
    sources: [{ path: 'pods.yaml', text, dir: DIR, layer: 0 }],
    dir: DIR,
    folderName: 'shop',
    env: { HOME: '/home/dev' },
    ...rest,
  });
}

/** The project of a file that must have no error. */
export function projectOf(text: string, rest: Partial<ProjectInput> = {}): Project {
  const { project, diagnostics } = parse(text, rest);
  if (project === undefined) throw new Error(diagnostics.map((each) => `${each.path}: ${each.message}`).join('\n'));
  return project;
}

/** The only Pod of a file that must have no error. */
export function podOf(text: string, rest: Partial<ProjectInput> = {}): Pod {
  const [pod] = projectOf(text, rest).pods;
  if (pod === undefined) throw new Error('no Pod');
  return pod;
}

/** What is wrong with a file, one finding a line: `line:col path: message`. */
export function findingsOf(text: string, rest: Partial<ProjectInput> = {}): readonly string[] {
  return parse(text, rest).diagnostics.map(
    ({ severity, line, col, path, message }) =>
      `${severity === 'error' ? '' : 'warning '}${line}:${col} ${path === '' ? '' : `${path}: `}${message}`,
  );
}

/** The same without the places, for tables whose text stands on one line. */
export function messagesOf(text: string, rest: Partial<ProjectInput> = {}): readonly string[] {
  return findingsOf(text, rest).map((finding) => finding.replace(/\d+:\d+ /, ''));
}

/** What a user sees of a file's findings. */
export function renderedOf(text: string, rest: Partial<ProjectInput> = {}): string {
  return renderDiagnostics(parse(text, rest).diagnostics, new Map([['pods.yaml', text]]), { color: false });
}
