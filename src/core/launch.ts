/** A Pod's containers as the engine is to make them. */
import { parseBytes } from '../manifest/quantity.ts';
import type { Container, ContainerPort, Pod, Volume } from '../manifest/types.ts';
import type { ContainerLaunch, EngineAction, InfraLaunch, LaunchMount, LaunchPort } from './action.ts';
import { expand, expandEnv } from './expand.ts';
import { containerFacts, isSidecar, sandboxFacts } from './facts.ts';
import { label, podLabels, projectLabels, supervisorLabel } from './labels.ts';
import { claimVolumeName, containerName, emptyDirName, infraName, podAliases, podHostname } from './names.ts';
import type { PodRef } from './pod-ref.ts';
import type { Self } from './state.ts';

/** Where the infra mounts each volume of its Pod, so that they stay open and can be reached without the user's image. */
export const infraMountPath = (volume: string): string => `/podrun/volumes/${volume}`;

/** @param sandbox which one it is, and when its Pod was accepted: Infinity for the first */
export function infraLaunch(
  self: Self,
  pod: Pod,
  ref: PodRef,
  { attempt, bornAtMs }: { readonly attempt: number; readonly bornAtMs: number },
  networkId: string,
): InfraLaunch {
  const name = infraName(self.project, ref, attempt);
  return {
    role: 'infra',
    name,
    image: self.infraImage,
    labels: {
      ...projectLabels(self.project, 'infra', name),
      ...podLabels(ref),
      [label.attempt]: String(attempt),
      [label.dir]: self.dir,
      [label.supervisor]: supervisorLabel(self),
      [label.network]: networkId,
      ...bornLabel(bornAtMs),
      [label.facts]: JSON.stringify(sandboxFacts(pod)),
    },
    hostname: podHostname(pod.metadata.name, pod.spec.hostname),
    networkId,
    aliases: podAliases(ref),
    dnsSearch: dnsSearch(ref.namespace),
    // As in Kubernetes, a plain init container's ports are not published.
    ports: [...pod.spec.initContainers.filter(isSidecar), ...pod.spec.containers].flatMap((container) =>
      container.ports.flatMap(toLaunchPort),
    ),
    mounts: pod.spec.volumes.map((volume) => ({
      ...mountSource(self, ref, volume),
      target: infraMountPath(volume.name),
      readOnly: false,
    })),
    stopGraceSeconds: 2,
  };
}

export interface Attempt {
  readonly number: number;
  /** The crash back-off to stamp on it; 0 for none. */
  readonly backoffMs: number;
  /** When the Pod was accepted. */
  readonly bornAtMs: number;
}

const bornLabel = (ms: number) => (Number.isFinite(ms) ? { [label.born]: String(ms) } : {});

export function containerLaunch(
  self: Self,
  pod: Pod,
  container: Container,
  ref: PodRef,
  infraId: string,
  attempt: Attempt,
): ContainerLaunch {
  const name = containerName(self.project, ref, container.name, attempt.number);
  const env = expandEnv(container.env);
  const { command, args, workingDir } = container;
  return {
    role: 'container',
    name,
    image: container.image,
    labels: {
      ...projectLabels(self.project, 'container', name),
      ...podLabels(ref),
      [label.containerName]: container.name,
      [label.attempt]: String(attempt.number),
      [label.supervisor]: supervisorLabel(self),
      [label.facts]: JSON.stringify(containerFacts(container)),
      ...bornLabel(attempt.bornAtMs),
      ...(attempt.backoffMs > 0 ? { [label.backoff]: String(attempt.backoffMs / 1000) } : {}),
    },
    infraId,
    sharePid: pod.spec.shareProcessNamespace,
    ...(command === undefined ? {} : { entrypoint: command.map((word) => expand(word, env)) }),
    ...(args === undefined ? {} : { cmd: args.map((word) => expand(word, env)) }),
    ...(workingDir === undefined ? {} : { workingDir }),
    env: [...env],
    mounts: containerMounts(self, pod, container, ref),
    stopGraceSeconds: pod.spec.terminationGracePeriodSeconds,
  };
}

/** The volumes that live and die with the Pod. */
export function emptyDirActions(
  self: Self,
  pod: Pod,
  ref: PodRef,
): readonly Extract<EngineAction, { verb: 'createVolume' }>[] {
  return pod.spec.volumes.flatMap((volume) => {
    if (volume.emptyDir === undefined) return [];
    const name = emptyDirName(self.project, ref, volume.name);
    const labels = { ...projectLabels(self.project, 'emptyDir', name), ...podLabels(ref), [label.volume]: volume.name };
    const { medium, sizeLimit } = volume.emptyDir;
    const tmpfs = medium === 'Memory' ? { tmpfs: sizeLimit === undefined ? {} : { sizeBytes: bytes(sizeLimit) } } : {};
    return [{ verb: 'createVolume' as const, target: name, name, labels, ...tmpfs }];
  });
}

/** The roots of the Pod's disk emptyDirs in the infra: the engine makes them 0755, Kubernetes 0777 (POD-SEMANTICS 8.2). */
export function openRoots(pod: Pod): readonly { readonly path: string; readonly mode: number }[] {
  return pod.spec.volumes
    .filter((volume) => volume.emptyDir?.medium === '')
    .map((volume) => ({ path: infraMountPath(volume.name), mode: 0o777 }));
}

function containerMounts(self: Self, pod: Pod, container: Container, ref: PodRef): LaunchMount[] {
  return container.volumeMounts.flatMap((mount) => {
    const volume = pod.spec.volumes.find(({ name }) => name === mount.name);
    if (volume === undefined) return [];
    const readOnly = mount.readOnly || (volume.persistentVolumeClaim?.readOnly ?? false);
    const subPath = mount.subPath === undefined ? {} : { subPath: mount.subPath };
    return [{ ...mountSource(self, ref, volume), target: mount.mountPath, readOnly, ...subPath }];
  });
}

function mountSource(
  self: Self,
  ref: PodRef,
  volume: Volume,
): { readonly kind: 'volume' | 'bind'; readonly source: string } {
  const { hostPath, persistentVolumeClaim } = volume;
  if (hostPath !== undefined) return { kind: 'bind', source: hostPath.path };
  if (persistentVolumeClaim !== undefined) {
    const claim = { name: persistentVolumeClaim.claimName, namespace: ref.namespace };
    return { kind: 'volume', source: claimVolumeName(self.project, claim) };
  }
  return { kind: 'volume', source: emptyDirName(self.project, ref, volume.name) };
}

function toLaunchPort(port: ContainerPort): LaunchPort[] {
  if (port.hostPort === undefined) return [];
  const protocol = port.protocol.toLowerCase() as LaunchPort['protocol'];
  return [{ containerPort: port.containerPort, protocol, hostIP: port.hostIP ?? '127.0.0.1', hostPort: port.hostPort }];
}

/** Outside `default`, a short name is looked up in the asker's own namespace first. */
function dnsSearch(namespace: string): readonly string[] {
  return namespace === 'default' ? [] : [`${namespace}.svc.cluster.local`];
}

/** Whole bytes; the manifest room has checked the quantity. */
const bytes = (quantity: string): number => Number(parseBytes(quantity) ?? 0n);
