import { findProject, loadProject } from '../run/project-source.ts';
import type { World } from '../run/world.ts';
import { CommandError, exitCode } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';
import { countFindings, tellDiagnostics } from './session.ts';

/** `podrun validate`: every finding in the files; exit 0 with warnings, 2 with errors. Needs no engine. */
export async function validate(world: World, globals: GlobalOptions): Promise<number> {
  const { file, envFile, project } = globals;
  const options = { files: file, envFiles: envFile, ...(project === undefined ? {} : { name: project }) };
  const place = await findProject(world, options);
  if (typeof place === 'string') throw new CommandError(exitCode.usage, place);
  const loaded = await loadProject(world, options, place);
  tellDiagnostics(world, globals, loaded);
  const findings = countFindings(loaded.diagnostics);
  if (loaded.project === undefined) throw new CommandError(exitCode.usage, findings);
  const pods = loaded.project.pods.length;
  world.stdout.write(
    `${place.files.join(', ')}: valid, ${pods} Pod${pods === 1 ? '' : 's'}${findings === '' ? '' : `, ${findings}`}\n`,
  );
  return exitCode.done;
}
