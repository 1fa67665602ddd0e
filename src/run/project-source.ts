/** Reading a project's files; what they mean is the manifest room's. */
import { basename } from 'node:path';
import { withPullPolicy } from '../core/images/project-images.ts';
import { parseProject } from '../manifest/load.ts';
import type { Written } from '../manifest/short-form/written-objects.ts';
import type { FileContent } from '../manifest/variables/named-file.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import { inOrder } from '../output/diagnostics/diagnostics.ts';
import { readContent } from '../platform/files.ts';
import { readFiles } from './project-place.ts';
import type { ProjectOptions, ProjectPlace } from './project-place.ts';
import type { World } from './world.ts';

export interface LoadedProject {
  readonly project?: Project;
  /** The project's name, where the files tell it although they are not valid. */
  readonly name?: string;
  /** Each once, in the order of their places. */
  readonly diagnostics: readonly Diagnostic[];
  /** The texts by file as named in the diagnostics, for their frames. */
  readonly texts: ReadonlyMap<string, string>;
  /** What the files say before it is resolved; nothing where one of them cannot be read. */
  readonly written?: Written;
}

/** Reads the files as they are now. Whatever they hold, the answer is a project or diagnostics. */
export async function loadProject(world: World, options: ProjectOptions, place: ProjectPlace): Promise<LoadedProject> {
  const { sources, env, problems, texts } = await readFiles(world, options, place);
  const isPartial = problems.length > 0;
  const { name, interpolate, profiles, named = [], only = [], strict = false, toRun = false } = options;
  const input = {
    ...{ sources, dir: place.dir, folderName: basename(place.dir), env, interpolate, profiles, named, strict, toRun },
    ...(name === undefined ? {} : { name }),
    ...{ only, isPartial },
  };
  let parsed = parseProject(input);
  if (parsed.reads.length > 0) {
    for (const path of parsed.reads) place.watched.add(path);
    parsed = parseProject({ ...input, files: await readNamed(parsed.reads) });
  }
  const told = {
    diagnostics: inOrder([...problems, ...parsed.diagnostics]),
    texts: new Map([...texts, ...parsed.texts]),
  };
  // Not even the name is known: what cannot be read may give another one.
  if (isPartial) return told;
  const { project } = parsed;
  if (project === undefined) return { ...parsed, ...told };
  const { pullPolicy, ports } = options;
  const pulled = pullPolicy === undefined ? project : withPullPolicy(project, pullPolicy);
  return { ...parsed, ...told, project: ports === undefined ? pulled : await ports.assign(pulled) };
}

async function readNamed(paths: readonly string[]): Promise<ReadonlyMap<string, FileContent>> {
  return new Map(await Promise.all(paths.map(async (path) => [path, await readContent(path)] as const)));
}
