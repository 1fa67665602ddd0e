import type Docker from 'dockerode';
import type { VolumeMaking } from '../../core/runtime/action.ts';
import { call, expectObject } from '../transport/call.ts';
import { bodyOnly } from '../containers/create-body.ts';
import { engineError, failed } from '../transport/failure.ts';
import type { Session } from '../session.ts';

/**
 * Makes a volume, or finds the one that was made before. For a name that is taken the engine answers with the old volume
 * as if it had made it (docs/engines.md#volumes), so the answer is compared; another's volume is `refused`.
 */
export async function createVolume(session: Session, wish: VolumeMaking & { readonly name: string }): Promise<void> {
  const options = driverOptions(wish);
  const body = { Name: wish.name, Driver: 'local', DriverOpts: options, Labels: wish.labels };
  await call(session.deadlines.changeMs, (signal) =>
    session.docker.createVolume(bodyOnly<Docker.VolumeCreateOptions>({}, body, signal)),
  );
  const made = await inspectVolume(session, wish.name);
  session.mountpoints.set(wish.name, made.Mountpoint);
  const differs = firstDifference(wish.labels, made.Labels ?? {}) ?? firstDifference(options, made.Options ?? {});
  if (differs !== undefined) {
    throw failed('refused', `a volume ${wish.name} is there already and is not podrun's own: ${differs}`);
  }
}

/** Removes a volume; one that is gone is a success, one in use is `conflict`. */
export async function removeVolume(session: Session, name: string): Promise<void> {
  session.mountpoints.delete(name);
  try {
    await call(session.deadlines.changeMs, (abortSignal) => session.docker.getVolume(name).remove({ abortSignal }));
  } catch (error) {
    if (engineError(error).failure.kind !== 'gone') throw error;
  }
}

function inspectVolume(session: Session, name: string): Promise<Docker.VolumeInspectInfo> {
  return call(session.deadlines.lookMs, async (abortSignal) =>
    expectObject(await session.docker.getVolume(name).inspect({ abortSignal }), 'Name'),
  );
}

/**
 * A tmpfs of the local driver is one for all who mount it, for as long as one of them runs. Its root has an emptyDir's
 * mode from the beginning: it cannot be changed before somebody runs.
 */
export function driverOptions({ tmpfs }: VolumeMaking): Readonly<Record<string, string>> {
  if (tmpfs === undefined) return {};
  const size = tmpfs.sizeBytes === undefined ? '' : `size=${tmpfs.sizeBytes},`;
  // As the kubelet's: a secret's folder is sticky, and an fsGroup's sets the group of what is made in it.
  const mode = 0o777 | (tmpfs.sticky === true ? 0o1000 : 0) | (tmpfs.gid === undefined ? 0 : 0o2000);
  const owner = tmpfs.gid === undefined ? '' : `,gid=${tmpfs.gid}`;
  return { type: 'tmpfs', device: 'tmpfs', o: `${size}mode=${mode.toString(8).padStart(4, '0')}${owner}` };
}

/** Says the first key in which the two differ; what `actual` has beyond is no difference for labels, so for neither. */
function firstDifference(
  wanted: Readonly<Record<string, string>>,
  actual: Readonly<Record<string, string>>,
): string | undefined {
  const key = Object.keys(wanted).find((candidate) => wanted[candidate] !== actual[candidate]);
  if (key !== undefined) return `${key} is ${JSON.stringify(actual[key] ?? null)}, not ${JSON.stringify(wanted[key])}`;
  return undefined;
}
