import type { EngineAction, Verb } from '../core/runtime/action.ts';
import type { Outcome, Success } from '../core/runtime/outcome.ts';
import {
  createContainer,
  killContainer,
  removeContainer,
  startContainer,
  unpauseContainer,
  updateContainer,
} from './containers/containers.ts';
import { dial } from './transport/dial.ts';
import { copyImage } from './volumes/copy-image.ts';
import { fillVolumes, readVolumes } from './volumes/content.ts';
import { measureVolumes } from './volumes/measure.ts';
import { watchEvents } from './containers/events.ts';
import { execCommand } from './containers/exec.ts';
import { prepareHostPath } from './volumes/host-path.ts';
import { buildImage, inspectBuild } from './build/build.ts';
import { inspectImage, pullImage } from './images/images.ts';
import { readLogs } from './containers/logs.ts';
import { createNetwork, removeNetwork } from './containers/networks.ts';
import { openAttach } from './streams/attach.ts';
import { openCommand } from './streams/command.ts';
import { openTunnel } from './streams/tunnel.ts';
import { readUsage } from './streams/usage.ts';
import { readPath, statPath, writePath } from './streams/copy.ts';
import { ownVolume } from './volumes/own-volume.ts';
import { EngineError } from './port.ts';
import type { Engine, EngineInfo, ImageProgress } from './port.ts';
import { prepareVolumes } from './volumes/prepare.ts';
import type { Session } from './session.ts';
import { listProjects, takeSnapshot } from './containers/snapshot.ts';
import { readSynced, syncFiles } from './volumes/sync-files.ts';
import { createVolume, removeVolume } from './volumes/volumes.ts';

/** The engine as podrun sees it, over one session. `close` ends the streams, then whatever carries the connection. */
export function createAdapter(session: Session, info: EngineInfo, close: () => void): Engine {
  return {
    info,
    snapshot: (project) => takeSnapshot(session, project),
    perform: (action, progress) => perform(session, action, progress),
    watch: (project, hint, lost) => watchEvents(session, project, hint, lost),
    logs: (id, options, signal) => readLogs(session, id, options, signal),
    exec: (id, command, timeoutMs) => execCommand(session, id, command, timeoutMs),
    usage: (id) => readUsage(session, id),
    statPath: (id, path) => statPath(session, id, path),
    readPath: (id, path) => readPath(session, id, path),
    writePath: (id, folder, tar) => writePath(session, id, folder, tar),
    openAttach: (id, options) => openAttach(session, id, options),
    openCommand: (id, options) => openCommand(session, id, options),
    dial: (id, to, signal) => dial(session, id, to, signal),
    openTunnel: (id) => openTunnel(session, id),
    projects: () => listProjects(session),
    close,
  };
}

async function perform(
  session: Session,
  action: EngineAction,
  progress?: (progress: ImageProgress) => void,
): Promise<Outcome> {
  const held = heldBy(action);
  try {
    return await session.memory.hold(held, eventOf(action), () => carryOut(session, action, progress));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // A start that failed leaves its exit code and text where no list shows them.
    for (const id of held) session.memory.doubt(id);
    return { ok: false, failure: error.failure };
  }
}

async function carryOut(
  session: Session,
  action: EngineAction,
  progress?: (progress: ImageProgress) => void,
): Promise<Outcome> {
  switch (action.verb) {
    case 'createNetwork':
      return {
        ok: true,
        verb: action.verb,
        network: await createNetwork(session, action.name, action.labels, action.halved),
      };
    case 'removeNetwork':
      return done(action.verb, removeNetwork(session, action.id));
    case 'createVolume':
      return done(action.verb, createVolume(session, action));
    case 'removeVolume':
      return done(action.verb, removeVolume(session, action.name));
    case 'inspectImage':
      return { ok: true, verb: action.verb, ...(await inspectImage(session, action.image, action.platform)) };
    case 'pullImage':
      return { ok: true, verb: action.verb, ...(await pullImage(session, action, progress)) };
    case 'inspectBuild':
      return { ok: true, verb: action.verb, ...(await inspectBuild(session, action.image, action.build)) };
    case 'buildImage':
      return {
        ok: true,
        verb: action.verb,
        ...(await buildImage(session, action, progress)),
      };
    case 'prepareHostPath':
      return done(action.verb, prepareHostPath(session, action));
    case 'createContainer':
      return { ok: true, verb: action.verb, container: await createContainer(session, action.launch) };
    case 'prepareVolumes':
      return done(action.verb, prepareVolumes(session, action.id, action.roots));
    case 'copyImage':
      return done(action.verb, copyImage(session, action));
    case 'ownVolume':
      return done(action.verb, ownVolume(session, action));
    case 'readVolumes':
      return { ok: true, verb: action.verb, contents: await readVolumes(session, action.id, action.paths) };
    case 'measureVolumes':
      return { ok: true, verb: action.verb, usedBytes: await measureVolumes(session, action.id, action.paths) };
    case 'fillVolumes':
      return done(action.verb, fillVolumes(session, action.id, action.volumes));
    case 'syncFiles':
      return { ok: true, verb: action.verb, ...(await syncFiles(session, action)) };
    case 'readSynced':
      return { ok: true, verb: action.verb, ...(await readSynced(session, action)) };
    case 'updateContainer':
      return { ok: true, verb: action.verb, container: await updateContainer(session, action.id, action.cgroup) };
    case 'startContainer':
      return { ok: true, verb: action.verb, container: await startContainer(session, action.id, action.guard) };
    case 'killContainer':
      return done(action.verb, killContainer(session, action.id, action.signal));
    case 'unpauseContainer':
      return { ok: true, verb: action.verb, container: await unpauseContainer(session, action.id) };
    case 'removeContainer':
      return done(action.verb, removeContainer(session, action.id));
  }
}

/** Nothing more is told of these. */
type PlainVerb = { [V in Verb]: { readonly ok: true; readonly verb: V } extends Success<V> ? V : never }[Verb];

async function done(verb: PlainVerb, call: Promise<void>): Promise<Outcome> {
  await call;
  return { ok: true, verb };
}

/** The containers whose locks a call may hold. */
function heldBy(action: EngineAction): readonly string[] {
  switch (action.verb) {
    case 'startContainer':
      return [action.id, ...(action.guard?.pauseIds ?? [])];
    case 'prepareVolumes':
    case 'syncFiles':
    case 'updateContainer':
    case 'killContainer':
    case 'unpauseContainer':
    case 'removeContainer':
      return [action.id];
    default:
      return [];
  }
}

/** The event that the engine will tell of our own work; a container that is not there yet is known by its name. */
function eventOf(action: EngineAction): string | undefined {
  switch (action.verb) {
    case 'createContainer':
      return `create ${action.launch.name}`;
    case 'startContainer':
      return `start ${action.id}`;
    case 'removeContainer':
      return `destroy ${action.id}`;
    default:
      return undefined;
  }
}
