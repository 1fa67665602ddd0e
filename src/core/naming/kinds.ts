/** The kinds of objects, by the names that kubectl takes for them. */
import type { ControllerKind } from '../../model/controller.ts';

/** Those whose names mean Pods. */
export type PodKind = 'Pod' | 'Service' | ControllerKind;

/** Those that `get` and `describe` tell of. */
export type ObjectKind = PodKind | 'Endpoints' | 'EndpointSlice' | 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim';

/** Plural, group (none: the core one) and short names, as `kubectl api-resources` lists them. */
const resources: Readonly<Record<ObjectKind, readonly [plural: string, group: string, ...shortNames: string[]]>> = {
  Pod: ['pods', '', 'po'],
  Service: ['services', '', 'svc'],
  Endpoints: ['endpoints', '', 'ep'],
  EndpointSlice: ['endpointslices', 'discovery.k8s.io'],
  ReplicationController: ['replicationcontrollers', '', 'rc'],
  Deployment: ['deployments', 'apps', 'deploy'],
  ReplicaSet: ['replicasets', 'apps', 'rs'],
  StatefulSet: ['statefulsets', 'apps', 'sts'],
  DaemonSet: ['daemonsets', 'apps', 'ds'],
  Job: ['jobs', 'batch'],
  CronJob: ['cronjobs', 'batch', 'cj'],
  ConfigMap: ['configmaps', '', 'cm'],
  Secret: ['secrets', ''],
  PersistentVolumeClaim: ['persistentvolumeclaims', '', 'pvc'],
};

/** Those that have no Pods of their own. */
const withoutPods: readonly ObjectKind[] = [
  ...(['Endpoints', 'EndpointSlice', 'ConfigMap', 'Secret', 'PersistentVolumeClaim'] as const),
];

const kinds = new Map(
  (Object.keys(resources) as ObjectKind[]).flatMap((kind) => {
    const [plural, , ...short] = resources[kind];
    return [kind.toLowerCase(), plural, ...short].map((word) => [word, kind] as const);
  }),
);

/** The kind that a word names: `deploy`, `Deployment`, `deployments.apps` or `deployments.v1.apps`. */
export function objectKindNamed(word: string): ObjectKind | undefined {
  const [name = '', ...group] = word.toLowerCase().split('.');
  const kind = kinds.get(name);
  if (kind === undefined || group.length === 0) return kind;
  const [, wanted] = resources[kind];
  return [wanted, `v1.${wanted}`].includes(group.join('.')) ? kind : undefined;
}

/** The same for the kinds whose names mean Pods. */
export function kindNamed(word: string): PodKind | undefined {
  const kind = objectKindNamed(word);
  return kind === undefined || withoutPods.includes(kind) ? undefined : (kind as PodKind);
}

/** What the API server answers where there is no such object: `deployments.apps "web" not found`. */
export function notFound(kind: ObjectKind, name: string): string {
  const [plural, group] = resources[kind];
  return `${group === '' ? plural : `${plural}.${group}`} "${name}" not found`;
}

/** As kubectl prints an object's name: `deployment.apps/web`. */
export function objectName(kind: ObjectKind, name: string): string {
  const [, group] = resources[kind];
  return `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${name}`;
}

/** All that words may name a kind by, without their groups: `deployments`, `deploy`. */
export const kindWords = (Object.keys(resources) as ObjectKind[]).map((kind) => resources[kind][0]);
