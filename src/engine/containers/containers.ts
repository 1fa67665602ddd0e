import type Docker from 'dockerode';
import type { ContainerLaunch, GatewayLaunch, InfraLaunch, SubPathGuard } from '../../core/runtime/action.ts';
import { label } from '../../core/runtime/labels.ts';
import type { Cgroup, EngineContainer } from '../../core/runtime/snapshot.ts';
import { call, expectObject } from '../transport/call.ts';
import { bodyOnly, cgroupBody, containerBody, infraBody } from './create-body.ts';
import { gatewayArchive, gatewayBody } from './gateway-body.ts';
import { plainMount } from '../volumes/mounts.ts';
import type { MountBody } from '../volumes/mounts.ts';
import { engineError, failed } from '../transport/failure.ts';
import { withPortHolder } from '../transport/port-holder.ts';
import { putRoots } from '../volumes/prepare.ts';
import type { Session } from '../session.ts';
import { lookAfterChange } from './snapshot.ts';
import { guarded, subPathMounts } from '../volumes/sub-path.ts';

/**
 * Makes a container and gives it back as it then is. Rejects with kind `conflict` when the name is taken, `noImage`,
 * `noSandbox` when a subPath needs an infra that does not run, `config` when one leads nowhere, `refused` for all else.
 */
export async function createContainer(
  session: Session,
  launch: InfraLaunch | ContainerLaunch | GatewayLaunch,
): Promise<EngineContainer> {
  if (launch.role === 'gateway') return createGateway(session, launch);
  if (launch.role === 'infra') {
    const body = infraBody(launch, await Promise.all(launch.mounts.map((mount) => plainMount(session, mount))));
    return lookAfterChange(session, await create(session, launch.name, body));
  }
  const { infraId, messageFile } = launch;
  if (messageFile !== undefined) await makeMessageFile(session, infraId, messageFile);
  const body = containerBody(launch, await containerMounts(session, launch));
  return lookAfterChange(session, await create(session, launch.name, body, launch.platform));
}

/** One that could not be given its program is none. */
async function createGateway(session: Session, launch: GatewayLaunch): Promise<EngineContainer> {
  const archive = await gatewayArchive(launch);
  const id = await create(session, launch.name, gatewayBody(launch));
  try {
    await call(session.deadlines.changeMs, (abortSignal) =>
      session.docker.getContainer(id).putArchive(archive, { path: '/', abortSignal }),
    );
  } catch (error) {
    await removeContainer(session, id);
    throw error;
  }
  return lookAfterChange(session, id);
}

/** Makes a container from a whole body. @returns its id */
export async function create(session: Session, name: string, body: object, platform?: string): Promise<string> {
  const query = { name, ...(platform === undefined ? {} : { platform }) };
  const container = await call(session.deadlines.changeMs, (signal) =>
    session.docker.createContainer(bodyOnly<Docker.ContainerCreateOptions>(query, body, signal)),
  );
  return expectObject(container, 'id').id;
}

/**
 * Starts a container, with its subPaths held still when guarded. One that runs already is a success: only the look after
 * the call is believed (docs/engines.md#calls). Rejects with `noSandbox` when the infra it joins does not run.
 */
export async function startContainer(session: Session, id: string, guard?: SubPathGuard): Promise<EngineContainer> {
  const start = (): Promise<void> =>
    call(session.deadlines.changeMs, async (abortSignal) => {
      await session.docker.getContainer(id).start({ abortSignal });
    });
  try {
    await (guard === undefined ? start() : guarded(session, id, guard, start));
  } catch (error) {
    const { failure } = engineError(error);
    if (failure.kind === 'conflict') {
      const container = await lookAfterChange(session, id);
      if (container.state === 'running') return container;
    }
    throw await startFailure(session, id, error);
  }
  return lookAfterChange(session, id);
}

/** Sends a signal. Rejects with `conflict` when the container does not run, `gone` when there is none. */
export async function killContainer(session: Session, id: string, signal: string): Promise<void> {
  // A signal would wake a container that is paused while a subPath is checked.
  await session.pauses.released(id);
  try {
    await call(session.deadlines.changeMs, (abortSignal) =>
      session.docker.getContainer(id).kill({ signal, abortSignal }),
    );
  } catch (error) {
    const { failure } = engineError(error);
    const isOver = failure.kind === 'refused' && /is not running|no such process/i.test(failure.message);
    throw isOver ? failed('conflict', failure.message) : error;
  }
}

