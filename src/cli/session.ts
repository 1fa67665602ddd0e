/** What most commands begin with: the project they are about, its engine, and whoever supervises it. */
import { relative, resolve } from 'node:path';
import type { Engine } from '../engine/port.ts';
import { renderDiagnostics } from '../output/diagnostics/diagnostics.ts';
import { githubAnnotations } from '../output/diagnostics/github.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { readProjectName } from '../run/project-name.ts';
import { findProject } from '../run/project-place.ts';
import type { LoadedProject } from '../run/project-source.ts';
import type { ProjectOptions, ProjectPlace } from '../run/project-place.ts';
import { hasColor, isInteractive } from '../run/world.ts';
import type { World } from '../run/world.ts';
import { ask, follow } from '../state/control.ts';
import type { Answer, Asked, Request } from '../state/control.ts';
import { deadBackground } from '../state/background.ts';
import type { DeadBackground } from '../state/background.ts';
import { projectPath, projectFolders, socketPath } from '../state/paths.ts';
import { CommandError, exitCode } from './exit-code.ts';
import type { GlobalOptions } from './options/global-options.ts';

/** Where the project's files are, and how they are to be read. Throws with exit code 2 where there are none. */
export async function findFiles(
  world: World,
  globals: GlobalOptions,
): Promise<{ readonly place: ProjectPlace; readonly source: ProjectOptions }> {
  const source = projectOptions(globals);
  const place = await findProject(world, source);
  if (typeof place === 'string') throw new CommandError(exitCode.usage, place);
  return { place, source };
}

/** The project that a command is about. */
export interface NamedProject {
  readonly name: string;
  /** The folder whose files say so; unset: -p alone names the project, and means it whoever's it is. */
  readonly dir?: string;
}

/** The project: from -p without any file, else from the file, even one that is not valid; PODRUN_PROJECT names that one. */
export async function namedProject(world: World, globals: GlobalOptions): Promise<NamedProject> {
  const { project } = globals;
  // An exported PODRUN_PROJECT names the project and nobody asked for another folder's.
  const isExplicit = project !== world.env['PODRUN_PROJECT'];
  if (project !== undefined && globals.file.length === 0 && isExplicit) return { name: project };
  const options = projectOptions(globals);
  const place = await findProject(world, options);
  if (typeof place === 'string' && project !== undefined && globals.file.length === 0) return { name: project };
  if (typeof place === 'string') throw new CommandError(exitCode.usage, `${place}; -p PROJECT names one on the engine`);
  const read = await readProjectName(world, options, place);
  if (read !== undefined) return { name: read, dir: place.dir };
  const { loadProject } = await import('../run/project-source.ts');
  const loaded = await loadProject(world, options, place);
  const name = loaded.project?.name ?? loaded.name;
  if (name !== undefined) return { name, dir: place.dir };
  tellDiagnostics(world, globals, loaded);
  throw new CommandError(exitCode.usage, countFindings(loaded.diagnostics));
}

/** The name alone, for commands that only tell of it. */
export const projectName = async (world: World, globals: GlobalOptions): Promise<string> =>
  (await namedProject(world, globals)).name;

export function tellDiagnostics(world: World, globals: GlobalOptions, loaded: LoadedProject): void {
  if (loaded.diagnostics.length === 0) return;
  annotate(world, loaded.diagnostics);
  const style = { color: hasColor(world, world.stderr, globals.color) };
  // A log is read by those who can't ask again.
  const inShort = isInteractive(world, world.stderr);
  world.stderr.write(`${renderDiagnostics(loaded.diagnostics, loaded.texts, style, inShort).trimEnd()}\n`);
}

/** In GitHub Actions each finding is shown at its line, too. */
export function annotate(world: World, diagnostics: readonly Diagnostic[]): void {
  if (world.env['GITHUB_ACTIONS'] !== 'true') return;
  const root = world.env['GITHUB_WORKSPACE'] ?? world.cwd;
  world.stderr.write(githubAnnotations(diagnostics, (file) => relative(root, resolve(world.cwd, file))));
}

/** `2 errors and 1 warning`. */
export function countFindings(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic['severity']) => {
    const n = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return n === 0 ? [] : [`${n} ${severity}${n === 1 ? '' : 's'}`];
  };
  return [...count('error'), ...count('warning')].join(' and ');
}

/** How to reach the podrun that supervises a project on an engine. */
export interface Supervisor {
  readonly folder: string;
  ask(request: Request): Promise<Asked>;
  /** Rejects if none lives; resolves when it ends, or `signal` says so. */
  follow(request: Request, answered: (answer: Answer) => void, signal?: AbortSignal): Promise<void>;
}

export async function supervisorOf(world: World, engine: Engine, project: string): Promise<Supervisor> {
  const folder = projectPath(world.stateRoot, engine.info.id, project);
  const path = socketPath(folder);
  let isTold = false;
  return {
    folder,
    async ask(request) {
      const asked = await ask(path, request);
      const dead = asked.kind === 'nobody' && !isTold ? await deadBackground(folder) : undefined;
      isTold ||= dead !== undefined;
      if (dead !== undefined) world.stderr.write(`podrun: ${deadText(project, dead)}\n`);
      return asked;
    },
    follow: (request, answered, signal) => follow(path, request, answered, signal),
  };
}

/** A podrun in the background that has died takes nothing down, and nobody was there to be told. */
function deadText(project: string, { pid, dir, startedAt, aliveAtMs }: DeadBackground): string {
  const who = `the podrun that supervised project ${project} in the background (pid ${pid}, in ${dir}, since ${startedAt})`;
  const alive = new Date(aliveAtMs).toISOString();
  return `${who} has died: it was last alive at ${alive}; podrun -p ${project} logs --supervisor has its words`;
}

/**
 * What the project's podrun last knew, when the engine cannot be asked which project is whose. Of several engines'
 * projects of that name the one whose engine is silent is meant.
 */
export async function lastKnown(world: World, project: string): Promise<Answer | undefined> {
  const folders = await projectFolders(world.stateRoot);
  const asked = await Promise.all(folders.map((folder) => ask(socketPath(folder), { op: 'status' })));
  const answers = asked.flatMap((one) =>
    one.kind === 'answer' && one.answer.owner.project === project ? [one.answer] : [],
  );
  return answers.find(({ engineAnswers }) => !engineAnswers) ?? answers[0];
}

export const silentSupervisor = (project: string): string =>
  `the podrun that supervises project ${project} has its lock and does not answer: it hangs or is stopped (SIGCONT goes on, SIGKILL frees the project)`;

function projectOptions({ file, envFile, project, profile, interpolate, strict }: GlobalOptions): ProjectOptions {
  return {
    files: file,
    envFiles: envFile,
    profiles: profile,
    interpolate,
    strict,
    ...(project === undefined ? {} : { name: project }),
  };
}
