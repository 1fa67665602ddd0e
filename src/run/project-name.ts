import { basename } from 'node:path';
import { readName } from '../manifest/project-documents.ts';
import { readFiles } from './project-place.ts';
import type { ProjectOptions, ProjectPlace } from './project-place.ts';
import type { World } from './world.ts';

/** The project's name, without a look at the rest of its files; undefined where it takes the whole of them to tell. */
export async function readProjectName(
  world: World,
  options: ProjectOptions,
  place: ProjectPlace,
): Promise<string | undefined> {
  const { sources, env, problems } = await readFiles(world, options, place);
  if (problems.length > 0) return undefined;
  const { name, interpolate } = options;
  const input = { sources, folderName: basename(place.dir), env, interpolate };
  return readName({ ...input, ...(name === undefined ? {} : { name }) });
}