/** Rejects with `conflict` when it is not paused, or is paused by us while a subPath is checked. */
export async function unpauseContainer(session: Session, id: string): Promise<EngineContainer> {
  if (session.pauses.holds(id)) throw failed('conflict', `container ${id} is paused while a subPath is checked`);
  try {
    await call(session.deadlines.changeMs, (abortSignal) => session.docker.getContainer(id).unpause({ abortSignal }));
  } catch (error) {
    const { failure } = engineError(error);
    throw /is not paused/i.test(failure.message) ? failed('conflict', failure.message) : error;
  }
  return lookAfterChange(session, id);
}

/** Changes what a container may use, without a restart. Rejects with `refused` where it uses more already. */
export async function updateContainer(session: Session, id: string, cgroup: Cgroup): Promise<EngineContainer> {
  await call(session.deadlines.changeMs, (abortSignal) =>
    session.docker.getContainer(id).update({ ...cgroupBody(cgroup), abortSignal }),
  );
  return lookAfterChange(session, id);
}

/** Ends and removes a container with its anonymous volumes; one that is gone is a success. */
export async function removeContainer(session: Session, id: string): Promise<void> {
  try {
    await call(session.deadlines.changeMs, (abortSignal) =>
      session.docker.getContainer(id).remove({ v: true, force: true, abortSignal }),
    );
  } catch (error) {
    if (engineError(error).failure.kind !== 'gone') throw error;
  }
}

async function containerMounts(session: Session, launch: ContainerLaunch): Promise<readonly MountBody[]> {
  const withSubPath = launch.mounts.filter((mount) => mount.subPath !== undefined && mount.trusted !== true);
  const name = launch.labels[label.containerName] ?? '';
  const prepared = await subPathMounts(session, launch.infraId, name, withSubPath);
  const mounts = await Promise.all(
    launch.mounts.map(async (mount) => prepared.get(mount) ?? plainMount(session, mount)),
  );
  return launch.security.readOnlyRoot ? [...mounts, ...(await hostsMount(session, launch))] : mounts;
}

/**
 * The Pod's /etc/hosts stays writable under a read-only root (docs/pod-lifecycle.md#names-and-hosts). The engine would
 * mount it read-only like the root, so it becomes a mount of our own, from where the engine has it on its machine.
 */
async function hostsMount(session: Session, { infraId, mounts }: ContainerLaunch): Promise<readonly MountBody[]> {
  if (mounts.some(({ target }) => target === '/etc/hosts')) return [];
  const infra = await call(session.deadlines.lookMs, (abortSignal) =>
    session.docker.getContainer(infraId).inspect({ abortSignal }),
  );
  return infra.HostsPath === ''
    ? []
    : [{ Type: 'bind', Source: infra.HostsPath, Target: '/etc/hosts', ReadOnly: false }];
}

/** Mode 0666: the container may run as any user (docs/pod-lifecycle.md#termination-messages). */
async function makeMessageFile(session: Session, infraId: string, path: string): Promise<void> {
  try {
    await putRoots(session, infraId, [{ path, mode: 0o666, text: '' }]);
  } catch (error) {
    const { kind, message } = engineError(error).failure;
    throw kind === 'gone' ? failed('noSandbox', message) : error;
  }
}

/**
 * A start that fails while the infra is down or goes down says so in many ways, one of them like "command not found"
 * (docs/engines.md#infra-containers). So the infra is looked at, whatever the text.
 */
async function startFailure(session: Session, id: string, error: unknown): Promise<unknown> {
  const { failure } = engineError(error);
  if (failure.kind !== 'refused' && failure.kind !== 'gone' && failure.kind !== 'conflict') return error;
  const names = /No such container: (\S+)/i.exec(failure.message)?.[1];
  if (names !== undefined) return id.startsWith(names) ? error : failed('noSandbox', failure.message);
  if (!(await infraRuns(session, id))) return failed('noSandbox', failure.message);
  // A network that is gone answers 404 too.
  return failed(failure.kind === 'gone' ? 'refused' : failure.kind, await withPortHolder(session, failure.message));
}

async function infraRuns(session: Session, id: string): Promise<boolean> {
  const inspect = (which: string): Promise<Docker.ContainerInspectInfo> =>
    call(session.deadlines.lookMs, (abortSignal) => session.docker.getContainer(which).inspect({ abortSignal }));
  try {
    const mode = (await inspect(id)).HostConfig.NetworkMode ?? '';
    if (!mode.startsWith('container:')) return true;
    return (await inspect(mode.slice('container:'.length))).State.Running;
  } catch (error) {
    return engineError(error).failure.kind !== 'gone';
  }
}
