/** The logins that a Pod's imagePullSecrets hold (pkg/credentialprovider/secrets/secrets.go). */
import type { DataObject, Project } from '../../model/project.ts';
import type { Pod } from '../../model/pod.ts';
import type { RegistryLogin } from '../runtime/action.ts';
import { findObject } from '../spec/environment.ts';
import { allContainers } from '../runtime/facts.ts';
import type { Planner, PodPlanner } from '../state/planner.ts';
import type { PodRef } from '../runtime/pod-ref.ts';

/**
 * What may log in for a pull of an image: one pull is for every Pod that wants the image, so each gives what it has.
 * @param asking the Pod that asks, also when the file names it no more
 */
export function loginsFor(
  { pods, objects }: Pick<Project, 'pods' | 'objects'>,
  asking: Pod | undefined,
  image: string,
): readonly RegistryLogin[] {
  const others = pods.filter((pod) => pod !== asking && usesImage(pod, image));
  const logins = [...(asking === undefined ? [] : [asking]), ...others].flatMap((pod) =>
    secretsOf(pod, objects).flatMap(({ secret }) => (secret === undefined ? [] : readLogins(secret))),
  );
  return [...new Map(logins.map((login) => [JSON.stringify(login), login])).values()];
}

/** The same as a part of an action. */
export function loginsOf(p: Planner | PodPlanner, image: string, pod: PodRef | undefined) {
  const { project } = p;
  const asking = pod === undefined || !('memory' in p) ? undefined : p.memory.applied.get(pod.uid);
  const logins = project === undefined ? [] : loginsFor(project, asking, image);
  return logins.length === 0 ? {} : { logins };
}

/** The names of a Pod's imagePullSecrets that are nowhere. */
export function missingPullSecrets(pod: Pod, objects: readonly DataObject[]): readonly string[] {
  return secretsOf(pod, objects).flatMap(({ name, secret }) => (secret === undefined ? [name] : []));
}

const usesImage = ({ spec }: Pod, image: string): boolean =>
  allContainers(spec).some((container) => container.image === image) ||
  spec.volumes.some((volume) => volume.image?.reference === image);

function secretsOf({ metadata, spec }: Pod, objects: readonly DataObject[]) {
  return (spec.imagePullSecrets ?? []).map(({ name }) => ({
    name,
    secret: findObject(objects, 'Secret', metadata.namespace, name),
  }));
}

/** One of another type, and one that is no docker config, gives nothing: the registry's answer says what is lacking. */
function readLogins({ type, data }: DataObject): readonly RegistryLogin[] {
  switch (type) {
    case 'kubernetes.io/dockerconfigjson':
      return entriesOf(fieldsOf(parse(data['.dockerconfigjson']))['auths']);
    case 'kubernetes.io/dockercfg':
      return entriesOf(parse(data['.dockercfg']));
    default:
      return [];
  }
}

function entriesOf(auths: unknown): readonly RegistryLogin[] {
  return Object.entries(fieldsOf(auths)).map(([registry, entry]) => {
    const fields = fieldsOf(entry);
    const texts = loginFields.flatMap((name) => {
      const value = fields[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    return { registry, ...Object.fromEntries(texts) };
  });
}

const loginFields = ['auth', 'username', 'password', 'identitytoken'] as const;

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function parse(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
