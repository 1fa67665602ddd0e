/** A Pod's volumes on the engine: how they are named, made and mounted (docs/pod-lifecycle.md#volumes). */
import type { Container } from '../../model/container.ts';
import type { DnsConfig, Pod } from '../../model/pod.ts';
import type { Volume } from '../../model/volume.ts';
import type { LaunchMount, MountSource, MountTarget, VolumeMaking } from '../runtime/action.ts';
import { isConfigVolume } from './content.ts';
import { label, podLabels, projectLabels } from '../runtime/labels.ts';
import { claimVolumeName, ownVolumeName, podVolumeName } from '../runtime/names.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { bytes } from './qos.ts';
import type { Self } from '../state/self.ts';

/** Where the infra mounts each volume of its Pod, so that they stay open and can be reached without the user's image. */
export const infraMountPath = (volume: string): string => `/podrun/volumes/${volume}`;

/** Where it mounts the volume that only podrun writes to: termination messages, and a resolv.conf of the Pod's own. */
const ownMountPath = '/podrun/own';

/** Each instance has a file of its own for its termination message (docs/pod-lifecycle.md#termination-messages). */
export const messageFileName = (container: string, attempt: number): string => `${container}.${attempt}`;

export const messageFilePath = (container: string, attempt: number): string =>
  `${ownMountPath}/${messageFileName(container, attempt)}`;

/** In the infra: what a container holds of synced folders. */
export const syncedFilePath = (container: string): string => `${ownMountPath}/${container}.synced`;

const resolvConf = 'resolv.conf';

/** In the infra: the resolv.conf of dnsPolicy None. */
export const resolvConfPath = `${ownMountPath}/${resolvConf}`;

/** In the infra: there once the volumes are prepared. No container's file has this name. */
export const preparedMarkPath = `${ownMountPath}/prepared`;

type VolumeSource = Extract<MountSource, { kind: 'volume' }>;

/** The volumes that live and die with the Pod. */
export function podVolumes(self: Self, pod: Pod, ref: PodRef): readonly VolumeSource[] {
  const named = pod.spec.volumes.filter(
    (volume) => isConfigVolume(volume) || (volume.emptyDir ?? volume.ephemeral ?? volume.image) !== undefined,
  );
  const made = named.map((volume): VolumeSource => {
    const source = podVolumeName(self.project, ref, volume.name);
    return { kind: 'volume', source, madeAs: podVolumeMaking(self, pod, ref, volume) };
  });
  return [...made, ownVolume(self, ref)];
}

/** How the volume is made that a claim of the file, or of a Pod alone, is. */
export function claimMaking(self: Self, name: string): VolumeMaking {
  return { labels: { ...projectLabels(self, 'claim', name), [label.dir]: self.dir } };
}

function ownVolume(self: Self, ref: PodRef): VolumeSource {
  const name = ownVolumeName(self.project, ref);
  const labels = { ...projectLabels(self, 'own', name), ...podLabels(ref) };
  return { kind: 'volume', source: name, madeAs: { labels } };
}

function podVolumeMaking(self: Self, { spec }: Pod, ref: PodRef, volume: Volume): VolumeMaking {
  const config = isConfigVolume(volume);
  const name = podVolumeName(self.project, ref, volume.name);
  const labels = {
    ...projectLabels(self, config || volume.image !== undefined ? 'config' : 'emptyDir', name),
    ...podLabels(ref),
    [label.volume]: volume.name,
  };
  const { medium, sizeLimit } = volume.emptyDir ?? {};
  const { fsGroup } = spec.securityContext ?? {};
  const gid = fsGroup === undefined ? {} : { gid: fsGroup };
  // What may be secret is on no disk (docs/pod-lifecycle.md#config-volumes).
  const inMemory = medium === 'Memory' || (config && volume.configMap === undefined);
  const size = sizeLimit === undefined ? {} : { sizeBytes: bytes(sizeLimit) };
  const sticky = config ? ({ sticky: true } as const) : {};
  return inMemory ? { labels, tmpfs: { ...size, ...gid, ...sticky } } : { labels };
}

export const dnsOption = ({ name, value }: DnsConfig['options'][number]): string =>
  value === undefined || value === '' ? name : `${name}:${value}`;

/** The infra holds every volume open, writable. */
export function infraMounts(self: Self, pod: Pod, ref: PodRef): readonly LaunchMount[] {
  const volumes = pod.spec.volumes.map((volume) => ({
    ...mountSource(self, pod, ref, volume),
    target: infraMountPath(volume.name),
    readOnly: false,
  }));
  return [...volumes, { ...ownVolume(self, ref), target: ownMountPath, readOnly: false }];
}

