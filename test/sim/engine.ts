/**
 * A container engine in memory that behaves as Docker does (docs/engines.md). It knows nothing of podrun, except that the
 * labels of a container pick its script. All its times are its machine's clock.
 */
import type {
  ContainerLaunch,
  InfraLaunch,
  LaunchPort,
  SyncedFiles,
  VolumeContent,
} from '../../src/core/runtime/action.ts';
import { kindOf, label } from '../../src/core/runtime/labels.ts';
import type { Cgroup, EngineContainer, EngineState, Snapshot } from '../../src/core/runtime/snapshot.ts';
import { inImage, onDisk } from './disk.ts';
import type { Random } from './random.ts';
import { runOf } from './script.ts';
import type { Run, Scripts } from './script.ts';
import type { Timeline } from './timeline.ts';

export interface SimContainer {
  readonly id: string;
  name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  state: EngineState;
  startedAtMs?: number;
  finishedAtMs?: number;
  exitCode: number;
  error: string;
  readonly joinedTo?: string;
  readonly sharePid: boolean;
  readonly networkId?: string;
  connected: boolean;
  readonly ports: readonly LaunchPort[];
  readonly volumes: readonly string[];
  /** How its files print, as far as they are any rule's, by path. */
  readonly files: Map<string, string>;
  cgroup?: Cgroup;
  run: Run;
  /** Counts starts: a death that was scheduled for an earlier run is void. */
  starts: number;
  /** A hand has renamed, started or restarted it: what follows is not podrun's doing. */
  handled: boolean;
}

export interface SimVolume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface SimNetwork extends SimVolume {
  readonly id: string;
  readonly createdAtMs: number;
}

/** Who did it. */
export type Actor = 'podrun' | 'human' | 'itself';

/** What just happened, for the invariants; the engine's state is already the one after it. */
export type Happening =
  | {
      readonly kind: 'created' | 'started' | 'ended' | 'removed' | 'renamed';
      readonly container: SimContainer;
      readonly by: Actor;
    }
  | { readonly kind: 'signalled'; readonly container: SimContainer; readonly signal: string; readonly by: Actor };

export interface SimEngine {
  readonly timeline: Timeline;
  /** How far the machine's clock has jumped ahead of virtual time. */
  jumpedMs: number;
  /** The machine's clock. */
  nowMs(): number;
  readonly containers: Map<string, SimContainer>;
  readonly volumes: Map<string, SimVolume>;
  readonly networks: Map<string, SimNetwork>;
  /** What was written to volumes, by the infra through which it was. */
  readonly contents: Map<string, readonly VolumeContent[]>;
  /** Files of podrun's machine: how they print, by path. */
  readonly disk: Map<string, string>;
  /** What was put into any instance of a container, by `syncedKey`. */
  readonly everSynced: Set<string>;
  /** What was noted of synced containers, by Pod and path. */
  readonly notes: Map<string, SyncedFiles>;
  readonly images: Set<string>;
  /** Images that the registry does not have now. */
  readonly missing: Set<string>;
  /** Ports that something beside the engine holds. */
  readonly takenPorts: Set<number>;
  up: boolean;
  registryUp: boolean;
  space: boolean;
  makeId(): string;
  create(launch: InfraLaunch | ContainerLaunch): SimContainer;
  start(container: SimContainer, by: Actor): void;
  signal(container: SimContainer, signal: string, by: Actor): void;
  end(container: SimContainer, exitCode: number, by: Actor): void;
  remove(container: SimContainer, by: Actor): void;
  rename(container: SimContainer, name: string): void;
  /** Tells that something changed. */
  readonly changed: () => void;
}

export const isUp = (container: SimContainer): boolean => container.state === 'running' || container.state === 'paused';

