/** The images of a whole project, each once, for who wants to have them without its Pods. */
import type { Container, ImagePullPolicy } from '../../model/container.ts';
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import type { EngineAction } from '../runtime/action.ts';
import { allContainers } from '../runtime/facts.ts';
import type { Planned } from '../state/planned.ts';
import { mapPods } from '../spec/map-pods.ts';
import { secretsFor } from './build-secrets.ts';
import { imageUses } from './image-uses.ts';
import type { ImageUse } from './image-uses.ts';
import { loginsFor } from './pull-secrets.ts';

export interface BuildHow {
  readonly noCache: boolean;
  readonly pull: boolean;
  /** Over those of the file. */
  readonly args: Readonly<Record<string, string>>;
}

/** A build of each image that has one, whatever is there. */
export function projectBuilds(project: Project, { noCache, pull, args }: BuildHow): readonly Planned[] {
  const how = { ...(noCache ? { noCache: true as const } : {}), ...(pull ? { pull: true as const } : {}) };
  return onePerImage(project, (pod, { image, build: written }) => {
    if (written === undefined) return undefined;
    const build = { ...written, args: { ...written.args, ...args } };
    const given = { ...logins(project, pod, image), ...secretsFor(project, build) };
    return { verb: 'buildImage', target: image, image, build, ...given, ...how };
  });
}

/**
 * What brings each image that is not built, the infra's own only where it is missing.
 * @param policy unset: the registry is asked for all but those whose policy is Never
 */
export function projectPulls(
  project: Project,
  { policy, infraImage }: { readonly policy?: 'always' | 'missing'; readonly infraImage: string },
): readonly Planned[] {
  const infra: Planned = {
    action: { verb: 'inspectImage', target: infraImage, image: infraImage },
    because: [{ kind: 'infraImage' }],
  };
  const built = new Set(
    projectBuilds(project, { noCache: false, pull: false, args: {} }).map(({ action }) => action.target),
  );
  const pulls = onePerImage(project, (pod, use) => {
    const { image, build, platform } = use;
    if (build !== undefined || built.has(image) || (policy === undefined && use.policy === 'Never')) return undefined;
    const wanted = { target: image, image, ...(platform === undefined ? {} : { platform }) };
    if (policy === 'missing') return { verb: 'inspectImage', ...wanted };
    return { verb: 'pullImage', ...wanted, ...logins(project, pod, image) };
  });
  const isWanted = pulls.some(({ action }) => action.target === infraImage);
  return [...(isWanted ? [] : [infra]), ...pulls];
}

/** The pull of an image that was only looked for. */
export function pullInstead(project: Project, planned: Planned): Planned {
  const { action } = planned;
  if (action.verb !== 'inspectImage') return planned;
  const { pod } = planned;
  const asking = allPods(project).find(
    ({ metadata }) => metadata.name === pod?.name && metadata.namespace === pod.namespace,
  );
  return { ...planned, action: { ...action, verb: 'pullImage', ...logins(project, asking, action.image) } };
}

/** Those of the file, and what the Pods of CronJobs' Jobs are made of. */
const allPods = ({ pods, cronJobs = [] }: Project): readonly Pod[] => [
  ...pods,
  ...cronJobs.filter(({ apart }) => apart !== true).map(({ template }) => template),
];

function onePerImage(
  project: Project,
  actionFor: (pod: Pod, use: ImageUse) => EngineAction | undefined,
): readonly Planned[] {
  const found = new Map<string, Planned>();
  for (const pod of allPods(project))
    for (const container of allContainers(pod.spec))
      for (const use of imageUses(pod.spec, container)) {
        const action = found.has(use.image) ? undefined : actionFor(pod, use);
        const { name, namespace } = pod.metadata;
        if (action !== undefined)
          found.set(use.image, { action, because: [], pod: { name, namespace, uid: '' }, container: container.name });
      }
  return [...found.values()];
}

function logins(project: Project, pod: Pod | undefined, image: string) {
  const found = loginsFor(project, pod, image);
  return found.length === 0 ? {} : { logins: found };
}

/** The project with one policy for all that it pulls: `up --pull`. */
export function withPullPolicy(project: Project, policy: ImagePullPolicy): Project {
  const contained = (container: Container): Container => ({ ...container, imagePullPolicy: policy });
  const podWith = (pod: Pod): Pod => ({
    ...pod,
    spec: {
      ...pod.spec,
      initContainers: pod.spec.initContainers.map(contained),
      containers: pod.spec.containers.map(contained),
      volumes: pod.spec.volumes.map((volume) =>
        volume.image === undefined ? volume : { ...volume, image: { ...volume.image, pullPolicy: policy } },
      ),
    },
  });
  return mapPods(project, podWith);
}
