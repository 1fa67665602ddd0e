/** Whether a project's Services can be served, and the project as it is where they cannot. */
import { observe } from '../../core/runtime/observed.ts';
import type { Observed } from '../../core/runtime/observed.ts';
import { isServing } from '../../core/services/gateway-state.ts';
import type { Self } from '../../core/state/self.ts';
import type { Engine } from '../../engine/port.ts';
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import type { Workload } from '../../model/workload.ts';
import { findUpwards } from '../../platform/files.ts';
import type { World } from '../world.ts';

/** What serves Services: the image, and the program of this package; undefined where the package has none. */
export async function gatewayOf(world: World, image: string): Promise<Self['gateway']> {
  const program = await findUpwards(world.codeFolder, ['gateway.mjs', 'dist/gateway.mjs']);
  return program === undefined ? undefined : { image, program };
}

export interface Serving {
  /** The project as it can be run. One is given after another, in the order in which they were asked for. */
  fit(project: Project, tell: Tell): Promise<Project>;
  /** Nothing can serve them after all: gives the project as it is then, and so does {@link fit} from now on. */
  giveUp(project: Project, why: string, tell: Tell): Project;
}

/** Takes what becomes of Services, in words. */
type Tell = (text: string) => void;

export interface ServingSetup {
  readonly gateway: Self['gateway'];
  /** Whether the image is pulled where the engine has none; `later`: it is taken to be there. */
  readonly pull: boolean | 'later';
}

/**
 * Where nothing can serve Services, the name of each is that of its Pods. The engine is asked once, and not before a
 * project has Services. Pods that are there stay what they were made for.
 */
export function makeServing(engine: Pick<Engine, 'perform' | 'snapshot'>, { gateway, pull }: ServingSetup): Serving {
  let problem: Promise<string | undefined> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const fit = async (project: Project, tell: Tell): Promise<Project> => {
    if (project.services === undefined) return project;
    problem ??= findProblem(engine, project.name, gateway, pull, tell).then(
      (why) => {
        if (why !== undefined) tell(notServed(why));
        return why;
      },
      (error: unknown) => {
        // The engine did not say: it is asked again.
        problem = undefined;
        throw error;
      },
    );
    return (await problem) === undefined ? project : withAliases(project);
  };
  return {
    fit(project, tell) {
      const fitted = last.then(() => fit(project, tell));
      last = fitted.catch(() => undefined);
      return fitted;
    },
    giveUp(project, why, tell) {
      problem = Promise.resolve(why);
      tell(notServed(why));
      return withAliases(project);
    },
  };
}

/** Why Services cannot be served; undefined where, as far as can be known, they can. */
async function findProblem(
  engine: Pick<Engine, 'perform' | 'snapshot'>,
  project: string,
  gateway: Self['gateway'],
  pull: ServingSetup['pull'],
  tell: Tell,
): Promise<string | undefined> {
  if (gateway === undefined) return 'this package of podrun has no dist/gateway.mjs';
  const found = observe(await engine.snapshot(project));
  if (isAliased(found)) return 'the Pods that are there were made for that; podrun down, then up, tries anew';
  if (found.gateways.length > 0 || found.pods.length > 0 || pull === 'later') return undefined;
  const { image } = gateway;
  const seen = await engine.perform({ verb: 'inspectImage', target: image, image });
  if (seen.ok || seen.failure.kind !== 'noImage') return undefined;
  if (pull) tell(`pulling image ${image}, which serves Services`);
  const pulled = pull ? await engine.perform({ verb: 'pullImage', target: image, image }) : seen;
  return pulled.ok ? undefined : `image ${image} cannot be had (${pulled.failure.message.trim()})`;
}

const isAliased = ({ pods, gateways }: Observed): boolean =>
  !gateways.some(isServing) && pods.some(({ facts }) => facts?.pod.services !== undefined);

const notServed = (why: string): string =>
  `Services are not served: their names lead straight to all of their Pods, ready or not, and only to ports that these have: ${why}`;

function withAliases(project: Project): Project {
  const named = (pod: Pod): Pod => (pod.services === undefined ? pod : { ...pod, aliases: pod.services });
  const { cronJobs, workloads } = project;
  const ofTemplate = <T extends Workload>(workload: T): T => {
    const { template } = workload.declared;
    if (template === undefined) return workload;
    return { ...workload, declared: { ...workload.declared, template: named(template) } };
  };
  return {
    ...project,
    aliased: true,
    pods: project.pods.map(named),
    ...(workloads === undefined ? {} : { workloads: workloads.map(ofTemplate) }),
    ...(cronJobs === undefined ? {} : { cronJobs: cronJobs.map((job) => ({ ...job, template: named(job.template) })) }),
  };
}
