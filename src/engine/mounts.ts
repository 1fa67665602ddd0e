/** Mounts as the engine is told of them. */
import { posix } from 'node:path';
import type { LaunchMount } from '../core/action.ts';
import { call } from './call.ts';
import { failed } from './failure.ts';
import { apiMinor, hasVolumeSubpath } from './session.ts';
import type { Session } from './session.ts';

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
  readonly VolumeOptions?: { readonly NoCopy: true; readonly Subpath?: string };
}

/** A mount whose subPath, if it has one, needs no proof. */
export async function plainMount(session: Session, mount: LaunchMount): Promise<MountBody> {
  const { source, target, readOnly, subPath } = mount;
  const common = { Target: target, ReadOnly: readOnly };
  if (mount.kind === 'bind') return { ...common, Type: 'bind', Source: source, ...bindOptions(session, mount) };
  // Kubernetes never fills a volume from the image.
  const options = { NoCopy: true, ...(subPath === undefined ? {} : { Subpath: subPath }) } as const;
  if (subPath === undefined || hasVolumeSubpath(session))
    return { ...common, Type: 'volume', Source: source, VolumeOptions: options };
  return { ...common, Type: 'bind', Source: posix.join(await mountpointOf(session, source), subPath) };
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
