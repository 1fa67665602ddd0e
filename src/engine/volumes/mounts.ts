/** Mounts as the engine is told of them. */
import { posix } from 'node:path';
import type { LaunchMount } from '../../core/runtime/action.ts';
import { call } from '../transport/call.ts';
import { failed } from '../transport/failure.ts';
import { apiMinor, hasVolumeSubpath } from '../session.ts';
import type { Session } from '../session.ts';
import { driverOptions } from './volumes.ts';

export interface MountBody {
  readonly Type: 'volume' | 'bind';
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly: boolean;
  readonly BindOptions?: {
    readonly Propagation?: 'rslave' | 'rshared';
    readonly ReadOnlyForceRecursive?: true;
    readonly ReadOnlyNonRecursive?: true;
  };
  readonly VolumeOptions?: {
    readonly NoCopy: true;
    readonly Labels: Readonly<Record<string, string>>;
    readonly DriverConfig: { readonly Name: 'local'; readonly Options: Readonly<Record<string, string>> };
    readonly Subpath?: string;
  };
}

/** A mount whose subPath, if it has one, needs no proof. */
export async function plainMount(session: Session, mount: LaunchMount): Promise<MountBody> {
  const { source, target, readOnly, subPath = '' } = mount;
  const common = { Target: target, ReadOnly: readOnly };
  if (mount.kind === 'bind') return { ...common, Type: 'bind', Source: source, ...bindOptions(session, mount) };
  if (subPath === '' || hasVolumeSubpath(session)) return volumeBody(mount, subPath);
  return { ...common, Type: 'bind', Source: posix.join(await mountpointOf(session, source), subPath) };
}

/** @param subPath what of the volume is mounted, where the engine can do that by itself; '': all of it */
export function volumeBody(mount: Extract<LaunchMount, { kind: 'volume' }>, subPath: string): MountBody {
  const { source, target, readOnly, madeAs } = mount;
  const options = {
    // Kubernetes never fills a volume from the image.
    NoCopy: true,
    Labels: madeAs.labels,
    DriverConfig: { Name: 'local', Options: driverOptions(madeAs) },
    ...(subPath === '' ? {} : { Subpath: subPath }),
  } as const;
  return { Type: 'volume', Source: source, Target: target, ReadOnly: readOnly, VolumeOptions: options };
}

/** Where the engine has a volume on its machine: for as long as the volume is there, the same. */
async function mountpointOf(session: Session, volume: string): Promise<string> {
  const known = session.mountpoints.get(volume);
  if (known !== undefined) return known;
  const { Mountpoint: path } = await call(session.deadlines.lookMs, (abortSignal) =>
    session.docker.getVolume(volume).inspect({ abortSignal }),
  );
  session.mountpoints.set(volume, path);
  return path;
}

/** The first API whose binds are read only all the way down unless told otherwise. */
const recursiveSince = 44;

export function bindOptions(
  session: Session,
  { propagation, readOnly, recursiveReadOnly }: LaunchMount,
): Pick<MountBody, 'BindOptions'> {
  const canRecurse = apiMinor(session) >= recursiveSince;
  if (recursiveReadOnly === 'Enabled' && !canRecurse)
    throw failed('refused', 'this engine cannot mount recursively read only: it needs Docker 25 or later');
  const recursion = !readOnly || !canRecurse ? {} : recursionOf(recursiveReadOnly);
  const options = { ...(propagation === undefined ? {} : { Propagation: propagation }), ...recursion };
  return Object.keys(options).length === 0 ? {} : { BindOptions: options };
}

function recursionOf(wish: LaunchMount['recursiveReadOnly']): MountBody['BindOptions'] & object {
  if (wish === undefined) return { ReadOnlyNonRecursive: true };
  return wish === 'Enabled' ? { ReadOnlyForceRecursive: true } : {};
}
