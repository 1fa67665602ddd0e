/** One action on the simulated engine, at once: what the adapter would answer. */
import type { EngineAction, FailureKind, VolumeContent } from '../../src/core/runtime/action.ts';
import type { Outcome } from '../../src/core/runtime/outcome.ts';
import { label } from '../../src/core/runtime/labels.ts';
import { syncedKey } from './disk.ts';
import { fail, isUp, seen } from './engine.ts';
import type { SimContainer, SimEngine } from './engine.ts';

/** @param skewMs what the adapter adds to the engine's times. */
export function perform(engine: SimEngine, action: EngineAction, skewMs: number): Outcome {
  if (!engine.up) return failed('away', 'connect ECONNREFUSED');
  switch (action.verb) {
    case 'createNetwork': {
      const { name, labels } = action;
      const network = { id: engine.makeId(), name, labels, createdAtMs: engine.nowMs() };
      engine.networks.set(network.id, network);
      engine.changed();
      return {
        ok: true,
        verb: action.verb,
        network: { ...network, createdAtMs: network.createdAtMs + skewMs, gateway: '10.0.0.1' },
      };
    }
    case 'removeNetwork': {
      const used = [...engine.containers.values()].some((c) => c.networkId === action.id && c.connected && isUp(c));
      if (used) return failed('refused', 'network has active endpoints');
      engine.networks.delete(action.id);
      engine.changed();
      return { ok: true, verb: action.verb };
    }
    case 'createVolume': {
      if (!engine.space) return failed('refused', 'no space left on device');
      const { name, labels } = action;
      const made = engine.volumes.get(name);
      if (made !== undefined && Object.keys(labels).some((key) => made.labels[key] !== labels[key]))
        return failed('refused', `a volume ${name} is there already and is not podrun's own`);
      engine.volumes.set(name, { name, labels });
      engine.changed();
      return { ok: true, verb: action.verb };
    }
    case 'removeVolume': {
      const used = [...engine.containers.values()].some((container) => container.volumes.includes(action.name));
      if (used) return failed('refused', 'volume is in use');
      engine.volumes.delete(action.name);
      engine.changed();
      return { ok: true, verb: action.verb };
    }
    case 'inspectImage':
      return engine.images.has(action.image)
        ? { ok: true, verb: action.verb, imageId: `sha256:${action.image}` }
        : failed('noImage', `No such image: ${action.image}`);
    case 'pullImage':
      return pull(engine, action.image);
    case 'inspectBuild':
    case 'buildImage':
      // What is built is built by the engine itself, whatever the registry does.
      engine.images.add(action.image);
      return { ok: true, verb: action.verb, imageId: `sha256:${action.image}` };
    case 'prepareHostPath':
      return engine.images.has(action.image)
        ? { ok: true, verb: action.verb }
        : failed('noImage', `No such image: ${action.image}`);
    case 'createContainer':
      return action.launch.role === 'gateway'
        ? failed('refused', 'no drawn project has Services')
        : createContainer(engine, action.launch, skewMs);
    case 'prepareVolumes':
      return withContainer(engine, action.id, () => ({ ok: true, verb: action.verb }));
    case 'copyImage':
      return engine.images.has(action.image)
        ? { ok: true, verb: action.verb }
        : failed('noImage', `No such image: ${action.image}`);
    case 'ownVolume':
      return withContainer(engine, action.id, (infra) =>
        isUp(infra) ? { ok: true, verb: action.verb } : failed('noSandbox', 'it is down'),
      );
    case 'readVolumes':
      return engine.containers.has(action.id)
        ? { ok: true, verb: action.verb, contents: engine.contents.get(action.id) ?? [] }
        : failed('gone', `No such container: ${action.id}`);
    case 'measureVolumes':
      return withContainer(engine, action.id, () => ({ ok: true, verb: action.verb, usedBytes: {} }));
    case 'fillVolumes':
      return withContainer(engine, action.id, (infra) => {
        if (!isUp(infra)) return failed('noSandbox', 'the infra does not run');
        if (!engine.space) return failed('refused', 'no space left on device');
        const before = engine.contents.get(infra.id) ?? [];
        const isLate = ({ path, version, replaces }: VolumeContent) =>
          before.some((shown) => shown.path === path && shown.version > version && shown.version !== replaces);
        const shown = action.volumes.filter((volume) => !isLate(volume));
        const others = before.filter(({ path }) => !shown.some((content) => content.path === path));
        engine.contents.set(infra.id, [...others, ...shown]);
        return action.volumes.some(isLate)
          ? failed('refused', 'a later version is there')
          : { ok: true, verb: action.verb };
      });
    case 'syncFiles':
      return withContainer(engine, action.id, (container) => sync(engine, action, container));
    case 'readSynced': {
      const synced = engine.notes.get(noteKey(engine, action.id, action.path));
      return { ok: true, verb: action.verb, ...(synced === undefined ? {} : { synced }) };
    }
    case 'updateContainer':
      return withContainer(engine, action.id, (container) => {
        container.cgroup = action.cgroup;
        engine.changed();
        return { ok: true, verb: action.verb, container: seen(container, skewMs) };
      });
    case 'startContainer':
      return withContainer(engine, action.id, (container) => start(engine, container, skewMs));
    case 'killContainer':
      return withContainer(engine, action.id, (container) => {
        if (!isUp(container)) return failed('conflict', 'container is not running');
        engine.signal(container, action.signal, 'podrun');
        return { ok: true, verb: action.verb };
      });
    case 'unpauseContainer':
      return withContainer(engine, action.id, (container) => {
        if (container.state !== 'paused') return failed('conflict', 'container is not paused');
        container.state = 'running';
        engine.changed();
        return { ok: true, verb: action.verb, container: seen(container, skewMs) };
      });
    case 'removeContainer': {
      const container = engine.containers.get(action.id);
      if (container !== undefined) engine.remove(container, 'podrun');
      return { ok: true, verb: action.verb };
    }
  }
}

