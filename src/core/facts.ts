/**
 * A Pod divided by what an edit of each field does (PRODUCT: section 4): `live` fields are applied to what runs,
 * `container` fields replace one container, `pod` fields replace the Pod. A field that is nowhere else is a pod field.
 * The same division is written to labels when containers are made, and compared when the file is read again.
 */
import type {
  Container,
  ContainerPort,
  Lifecycle,
  Pod,
  PodSpec,
  Probe,
  Volume,
  VolumeMount,
} from '../manifest/types.ts';
import { expandEnv } from './expand.ts';

/** What the infra's label holds. */
export interface SandboxFacts {
  readonly pod: PodFacts;
  readonly live: LiveFacts;
}

export interface PodFacts {
  readonly hostname?: string;
  readonly shareProcessNamespace: boolean;
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

export interface LiveFacts {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly restartPolicy: PodSpec['restartPolicy'];
  readonly terminationGracePeriodSeconds: number;
  readonly readinessGates: readonly string[];
  readonly activeDeadlineSeconds?: number;
  readonly containers: Readonly<Record<string, LiveContainerFacts>>;
}

export interface LiveContainerFacts {
  readonly imagePullPolicy: Container['imagePullPolicy'];
  readonly ports: Readonly<Record<string, ContainerPort>>;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly lifecycle?: Lifecycle;
}

/** What a container's label holds; env by name only, its values stay in the container's own configuration. */
export interface ContainerFacts {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env: readonly string[];
  readonly volumeMounts: Readonly<Record<string, Omit<VolumeMount, 'mountPath'>>>;
}

/** Init containers first, in the order in which they start. */
export const allContainers = (spec: PodSpec): readonly Container[] => [...spec.initContainers, ...spec.containers];

export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

export function sandboxFacts(pod: Pod): SandboxFacts {
  return { pod: podFacts(pod.spec), live: liveFacts(pod) };
}

export function podFacts(spec: PodSpec): PodFacts {
  return {
    ...(spec.hostname === undefined ? {} : { hostname: spec.hostname }),
    shareProcessNamespace: spec.shareProcessNamespace,
    volumes: Object.fromEntries(spec.volumes.map(({ name, ...source }) => [name, source])),
    containers: Object.fromEntries(spec.containers.map((c) => [c.name, { hostPorts: portsBy(c, true) }])),
    initContainers: Object.fromEntries(spec.initContainers.map((c, position) => [c.name, initFacts(c, position)])),
  };
}

export function liveFacts(pod: Pod): LiveFacts {
  const { metadata, spec } = pod;
  return {
    labels: metadata.labels,
    annotations: metadata.annotations,
    restartPolicy: spec.restartPolicy,
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds,
    readinessGates: spec.readinessGates.map((gate) => gate.conditionType),
    ...(spec.activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds: spec.activeDeadlineSeconds }),
    containers: Object.fromEntries(allContainers(spec).map((c) => [c.name, liveContainerFacts(c)])),
  };
}

export function containerFacts(container: Container): ContainerFacts {
  const { image, command, args, workingDir, env, volumeMounts } = container;
  return {
    image,
    ...(command === undefined ? {} : { command }),
    ...(args === undefined ? {} : { args }),
    ...(workingDir === undefined ? {} : { workingDir }),
    env: [...new Set(env.map((entry) => entry.name))],
    volumeMounts: Object.fromEntries(volumeMounts.map(({ mountPath, ...mount }) => [mountPath, mount])),
  };
}

/** A container's facts with its environment's values, in the form that is compared and shown. */
export interface ComparableContainer extends Omit<ContainerFacts, 'env'> {
  readonly env: Readonly<Record<string, string>>;
}

export function comparableContainer(container: Container): ComparableContainer {
  return { ...containerFacts(container), env: Object.fromEntries(expandEnv(container.env)) };
}

/** What runs, as far as it can be compared: the values of the names in the label, read from the container itself. */
export function comparableFacts(
  facts: ContainerFacts,
  actualEnv: Readonly<Record<string, string>>,
): ComparableContainer {
  const env = facts.env.flatMap((name) => (actualEnv[name] === undefined ? [] : [[name, actualEnv[name]] as const]));
  return { ...facts, env: Object.fromEntries(env) };
}

function liveContainerFacts(container: Container): LiveContainerFacts {
  const { imagePullPolicy, livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  return {
    imagePullPolicy,
    ports: portsBy(container, false),
    ...(livenessProbe === undefined ? {} : { livenessProbe }),
    ...(readinessProbe === undefined ? {} : { readinessProbe }),
    ...(startupProbe === undefined ? {} : { startupProbe }),
    ...(lifecycle === undefined ? {} : { lifecycle }),
  };
}

function initFacts(container: Container, position: number): InitFacts {
  if (isSidecar(container)) return { restartPolicy: 'Always', position, hostPorts: portsBy(container, true) };
  return { ...containerFacts(container), position };
}

function portsBy(container: Container, published: boolean): Readonly<Record<string, ContainerPort>> {
  const ports = container.ports.filter((port) => (port.hostPort !== undefined) === published);
  return Object.fromEntries(ports.map((port) => [portKey(port), port]));
}

/** Two published ports of one container port differ by where they are published. */
function portKey(port: ContainerPort): string {
  const key = `${port.containerPort}/${port.protocol}`;
  return port.hostPort === undefined ? key : `${key}@${port.hostIP ?? ''}:${port.hostPort}`;
}
