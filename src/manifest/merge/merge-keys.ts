/** By what the members of a list are known where one list goes over another. */
import { PROTOCOL } from '../defaults.ts';
import { fieldsOf, isFields, textOf } from '../yaml/read.ts';

type KeyOf = (item: unknown) => string | undefined;

const field =
  (name: string): KeyOf =>
  (item) => {
    const value = fieldsOf(item)[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };

/** `8080:80/udp`, 80, or the Kubernetes object; of a Service the port itself. */
const portKey: KeyOf = (item) => {
  if (!isFields(item)) {
    const [, port, protocol = PROTOCOL] = /(?:^|:)(\d+)(?:\/([A-Za-z]+))?$/.exec(String(item)) ?? [];
    return port === undefined ? undefined : `${port}/${protocol.toUpperCase()}`;
  }
  const port = item['containerPort'] ?? item['port'];
  return typeof port !== 'number' ? undefined : `${port}/${textOf(item['protocol']) ?? PROTOCOL}`;
};

/** `./src:/app:ro`, or the Kubernetes object. */
const mountKey: KeyOf = (item) => {
  const path = typeof item === 'string' ? item.split(':')[1] : textOf(fieldsOf(item)['mountPath']);
  return path?.replace(/(.)\/+$/, '$1');
};

/**
 * The patchMergeKey of Kubernetes' fields (staging/src/k8s.io/api/core/v1/types.go), ports by protocol as well, and of
 * the short form's own. A list of any other field is replaced as a whole.
 */
const KEYS: Readonly<Record<string, KeyOf>> = {
  containers: field('name'),
  dependsOn: textOf,
  env: field('name'),
  ephemeralContainers: field('name'),
  hostAliases: field('ip'),
  imagePullSecrets: field('name'),
  initContainers: field('name'),
  ports: portKey,
  resourceClaims: field('name'),
  schedulingGates: field('name'),
  topologySpreadConstraints: field('topologyKey'),
  volumeDevices: field('devicePath'),
  volumeMounts: mountKey,
  volumes: field('name'),
};

/** How the members of that field's list are known; undefined where one list replaces the other. */
export function mergeKeyOf(name: string): KeyOf | undefined {
  return Object.hasOwn(KEYS, name) ? KEYS[name] : undefined;
}

/** The lists that the short form also takes as a map by name. */
export const LIST_OR_MAP: ReadonlySet<string> = new Set([
  'containers',
  'dependsOn',
  'env',
  'initContainers',
  'volumes',
]);