function sync(
  engine: SimEngine,
  action: Extract<EngineAction, { verb: 'syncFiles' }>,
  container: SimContainer,
): Outcome {
  if (!engine.space) return failed('refused', 'no space left on device');
  for (const { path, from } of action.put) {
    const print = engine.disk.get(from);
    if (print === undefined) continue;
    container.files.set(path, print);
    engine.everSynced.add(syncedKey(container, path));
  }
  if (action.remove.length > 0 && !isUp(container)) return failed('conflict', 'container is not running');
  for (const path of action.remove) container.files.delete(path);
  if (!engine.containers.has(action.record.infraId)) return failed('gone', 'No such container');
  engine.notes.set(noteKey(engine, action.record.infraId, action.record.path), action.after);
  return { ok: true, verb: action.verb };
}

/** The Pod's own volume outlives its infras. */
const noteKey = (engine: SimEngine, infraId: string, path: string): string =>
  `${engine.containers.get(infraId)?.labels[label.podUid] ?? ''} ${path}`;

function pull(engine: SimEngine, image: string): Outcome {
  if (!engine.registryUp) return failed('refused', 'registry is not reachable');
  if (engine.missing.has(image)) return failed('refused', `manifest for ${image} not found`);
  if (!engine.space) return failed('refused', 'no space left on device');
  engine.images.add(image);
  return { ok: true, verb: 'pullImage', imageId: `sha256:${image}` };
}

function createContainer(engine: SimEngine, launch: Parameters<SimEngine['create']>[0], skewMs: number): Outcome {
  if (!engine.images.has(launch.image)) return failed('noImage', `No such image: ${launch.image}`);
  if ([...engine.containers.values()].some(({ name }) => name === launch.name))
    return failed('conflict', `name ${launch.name} is in use`);
  if (!engine.space) return failed('refused', 'no space left on device');
  // As Docker does: a volume that is mounted and not there is made.
  for (const mount of launch.mounts)
    if (mount.kind === 'volume' && !engine.volumes.has(mount.source))
      engine.volumes.set(mount.source, { name: mount.source, labels: mount.madeAs.labels });
  return { ok: true, verb: 'createContainer', container: seen(engine.create(launch), skewMs) };
}

function start(engine: SimEngine, container: SimContainer, skewMs: number): Outcome {
  if (container.state === 'paused') return failed('conflict', 'cannot start a paused container');
  if (container.state === 'running') return { ok: true, verb: 'startContainer', container: seen(container, skewMs) };
  if (!engine.space) return failed('refused', 'no space left on device');
  const trouble = joinTrouble(engine, container) ?? portTrouble(engine, container);
  if (trouble !== undefined) {
    if (trouble.exitCode !== undefined) fail(container, trouble.exitCode, trouble.message, engine.changed);
    return failed(trouble.kind, trouble.message);
  }
  engine.start(container, 'podrun');
  return isUp(container)
    ? { ok: true, verb: 'startContainer', container: seen(container, skewMs) }
    : failed('refused', container.error);
}

interface Trouble {
  readonly kind: FailureKind;
  readonly message: string;
  /** What the failed start leaves in the container; unset: nothing. */
  readonly exitCode?: number;
}

function joinTrouble(engine: SimEngine, container: SimContainer): Trouble | undefined {
  if (container.joinedTo === undefined) return undefined;
  const infra = engine.containers.get(container.joinedTo);
  if (infra !== undefined && isUp(infra)) return undefined;
  // An infra that went during the start looks like a command that is not there (docs/engines.md#infra-containers).
  const justNow = infra?.finishedAtMs !== undefined && engine.nowMs() - infra.finishedAtMs < 50;
  if (justNow) return { kind: 'noSandbox', message: 'lstat /proc/7/ns/ipc: no such file or directory', exitCode: 127 };
  return { kind: 'noSandbox', message: `cannot join network of a non running container: ${container.joinedTo}` };
}

function portTrouble(engine: SimEngine, container: SimContainer): Trouble | undefined {
  if (container.networkId !== undefined && !engine.networks.has(container.networkId))
    return { kind: 'refused', message: `network ${container.networkId} not found`, exitCode: 128 };
  const others = [...engine.containers.values()].filter((other) => other !== container && isUp(other));
  const taken = new Set([...engine.takenPorts, ...others.flatMap((other) => other.ports.map((port) => port.hostPort))]);
  const port = container.ports.find(({ hostPort }) => taken.has(hostPort));
  return port && { kind: 'refused', message: `port ${port.hostPort} is already allocated`, exitCode: 128 };
}

function withContainer(engine: SimEngine, id: string, act: (container: SimContainer) => Outcome): Outcome {
  const container = engine.containers.get(id);
  return container === undefined ? failed('gone', `No such container: ${id}`) : act(container);
}

function failed(kind: FailureKind, message: string): Outcome {
  return { ok: false, failure: { kind, message } };
}
