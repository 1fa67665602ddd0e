import type { Project } from '../model/project.ts';
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
