/** Whether a project's Services can be served, and the project as it is where they cannot. */
import type { Self } from '../../core/state/self.ts';
import type { Engine } from '../../engine/port.ts';
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import { findUpwards } from '../../platform/files.ts';
import type { World } from '../world.ts';

/** What serves Services: the image, and the program of this package; undefined where the package has none. */
export async function gatewayOf(world: World, image: string): Promise<Self['gateway']> {
  const program = await findUpwards(world.codeFolder, ['gateway.mjs', 'dist/gateway.mjs']);
  return program === undefined ? undefined : { image, program };
}

/**
 * Gives a project that can be run: where the image cannot be had, each Service's name is that of its Pods. The engine is
 * asked once, and not before a project has Services.
 * @param pull the image is pulled where the engine has none
 * @param tell why Services are not served, once
 */
export function makeServing(
  engine: Pick<Engine, 'perform'>,
  gateway: Self['gateway'],
  pull: boolean,
  tell: (text: string) => void,
): (project: Project) => Promise<Project> {
  let asked: Promise<boolean> | undefined;
  return async (project) => {
    if (project.services === undefined) return project;
    asked ??= isThere(engine, gateway, pull, tell);
    return (await asked) ? project : withAliases(project);
  };
}

async function isThere(
  engine: Pick<Engine, 'perform'>,
  gateway: Self['gateway'],
  pull: boolean,
  tell: (text: string) => void,
): Promise<boolean> {
  if (gateway === undefined) return false;
  const { image } = gateway;
  const found = await engine.perform({ verb: 'inspectImage', target: image, image });
  if (found.ok || (!found.ok && found.failure.kind !== 'noImage')) return true;
  const pulled = pull ? await engine.perform({ verb: 'pullImage', target: image, image }) : found;
  if (pulled.ok) return true;
  const why = pulled.failure.message.trim();
  tell(
    `image ${image} cannot be had, so Services are not served: their names lead straight to all of their Pods, ready or not, and only to ports that these have (${why})`,
  );
  return false;
}

export function withAliases({ services: _services, ...project }: Project): Project {
  const named = (pod: Pod): Pod => (pod.services === undefined ? pod : { ...pod, aliases: pod.services });
  const { cronJobs } = project;
  return {
    ...project,
    pods: project.pods.map(named),
    ...(cronJobs === undefined ? {} : { cronJobs: cronJobs.map((job) => ({ ...job, template: named(job.template) })) }),
  };
}
