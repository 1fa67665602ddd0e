import type Docker from 'dockerode';
import { containerRange } from '../../core/services/range.ts';
import { label } from '../../core/runtime/labels.ts';
import type { EngineNetwork } from '../../core/runtime/snapshot.ts';
import { call, expectList } from '../transport/call.ts';
import { bodyOnly } from './create-body.ts';
import { engineError, failed } from '../transport/failure.ts';
import type { Session } from '../session.ts';
import { translateNetwork } from './translate.ts';

/**
 * Makes a network, or finds ours. A network's name is no lock (docs/engines.md#names): where two podruns made one each,
 * both keep the oldest and remove the empty others. Somebody else's network of the name is `refused`.
 */
export async function createNetwork(
  session: Session,
  name: string,
  labels: Readonly<Record<string, string>>,
  halved = false,
): Promise<EngineNetwork> {
  const ipam = halved ? await lowerHalf(session, name, labels) : undefined;
  const own = ipam === undefined ? {} : { IPAM: ipam };
  const body = { Name: name, CheckDuplicate: true, Driver: 'bridge', Labels: labels, ...own };
  try {
    await call(session.deadlines.changeMs, (signal) =>
      session.docker.createNetwork(bodyOnly<Docker.NetworkCreateOptions>({}, body, signal)),
    );
  } catch (error) {
    if (engineError(error).failure.kind !== 'conflict') throw error;
  }
  const sameName = await listByName(session, name);
  const ours = sameName.filter((network) => isSameOwner(network.Labels ?? {}, labels));
  const [survivor, ...others] = ours.toSorted(byAge);
  if (survivor === undefined) {
    throw failed(
      'refused',
      `a network ${name} is there already and is not podrun's own; remove it: docker network rm ${name}`,
    );
  }
  await Promise.all(others.map((network) => removeIfEmpty(session, network.Id)));
  return translateNetwork(survivor, session.offsetMs);
}

/**
 * Which subnet it is is the engine's choice. So another network is made first, to see which one it gives, and removed again:
 * the network itself is never there with all of its addresses to give. Undefined where the subnet has no half to leave out.
 */
async function lowerHalf(
  session: Session,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<object | undefined> {
  const other = subnetName(name);
  for (const left of await listByName(session, other)) await removeIfEmpty(session, left.Id);
  const own = { ...labels, [label.kind]: 'helper', [label.name]: other };
  const made = await call(session.deadlines.changeMs, (signal) =>
    session.docker.createNetwork(
      bodyOnly<Docker.NetworkCreateOptions>({}, { Name: other, Driver: 'bridge', Labels: own }, signal),
    ),
  );
  const [found] = await listByName(session, other);
  await remove(session, made.id);
  if (found === undefined) return undefined;
  const { subnet, gateway } = translateNetwork(found, session.offsetMs);
  const range = containerRange(subnet ?? '');
  if (subnet === undefined || range === undefined) return undefined;
  return { Config: [{ Subnet: subnet, IPRange: range, ...(gateway === '' ? {} : { Gateway: gateway }) }] };
}

const subnetName = (network: string): string => `${network}.subnet`;

/** Removes a network; one that is gone is a success, one in use is `conflict`. */
export async function removeNetwork(session: Session, id: string): Promise<void> {
  try {
    await remove(session, id);
  } catch (error) {
    const { kind, message } = engineError(error).failure;
    // 403 in 20.10, 409 later.
    if (/has active endpoints/i.test(message)) throw failed('conflict', message);
    if (kind !== 'gone') throw error;
  }
}

async function remove(session: Session, id: string): Promise<void> {
  await call(session.deadlines.changeMs, (abortSignal) => session.docker.getNetwork(id).remove({ abortSignal }));
}

/** The engine refuses to remove one in use. */
async function removeIfEmpty(session: Session, id: string): Promise<void> {
  try {
    await remove(session, id);
  } catch {
    // In use, or the other podrun removed it: only EngineError comes here (call.ts).
    return;
  }
}

/** The engine's name filter takes every name that contains it. */
async function listByName(session: Session, name: string): Promise<readonly Docker.NetworkInspectInfo[]> {
  const listed = await call(session.deadlines.lookMs, (abortSignal) =>
    session.docker.listNetworks({ filters: { name: [name] }, abortSignal }),
  );
  return expectList(listed).filter((network) => network.Name === name);
}

function isSameOwner(actual: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return [label.project, label.name].every((key) => actual[key] !== undefined && actual[key] === wanted[key]);
}

/** Both podruns must come to the same order, so the id settles what a millisecond does not. */
function byAge(a: Docker.NetworkInspectInfo, b: Docker.NetworkInspectInfo): number {
  return Date.parse(a.Created) - Date.parse(b.Created) || (a.Id < b.Id ? -1 : 1);
}
