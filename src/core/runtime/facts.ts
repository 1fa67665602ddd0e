/**
 * A Pod divided by what an edit of each field does (docs/decisions/what-an-edit-does.md): `live` fields are applied to what
 * runs, `container` fields replace one container, `pod` fields replace the Pod. A field that is nowhere else is a pod field.
 * The same division is written to labels when containers are made, and compared when the file is read again.
 */
import type { Container, ContainerPort, EnvVarSource, VolumeMount } from '../../model/container.ts';
import type { OwnerReference, Pod, PodSpec } from '../../model/pod.ts';
import type { Volume } from '../../model/volume.ts';

/** What the infra's label holds. */
export interface SandboxFacts {
  readonly pod: PodFacts;
  readonly live: LiveFacts;
}

/** Fields of a Pod that are compared as they are. */
const podFields = [
  'hostname',
  'subdomain',
  'setHostnameAsFQDN',
  'hostnameOverride',
  'shareProcessNamespace',
  'hostNetwork',
  'hostPID',
  'hostIPC',
  'hostAliases',
  'dnsPolicy',
  'dnsConfig',
  'securityContext',
  'imagePullSecrets',
  'nodeSelector',
  'nodeName',
  'serviceAccountName',
] as const satisfies readonly (keyof PodSpec)[];

const livePodFields = [
  'restartPolicy',
  'terminationGracePeriodSeconds',
  'activeDeadlineSeconds',
] as const satisfies readonly (keyof PodSpec)[];

const containerFields = [
  'image',
  'platform',
  'command',
  'args',
  'workingDir',
  'envFrom',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'securityContext',
  'stdin',
  'stdinOnce',
  'tty',
] as const satisfies readonly (keyof Container)[];

const liveContainerFields = [
  'imagePullPolicy',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'resources',
  'restartPolicy',
  'restartPolicyRules',
] as const satisfies readonly (keyof Container)[];

/** The named fields, those alone that are set. */
function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]]))) as Pick<T, K>;
}

export interface PodFacts extends Pick<PodSpec, (typeof podFields)[number]> {
  readonly services?: readonly string[];
  readonly volumes: Readonly<Record<string, Omit<Volume, 'name'>>>;
  /** In the file's order, for status and start order; the order itself is no difference. */
  readonly containers: Readonly<Record<string, { readonly hostPorts: Readonly<Record<string, ContainerPort>> }>>;
  readonly initContainers: Readonly<Record<string, InitFacts>>;
}

/** An edit of a plain init container replaces the Pod, so it is whole in here; a sidecar has facts of its own. */
export type InitFacts =
  | {
      readonly restartPolicy: 'Always';
      readonly position: number;
      readonly hostPorts: Readonly<Record<string, ContainerPort>>;
    }
  | (ContainerFacts & { readonly position: number });

export interface LiveFacts extends Pick<PodSpec, (typeof livePodFields)[number]> {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly owner?: OwnerReference;
  readonly readinessGates: readonly string[];
  readonly containers: Readonly<Record<string, LiveContainerFacts>>;
}

export interface LiveContainerFacts extends Pick<Container, (typeof liveContainerFields)[number]> {
  readonly ports: Readonly<Record<string, ContainerPort>>;
}

/** What a container's label holds; env by name only, its values stay in the container's own configuration. */
export interface ContainerFacts extends Pick<Container, (typeof containerFields)[number]> {
  /** The variables whose values are in the file. */
  readonly env: readonly string[];
  /** Where the values of the others come from. */
  readonly valueFrom?: Readonly<Record<string, EnvVarSource>>;
  /** The variables that envFrom gave when the container was made; no part of what is wanted. */
  readonly imported?: readonly string[];
  readonly volumeMounts: Readonly<Record<string, Omit<VolumeMount, 'mountPath'>>>;
}

/** Init containers first, in the order in which they start. */
export const allContainers = (spec: PodSpec): readonly Container[] => [...spec.initContainers, ...spec.containers];

export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

export function sandboxFacts(pod: Pod): SandboxFacts {
  return { pod: podFacts(pod.spec, pod.aliases), live: liveFacts(pod) };
}

/** @param services the Services whose names are the Pod's: they are fixed with the infra */
export function podFacts(spec: PodSpec, services?: readonly string[]): PodFacts {
  return {
    ...pick(spec, podFields),
    ...(services === undefined ? {} : { services }),
    volumes: Object.fromEntries(spec.volumes.map(({ name, ...source }) => [name, source])),
    containers: Object.fromEntries(spec.containers.map((c) => [c.name, { hostPorts: portsBy(c, true) }])),
    initContainers: Object.fromEntries(spec.initContainers.map((c, position) => [c.name, initFacts(c, position)])),
  };
}

export function liveFacts({ metadata, spec }: Pod): LiveFacts {
  return {
    labels: metadata.labels,
    annotations: metadata.annotations,
    ...(metadata.ownerReference === undefined ? {} : { owner: metadata.ownerReference }),
    ...pick(spec, livePodFields),
    readinessGates: spec.readinessGates.map((gate) => gate.conditionType),
    containers: Object.fromEntries(
      allContainers(spec).map((c) => [c.name, { ...pick(c, liveContainerFields), ports: portsBy(c, false) }]),
    ),
  };
}

export function containerFacts(container: Container): ContainerFacts {
  const { env, volumeMounts } = container;
  const taken = env.flatMap(({ name, valueFrom }) => (valueFrom === undefined ? [] : [[name, valueFrom] as const]));
  return {
    ...pick(container, containerFields),
    env: [...new Set(env.flatMap(({ name, valueFrom }) => (valueFrom === undefined ? [name] : [])))],
    ...(taken.length === 0 ? {} : { valueFrom: Object.fromEntries(taken) }),
    volumeMounts: Object.fromEntries(volumeMounts.map(({ mountPath, ...mount }) => [mountPath, mount])),
  };
}

function initFacts(container: Container, position: number): InitFacts {
  if (isSidecar(container)) return { restartPolicy: 'Always', position, hostPorts: portsBy(container, true) };
  return { ...containerFacts(container), position };
}

function portsBy(container: Container, published: boolean): Readonly<Record<string, ContainerPort>> {
  const ports = container.ports.filter((port) => (port.hostPort !== undefined) === published).toSorted(byPlace);
  return Object.fromEntries(ports.map((port, index) => [portKey(port, ports.slice(0, index)), port]));
}

/** One that moves to another hostPort keeps its key, so that the move is the difference. */
function portKey(port: ContainerPort, before: readonly ContainerPort[]): string {
  const key = ({ containerPort, protocol }: ContainerPort) => `${containerPort}/${protocol}`;
  const same = before.filter((other) => key(other) === key(port)).length;
  return same === 0 ? key(port) : `${key(port)}#${same + 1}`;
}

function byPlace(a: ContainerPort, b: ContainerPort): number {
  const place = ({ hostIP = '', hostPort = 0 }: ContainerPort) => `${hostIP}:${hostPort}`;
  return place(a) < place(b) ? -1 : Number(place(a) > place(b));
}
