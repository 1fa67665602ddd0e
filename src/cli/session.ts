/** What most commands begin with: the project they are about, its engine, and whoever supervises it. */
import type { Engine } from '../engine/port.ts';
import { renderDiagnostics } from '../output/diagnostics.ts';
import type { Diagnostic, Project } from '../manifest/types.ts';
import { findProject, loadProject } from '../run/project-source.ts';
import type { LoadedProject, ProjectOptions, ProjectPlace } from '../run/project-source.ts';
import { hasColor } from '../run/world.ts';
import type { World } from '../run/world.ts';
import { ask, follow } from '../state/control.ts';
import type { Answer, Asked, Request } from '../state/control.ts';
import { projectFolder, socketPath } from '../state/paths.ts';
import { CommandError, exitCode } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';

export interface OpenProject {
  readonly project: Project;
  readonly place: ProjectPlace;
  readonly options: ProjectOptions;
}

/** Finds and reads the project's files; tells every finding. Throws with exit code 2 when they are not valid. */
export async function openProject(world: World, globals: GlobalOptions): Promise<OpenProject> {
  const options = projectOptions(globals);
  const place = await findProject(world, options);
  if (typeof place === 'string') throw new CommandError(exitCode.usage, place);
  const loaded = await loadProject(world, options, place);
  tellDiagnostics(world, globals, loaded);
  if (loaded.project === undefined) throw new CommandError(exitCode.usage, countFindings(loaded.diagnostics));
  return { project: loaded.project, place, options };
}

/** The project's name: from -p without any file, else from the file, even one that is not valid. */
export async function projectName(world: World, globals: GlobalOptions): Promise<string> {
  if (globals.project !== undefined && globals.file.length === 0) return globals.project;
  const options = projectOptions(globals);
  const place = await findProject(world, options);
  if (typeof place === 'string') throw new CommandError(exitCode.usage, `${place}, or the project with -p`);
  const loaded = await loadProject(world, options, place);
  const name = loaded.project?.name ?? loaded.name;
  if (name !== undefined) return name;
  tellDiagnostics(world, globals, loaded);
  throw new CommandError(exitCode.usage, countFindings(loaded.diagnostics));
}

export function tellDiagnostics(world: World, globals: GlobalOptions, loaded: LoadedProject): void {
  if (loaded.diagnostics.length === 0) return;
  const color = hasColor(world, world.stderr, globals.color);
  world.stderr.write(`${renderDiagnostics(loaded.diagnostics, loaded.texts, { color }).trimEnd()}\n`);
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
  const folder = await projectFolder(world.stateRoot, engine.info.id, project);
  const path = socketPath(folder);
  return {
    folder,
    ask: (request) => ask(path, request),
    follow: (request, answered, signal) => follow(path, request, answered, signal),
  };
}

function projectOptions(globals: GlobalOptions): ProjectOptions {
  const { file, envFile, project } = globals;
  return { files: file, envFiles: envFile, ...(project === undefined ? {} : { name: project }) };
}