/** What a container's mounts lead to at its start. */
export interface ResolvedPaths {
  /** The version that each config volume has now, by volume. */
  readonly versions: ReadonlyMap<string, string>;
  /** The subPath of each mount, by mountPath, where it has one. */
  readonly subPaths: ReadonlyMap<string, string>;
}

export function containerMounts(
  self: Self,
  pod: Pod,
  container: Container,
  ref: PodRef,
  attempt: number,
  { versions, subPaths }: ResolvedPaths,
): readonly LaunchMount[] {
  const own = (file: string, target: string): LaunchMount => ({
    ...ownVolume(self, ref),
    target,
    readOnly: false,
    subPath: file,
    trusted: true,
  });
  const mounts = container.volumeMounts.flatMap((mount): readonly LaunchMount[] => {
    const volume = pod.spec.volumes.find(({ name }) => name === mount.name);
    if (volume === undefined) return [];
    const config = isConfigVolume(volume);
    const readOnly = mount.readOnly || isReadOnlyVolume(volume);
    const recursive = mount.recursiveReadOnly;
    const target: MountTarget = {
      target: mount.mountPath,
      readOnly,
      volume: volume.name,
      ...(volume.image === undefined ? {} : { ofImage: true }),
      ...subPathOf(subPaths.get(mount.mountPath), config ? versions.get(volume.name) : undefined),
      ...propagationOf(mount.mountPropagation),
      ...(recursive === undefined || recursive === 'Disabled' ? {} : { recursiveReadOnly: recursive }),
    };
    return [{ ...mountSource(self, pod, ref, volume), ...target }];
  });
  // Two paths may lead to one place; the later mount covers the earlier one, which the engine would refuse.
  const places = new Map(mounts.map((mount) => [placeOf(mount.target), mount]));
  const message = own(messageFileName(container.name, attempt), container.terminationMessagePath ?? defaultMessagePath);
  const dns = pod.spec.dnsPolicy === 'None' ? [own(resolvConf, '/etc/resolv.conf')] : [];
  return [...places.values(), ...[message, ...dns].filter(({ target }) => !places.has(placeOf(target)))];
}

/** A path as the engine understands it: `/a/` and `/a//.` are `/a`. */
function placeOf(path: string): string {
  return `/${path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
}

/** pkg/apis/core/v1 TerminationMessagePathDefault. */
export const defaultMessagePath = '/dev/termination-log';

/** In a config volume a subPath stays with the version that it has at the start (docs/pod-lifecycle.md#subpath). */
function subPathOf(subPath: string | undefined, version: string | undefined): Partial<MountTarget> {
  if (subPath === undefined || subPath === '') return {};
  return version === undefined ? { subPath } : { subPath: `${version}/${subPath}`, trusted: true };
}

function propagationOf(mode: Container['volumeMounts'][number]['mountPropagation']): Partial<MountTarget> {
  if (mode === 'HostToContainer') return { propagation: 'rslave' };
  return mode === 'Bidirectional' ? { propagation: 'rshared' } : {};
}

/** No container may write to it, whatever its mount says. */
export const isReadOnlyVolume = (volume: Volume): boolean =>
  isConfigVolume(volume) || volume.image !== undefined || volume.persistentVolumeClaim?.readOnly === true;

/** What of the engine's machine a volume is: the same for two Pods that mount the same. */
export function volumePlace(self: Self, ref: PodRef, volume: Volume): Pick<MountSource, 'kind' | 'source'> {
  const { hostPath, persistentVolumeClaim } = volume;
  if (hostPath !== undefined) return { kind: 'bind', source: hostPath.path };
  const { namespace } = ref;
  return {
    kind: 'volume',
    source:
      persistentVolumeClaim === undefined
        ? podVolumeName(self.project, ref, volume.name)
        : claimVolumeName(self.project, { name: persistentVolumeClaim.claimName, namespace }),
  };
}

function mountSource(self: Self, pod: Pod, ref: PodRef, volume: Volume): MountSource {
  const { kind, source } = volumePlace(self, ref, volume);
  if (kind === 'bind') return { kind, source };
  const isClaim = volume.persistentVolumeClaim !== undefined;
  return { kind, source, madeAs: isClaim ? claimMaking(self, source) : podVolumeMaking(self, pod, ref, volume) };
}
