import type { Engine } from '../engine/port.ts';
import type { Project } from '../model/project.ts';
import { openPortBook } from '../run/fixture/port-book.ts';
import type { PortBook } from '../run/fixture/port-book.ts';
import type { ProjectOptions, ProjectPlace } from '../run/project-place.ts';
import { loadProject } from '../run/project-source.ts';
import type { World } from '../run/world.ts';
import { CommandError, exitCode } from './exit-code.ts';
import type { GlobalOptions } from './options/global-options.ts';
import { countFindings, findFiles, tellDiagnostics } from './session.ts';

/** `--pull`, in docker's words. */
export type PullOption = 'always' | 'missing' | 'never';

const policies = { always: 'Always', missing: 'IfNotPresent', never: 'Never' } as const;

export interface OpenProject {
  readonly project: Project;
  readonly place: ProjectPlace;
  readonly options: ProjectOptions;
}

/**
 * Finds and reads the project's files, which are to run; tells every finding. Throws with exit code 2 when they are
 * not valid.
 * @param only the Pods that are to run, by name, with what they wait for; none: all
 */
export async function openProject(
  world: World,
  globals: GlobalOptions & { readonly pull?: PullOption | undefined },
  only: readonly string[],
): Promise<OpenProject> {
  const { place, source } = await findFiles(world, globals);
  const { pull } = globals;
  const policy = pull === undefined ? {} : { pullPolicy: policies[pull] };
  const options = { ...source, toRun: true, only, ...policy };
  const loaded = await loadProject(world, options, place);
  tellDiagnostics(world, globals, loaded);
  if (loaded.project === undefined) throw new CommandError(exitCode.usage, countFindings(loaded.diagnostics));
  return { project: loaded.project, place, options };
}

/**
 * The project with a free port of the machine for each automatic one, and for those of its edits.
 * @param how `all`: also in the place of those that the files give a number
 */
export async function withPorts(
  engine: Engine,
  { project, place, options }: OpenProject,
  how: { readonly all?: boolean } = {},
): Promise<OpenProject & { readonly ports: PortBook }> {
  const ports = openPortBook(engine, how);
  return { project: await ports.assign(project), place, options: { ...options, ports }, ports };
}
