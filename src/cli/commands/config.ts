import { masked } from '../../output/json/mask.ts';
import { asList, clusterObjects, resolvedObjects } from '../../output/json/objects.ts';
import { loadProject } from '../../run/project-source.ts';
import type { Project } from '../../model/project.ts';
import type { Written } from '../../manifest/short-form/written-objects.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { podNames } from '../options/pod-names.ts';
import { countFindings, findFiles, tellDiagnostics } from '../session.ts';

export interface ObjectsOptions extends GlobalOptions {
  readonly pod: readonly string[];
  readonly output: 'yaml' | 'json';
}

export interface ConfigOptions extends ObjectsOptions {
  readonly showSecrets: boolean;
}

/** `podrun config`: what podrun makes of the files, resolved, as Kubernetes objects. Needs no engine. */
export async function config(world: World, options: ConfigOptions): Promise<number> {
  const { project, written } = await load(world, options);
  const objects = resolvedObjects(project, written);
  return print(world, options, options.showSecrets ? objects : masked(objects));
}

/** `podrun export`: the same for a cluster; Secrets are in it as they are. */
export async function exportObjects(world: World, options: ObjectsOptions): Promise<number> {
  const { project, written } = await load(world, options);
  return print(world, options, clusterObjects(project, written));
}

/** The project with the named Pods alone, if any are named: they run whatever their profiles are. */
async function load(
  world: World,
  options: ObjectsOptions,
): Promise<{ readonly project: Project; readonly written: Written }> {
  const names = podNames(options.pod);
  const { place, source } = await findFiles(world, options);
  const loaded = await loadProject(world, { ...source, named: names }, place);
  tellDiagnostics(world, options, loaded);
  const { project, written } = loaded;
  if (project === undefined || written === undefined)
    throw new CommandError(exitCode.usage, countFindings(loaded.diagnostics));
  const { cronJobs = [] } = project;
  const known = new Set([...project.pods.map(({ metadata }) => metadata.name), ...cronJobs.map(({ name }) => name)]);
  const missing = names.find((name) => !known.has(name));
  if (missing !== undefined)
    throw new CommandError(exitCode.usage, `there is no Pod ${missing} in project ${project.name}`);
  const isMeant = (name: string): boolean => names.length === 0 || names.includes(name);
  const pods = project.pods.filter(({ metadata }) => isMeant(metadata.name));
  const crons = cronJobs.filter(({ name }) => isMeant(name));
  return { project: { ...project, pods, cronJobs: crons }, written };
}

async function print(world: World, { output }: ObjectsOptions, objects: readonly object[]): Promise<number> {
  if (output === 'json') world.stdout.write(`${JSON.stringify(asList(objects), undefined, 2)}\n`);
  else {
    const { toYaml } = await import('../../output/json/yaml.ts');
    world.stdout.write(objects.map((object) => toYaml(object)).join('---\n'));
  }
  return exitCode.done;
}
