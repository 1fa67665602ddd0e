/** A container's environment: envFrom, then env (kubelet_pods.go makeEnvironmentVariables). */
import type { Container, EnvFromSource, EnvVar, KeyRef } from '../../model/container.ts';
import type { DataObject } from '../../model/project.ts';
import { fieldValue, resourceValue } from './downward.ts';
import type { PodView } from './downward.ts';
import { expandEnv } from './expand.ts';
import { serviceVariables } from '../services/service-env.ts';

export interface Environment {
  readonly values: ReadonlyMap<string, string>;
  /** The names that envFrom gave. */
  readonly imported: readonly string[];
  /** Those of Services that `env` builds upon. */
  readonly linked: readonly string[];
}

/** Why a container's configuration cannot be made: its message is Kubernetes' own. */
export class ConfigError extends Error {}

/** Throws a {@link ConfigError} where something that is not optional is missing. */
export function environmentOf(container: Container, view: PodView, objects: readonly DataObject[]): Environment {
  const { namespace } = view.pod.metadata;
  // Whatever else has such a name goes over it.
  const links = linksOf(view);
  const imported = new Map((container.envFrom ?? []).flatMap((source) => [...importedBy(source, namespace, objects)]));
  const take = (entry: EnvVar) => valueFrom(entry, container, view, objects);
  const linked = [...links.keys()].filter(
    (name) => !imported.has(name) && container.env.some(({ value }) => value.includes(`$(${name})`)),
  );
  const before = new Map([...links, ...imported]);
  return { values: expandEnv(container.env, before, take), imported: [...imported.keys()], linked };
}

const linksOf = ({ pod, services = [] }: PodView): ReadonlyMap<string, string> =>
  pod.spec.enableServiceLinks === false ? new Map() : serviceVariables(services, pod.metadata.namespace);

/** The object of that kind and name in a namespace. */
export function findObject(
  objects: readonly DataObject[],
  kind: DataObject['kind'],
  namespace: string,
  name: string,
): DataObject | undefined {
  return objects.find((each) => each.kind === kind && each.namespace === namespace && each.name === name);
}

function importedBy(
  { prefix, configMapRef, secretRef }: EnvFromSource,
  namespace: string,
  objects: readonly DataObject[],
): ReadonlyMap<string, string> {
  const kind = configMapRef === undefined ? 'Secret' : 'ConfigMap';
  const ref = configMapRef ?? secretRef;
  if (ref === undefined) return new Map();
  const object = findObject(objects, kind, namespace, ref.name);
  if (object === undefined && !ref.optional) throw new ConfigError(notFound(kind, ref.name));
  // No variable can have a name with `=` in it (docs/pod-lifecycle.md#environment).
  return new Map(
    Object.entries(object === undefined ? {} : textsOf(object))
      .filter(([key]) => !key.includes('='))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [`${prefix}${key}`, value]),
  );
}

/** What variables may take: a ConfigMap's data and not its binaryData, but all of a Secret, whose values are bytes. */
function textsOf({ kind, data, binaryData }: DataObject): DataObject['data'] {
  if (kind === 'ConfigMap') return data;
  const decoded = Object.entries(binaryData).map(([key, base64]) => [key, decode(base64)] as const);
  return { ...data, ...Object.fromEntries(decoded) };
}

/** The engine takes JSON: bytes that are no UTF-8 become U+FFFD, as they do on their way from a kubelet to Docker. */
function decode(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function valueFrom(
  { valueFrom: source = {} }: EnvVar,
  container: Container,
  view: PodView,
  objects: readonly DataObject[],
): string | undefined {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source;
  if (fieldRef !== undefined) return fieldValue(view, fieldRef.fieldPath);
  if (resourceFieldRef !== undefined) return resourceValue(view, resourceFieldRef, container);
  const { namespace } = view.pod.metadata;
  if (configMapKeyRef !== undefined) return keyValue('ConfigMap', configMapKeyRef, namespace, objects);
  return secretKeyRef === undefined ? undefined : keyValue('Secret', secretKeyRef, namespace, objects);
}

function keyValue(
  kind: DataObject['kind'],
  { name, key, optional }: KeyRef,
  namespace: string,
  objects: readonly DataObject[],
): string | undefined {
  const object = findObject(objects, kind, namespace, name);
  const texts = object === undefined ? {} : textsOf(object);
  const value = Object.hasOwn(texts, key) ? texts[key] : undefined;
  if (value !== undefined || optional) return value;
  throw new ConfigError(
    object === undefined ? notFound(kind, name) : `couldn't find key ${key} in ${kind} ${namespace}/${name}`,
  );
}

export const notFound = (kind: DataObject['kind'], name: string): string => `${kind.toLowerCase()} "${name}" not found`;
