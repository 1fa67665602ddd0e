import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { didYouMean } from './field-hint.ts';
import type { Fields } from '../yaml/read.ts';
import { textOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { show } from '../yaml/report.ts';
import { suggest } from './suggest.ts';

const NETWORKING = 'networking.k8s.io/v1';
const STORAGE = 'storage.k8s.io/v1';
const RBAC = 'rbac.authorization.k8s.io/v1';
const ADMISSION = 'admissionregistration.k8s.io/v1';

/**
 * The versions that a current cluster serves of the kinds that once had others, and of all kinds of v1, apps and
 * batch (Kubernetes' deprecated API migration guide); the newest first.
 */
const SERVED: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['apps/v1'],
  ReplicaSet: ['apps/v1'],
  StatefulSet: ['apps/v1'],
  DaemonSet: ['apps/v1'],
  ControllerRevision: ['apps/v1'],
  Job: ['batch/v1'],
  CronJob: ['batch/v1'],
  Binding: ['v1'],
  ComponentStatus: ['v1'],
  ConfigMap: ['v1'],
  Endpoints: ['v1'],
  Event: ['events.k8s.io/v1', 'v1'],
  LimitRange: ['v1'],
  List: ['v1'],
  Namespace: ['v1'],
  Node: ['v1'],
  PersistentVolume: ['v1'],
  PersistentVolumeClaim: ['v1'],
  Pod: ['v1'],
  PodTemplate: ['v1'],
  ReplicationController: ['v1'],
  ResourceQuota: ['v1'],
  Secret: ['v1'],
  Service: ['v1'],
  ServiceAccount: ['v1'],
  Ingress: [NETWORKING],
  IngressClass: [NETWORKING],
  NetworkPolicy: [NETWORKING],
  PodDisruptionBudget: ['policy/v1'],
  PodSecurityPolicy: [],
  StorageClass: [STORAGE],
  VolumeAttachment: [STORAGE],
  CSIDriver: [STORAGE],
  CSINode: [STORAGE],
  CSIStorageCapacity: [STORAGE],
  Role: [RBAC],
  ClusterRole: [RBAC],
  RoleBinding: [RBAC],
  ClusterRoleBinding: [RBAC],
  HorizontalPodAutoscaler: ['autoscaling/v2', 'autoscaling/v1'],
  CustomResourceDefinition: ['apiextensions.k8s.io/v1'],
  MutatingWebhookConfiguration: [ADMISSION],
  ValidatingWebhookConfiguration: [ADMISSION],
  APIService: ['apiregistration.k8s.io/v1'],
  CertificateSigningRequest: ['certificates.k8s.io/v1'],
  EndpointSlice: ['discovery.k8s.io/v1'],
  Lease: ['coordination.k8s.io/v1'],
  PriorityClass: ['scheduling.k8s.io/v1'],
  RuntimeClass: ['node.k8s.io/v1'],
};

const groupOf = (apiVersion: string): string => apiVersion.replace(/\/?[^/]*$/, '');
const GROUPS: ReadonlySet<string> = new Set(Object.values(SERVED).flat().map(groupOf));
const CLOSED: ReadonlySet<string> = new Set(['v1', 'apps/v1', 'batch/v1']);

/** Whether an object is one of podrun's kinds of that name; a group of somebody's own may have another one. */
export function isKubernetes(apiVersion: unknown): boolean {
  // Only a group with a dot can be somebody's own.
  return typeof apiVersion !== 'string' || !groupOf(apiVersion).includes('.') || GROUPS.has(groupOf(apiVersion));
}

/**
 * Reports a kind that a current cluster does not have in this version, in its words.
 * @returns the object as it is to be read further: in a version that there is, or undefined where there is none
 */
export function inServedVersion(kind: string, fields: Fields, at: Cursor, report: Report): Fields | undefined {
  const version = textOf(fields['apiVersion']) ?? '';
  const served = Object.hasOwn(SERVED, kind) ? SERVED[kind] : undefined;
  if (version === '' || !isKubernetes(version) || served?.includes(version) === true) return fields;
  // A list of one kind is left out, but no mistake.
  if (served === undefined && (!CLOSED.has(version) || kind.endsWith('List'))) return fields;
  const place = below(at, served === undefined ? 'kind' : 'apiVersion');
  report(place, `no matches for kind ${show(kind)} in version ${show(version)}`, { hint: hintFor(kind, served) });
  return served?.[0] === undefined ? undefined : { ...fields, apiVersion: served[0] };
}

function hintFor(kind: string, served: readonly string[] | undefined): string | undefined {
  if (served === undefined) {
    const near = suggest(kind, Object.keys(SERVED));
    return near === undefined ? undefined : didYouMean(near);
  }
  const [newest] = served;
  return newest === undefined ? 'Kubernetes has no such kind any more: remove it' : `write apiVersion: ${newest}`;
}