export function makeEngine(
  timeline: Timeline,
  random: Random,
  scripts: Scripts,
  hint: () => void,
  watch: (happening: Happening) => void,
): SimEngine {
  let ids = 0;
  const counts = new Map<string, number>();
  const makeId = (): string => `${(ids += 1).toString(16).padStart(4, '0')}${random.int(0x1000, 0xffff).toString(16)}`;
  const engine: SimEngine = {
    timeline,
    jumpedMs: 0,
    nowMs: () => timeline.nowMs() + engine.jumpedMs,
    containers: new Map(),
    volumes: new Map(),
    networks: new Map(),
    contents: new Map(),
    disk: new Map(onDisk),
    everSynced: new Set(),
    notes: new Map(),
    images: new Set(),
    missing: new Set(),
    takenPorts: new Set(),
    up: true,
    registryUp: true,
    space: true,
    makeId,
    changed: hint,
    create: (launch) => {
      const container = makeContainer(makeId(), launch, engine.nowMs());
      engine.containers.set(container.id, container);
      watch({ kind: 'created', container, by: 'podrun' });
      hint();
      return container;
    },
    start: (container, by) => {
      const key = scriptKey(container.labels);
      const started = counts.get(key) ?? 0;
      counts.set(key, started + 1);
      begin(container, runOf(scripts, key, started), engine.nowMs());
      if (container.run.broken !== undefined) return fail(container, container.run.broken, 'exec: no such file', hint);
      watch({ kind: 'started', container, by });
      const { lifeMs, exitCode } = container.run;
      if (lifeMs !== undefined) dieLater(container, lifeMs, exitCode);
      hint();
    },
    signal: (container, signal, by) => {
      container.state = 'running';
      watch({ kind: 'signalled', container, signal, by });
      const { termMs, termCode } = container.run;
      if (signal === 'SIGKILL') engine.end(container, 137, by);
      else if (termMs !== undefined) dieLater(container, termMs, termCode);
      hint();
    },
    end: (container, exitCode, by) => {
      if (!isUp(container)) return;
      Object.assign(container, { state: 'exited', exitCode, finishedAtMs: engine.nowMs() });
      watch({ kind: 'ended', container, by });
      for (const other of engine.containers.values())
        if (other.joinedTo === container.id && other.sharePid) engine.end(other, 137, 'itself');
      hint();
    },
    remove: (container, by) => {
      engine.end(container, 137, by);
      engine.containers.delete(container.id);
      watch({ kind: 'removed', container, by });
      hint();
    },
    rename: (container, name) => {
      watch({ kind: 'renamed', container, by: 'human' });
      container.name = name;
      hint();
    },
  };
  function dieLater(container: SimContainer, delayMs: number, exitCode: number): void {
    const { starts } = container;
    timeline.after(delayMs, () => {
      if (container.starts !== starts || !isUp(container)) return;
      if (container.state === 'paused') return dieLater(container, 1_000, exitCode);
      engine.end(container, exitCode, 'itself');
    });
  }
  return engine;
}

/** The start fails: a container that never ran stays `created`. */
export function fail(container: SimContainer, exitCode: number, error: string, hint: () => void): void {
  Object.assign(
    container,
    container.startedAtMs === undefined ? { state: 'created', exitCode, error } : { state: 'exited', error },
  );
  hint();
}

export function addressOf(container: SimContainer): string {
  return container.connected && isUp(container) && container.joinedTo === undefined
    ? `10.0.0.${parseInt(container.id.slice(0, 4), 16)}`
    : '';
}

/** What the adapter gives: every object with the project's label, on podrun's clock. */
export function snapshotOf(engine: SimEngine, project: string, skewMs: number): Snapshot {
  const ofProject = (object: { readonly labels: Readonly<Record<string, string>> }) =>
    object.labels[label.project] === project;
  return {
    containers: [...engine.containers.values()].filter(ofProject).map((container) => seen(container, skewMs)),
    volumes: [...engine.volumes.values()].filter(ofProject),
    networks: [...engine.networks.values()]
      .filter(ofProject)
      .map((n) => ({ ...n, createdAtMs: n.createdAtMs + skewMs, gateway: '10.0.0.1' })),
  };
}

/** One container as the adapter gives it. */
export function seen(container: SimContainer, skewMs: number): EngineContainer {
  const { id, name, labels, image, env, state, exitCode, error, joinedTo, createdAtMs, startedAtMs, finishedAtMs } =
    container;
  const { cgroup } = container;
  return {
    ...{
      id,
      name,
      labels,
      image,
      imageId: `sha256:${image}`,
      env,
      state,
      exitCode,
      error,
      oomKilled: false,
      stopSignal: 'SIGTERM',
    },
    createdAtMs: createdAtMs + skewMs,
    address: addressOf(container),
    ...(startedAtMs === undefined ? {} : { startedAtMs: startedAtMs + skewMs }),
    ...(finishedAtMs === undefined ? {} : { finishedAtMs: finishedAtMs + skewMs }),
    ...(joinedTo === undefined ? {} : { joinedTo }),
    ...(cgroup === undefined ? {} : { cgroup }),
  };
}

function makeContainer(id: string, launch: InfraLaunch | ContainerLaunch, createdAtMs: number): SimContainer {
  const { name, labels, image } = launch;
  const infra = launch.role === 'infra';
  return {
    ...{ id, name, labels, image, createdAtMs, state: 'created', exitCode: 0, error: '', starts: 0, handled: false },
    env: infra ? { PATH: '/bin' } : { PATH: '/bin', ...Object.fromEntries(launch.env) },
    sharePid: !infra && launch.sharePid,
    connected: infra,
    ports: infra ? launch.ports : [],
    volumes: launch.mounts.filter((mount) => mount.kind === 'volume').map((mount) => mount.source),
    files: new Map(infra ? [] : inImage),
    run: { exitCode: 0, termCode: 143 },
    ...(infra ? { networkId: launch.networkId ?? 'host' } : { joinedTo: launch.infraId }),
    ...(infra ? {} : { cgroup: launch.cgroup }),
  };
}

function begin(container: SimContainer, run: Run, nowMs: number): void {
  container.run = kindOf(container.labels) === 'infra' ? { exitCode: 0, termMs: 5, termCode: 143 } : run;
  if (container.run.broken === undefined)
    Object.assign(container, { state: 'running', exitCode: 0, error: '', startedAtMs: nowMs });
  container.starts += 1;
}

function scriptKey(labels: SimContainer['labels']): string {
  return `${labels[label.podNamespace]}/${labels[label.podName]}/${labels[label.containerName]}`;
}
