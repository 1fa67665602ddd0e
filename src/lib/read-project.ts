import type { Project } from '../model/project.ts';
import { renderDiagnostics } from '../output/diagnostics/diagnostics.ts';
import { findProject } from '../run/project-place.ts';
import { loadProject } from '../run/project-source.ts';
import type { World } from '../run/world.ts';
import type { UpOptions } from './api.ts';
import { PodrunError } from './podrun-error.ts';

/** The project of the files, which is to run. Its warnings are told. Rejects with a PodrunError where they are not valid. */
export async function readProject(world: World, { file = [], profiles = [], pods = [] }: UpOptions): Promise<Project> {
  const files = typeof file === 'string' ? [file] : file;
  // `deploy/web` is known by its name here.
  const only = pods.map((word) => word.replace(/^.*\//, ''));
  const options = { files, envFiles: [], interpolate: false, profiles, toRun: true, only };
  const place = await findProject(world, options);
  if (typeof place === 'string') throw new PodrunError('InvalidFile', place);
  const { project, diagnostics, texts } = await loadProject(world, options, place);
  const text = renderDiagnostics(diagnostics, texts, { color: false }).trimEnd();
  if (project === undefined) throw new PodrunError('InvalidFile', text);
  if (text !== '') world.stderr.write(`${text}\n`);
  return project;
}
