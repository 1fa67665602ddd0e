import type { Build } from '../../model/build.ts';
import { readBuild } from '../container/build.ts';
import type { ReadContainer } from '../container/container.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { parseJson } from '../yaml/json.ts';
import { isFields } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid, show } from '../yaml/report.ts';
import { checkStructure } from '../schema/structure.ts';

export type Builds = ReadonlyMap<string, Build>;

/** The builds that an annotation gives containers by name, in JSON. */
export function readBuilds(
  annotation: string | undefined,
  containers: readonly string[],
  at: Cursor,
  home: string | undefined,
  report: Report,
): Builds {
  const builds = new Map<string, Build>();
  if (annotation === undefined) return builds;
  const value = parseJson(annotation);
  if (!isFields(value)) {
    const hint = 'for example {"app": {"context": "./app"}}';
    // Its arguments may be secret.
    report(at, 'Invalid value: must be a map of builds by container, in JSON', { hint });
    return builds;
  }
  for (const [name, written] of Object.entries(value)) {
    if (!containers.includes(name)) report(at, `Not found: ${show(name)}: the Pod has no container of that name`);
    if (isFields(written)) checkStructure('Build', written, at, report);
    else if (typeof written !== 'string') report(at, invalid(name, 'must be a folder, or a map with one'));
    const build = readBuild(written, at, home, report);
    if (build !== undefined) builds.set(name, build);
  }
  return builds;
}

/**
 * The container with the build that the annotation gives it; its own field goes over that.
 * @param at where the annotation stands
 */
export function withBuild(read: ReadContainer, builds: Builds, at: Cursor): ReadContainer {
  const build = builds.get(read.container.name);
  if (build === undefined || read.container.build !== undefined) return read;
  return { ...read, container: { ...read.container, build }, buildAt: at };
}
