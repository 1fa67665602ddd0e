/** What a contract case is given: an engine, the hand of a human on it, and what tidies up behind the case. */
import { plainContainer, plainInfra } from '../core/launch.ts';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type {
  ContainerLaunch,
  EngineAction,
  Failure,
  InfraLaunch,
  LaunchMount,
} from '../../src/core/runtime/action.ts';
import type { Success } from '../../src/core/runtime/outcome.ts';
import { label } from '../../src/core/runtime/labels.ts';
import type { EngineContainer, EngineNetwork, Snapshot } from '../../src/core/runtime/snapshot.ts';
import type { Engine } from '../../src/engine/port.ts';

/** A real engine, or one that pretends: both must behave as the cases say. */
export type MakeSubject = () => Promise<Subject>;

export interface Subject {
  readonly engine: Engine;
  readonly hand: Hand;
  /** A socket on the engine's machine. */
  readonly socketPath: string;
  close(): Promise<void>;
}

/** What somebody else does on the engine, without podrun. */
export interface Hand {
  restart(id: string): Promise<void>;
  pause(id: string): Promise<void>;
  unpause(id: string): Promise<void>;
  /** A network of that name beside any other. @returns its id */
  createNetwork(name: string, labels: Labels): Promise<string>;
  createVolume(name: string, labels: Labels): Promise<void>;
  /** Removes whatever carries the project's label. */
  sweep(project: string): Promise<void>;
}

export type Labels = Readonly<Record<string, string>>;

/** One project on the subject's engine, with short ways to make what most cases need. */
export interface Bench {
  readonly project: string;
  readonly subject: Subject;
  readonly engine: Engine;
  readonly hand: Hand;
  labels(name: string): Labels;
  /** Prefixed by the project, so that names are unique on the engine. */
  name(text: string): string;
  do<A extends EngineAction>(action: A): Promise<Success<A['verb']>>;
  refusal(action: EngineAction): Promise<Failure>;
  network(): Promise<EngineNetwork>;
  volume(name: string, tmpfs?: { readonly sizeBytes?: number }): Promise<string>;
  createInfra(wish?: Partial<InfraLaunch>): Promise<EngineContainer>;
  startInfra(wish?: Partial<InfraLaunch>): Promise<EngineContainer>;
  createJoined(infra: EngineContainer, script: string, wish?: Partial<ContainerLaunch>): Promise<EngineContainer>;
  startJoined(infra: EngineContainer, script: string, wish?: Partial<ContainerLaunch>): Promise<EngineContainer>;
  start(id: string): Promise<EngineContainer>;
  kill(id: string, signal?: string): Promise<void>;
  remove(id: string): Promise<void>;
  shell(id: string, script: string): Promise<string>;
  /** Looks again and again, woken by the feed, until the snapshot is as wanted. */
  until(wanted: (snapshot: Snapshot) => boolean, what: string): Promise<Snapshot>;
  untilState(id: string, state: EngineContainer['state']): Promise<EngineContainer>;
  /** Removes a folder of /tmp on the engine's machine. */
  removeHostFolder(path: string): Promise<void>;
  close(): Promise<void>;
}

export const image = 'busybox:latest';

export async function makeBench(makeSubject: MakeSubject): Promise<Bench> {
  const subject = await makeSubject();
  const { engine, hand } = subject;
  const project = `ct${randomBytes(4).toString('hex')}`;
  let count = 0;
  let network: Promise<EngineNetwork> | undefined;
  const name = (text: string): string => `${project}.${text}`;
  const labels = (full: string): Labels => ({ [label.project]: project, [label.name]: full });

  const bench: Bench = {
    project,
    subject,
    engine,
    hand,
    name,
    labels,
    async do<A extends EngineAction>(action: A) {
      const outcome = await engine.perform(action);
      if (!outcome.ok) throw new Error(`${action.verb}: ${outcome.failure.kind}: ${outcome.failure.message}`);
      if (outcome.verb !== action.verb) throw new Error(`${action.verb} was answered as ${outcome.verb}`);
      return outcome as Success<A['verb']>;
    },
    async refusal(action) {
      const outcome = await engine.perform(action);
      if (outcome.ok) throw new Error(`${action.verb} succeeded`);
      return outcome.failure;
    },
    network() {
      const full = `podrun-${project}`;
      network ??= bench
        .do({ verb: 'createNetwork', target: full, name: full, labels: labels(full) })
        .then((outcome) => outcome.network);
      return network;
    },
    async volume(text, tmpfs) {
      const full = name(text);
      await bench.do({ verb: 'createVolume', target: full, name: full, labels: labels(full), ...(tmpfs && { tmpfs }) });
      return full;
    },
    async createInfra(wish) {
      const full = name(`pod.${(count += 1)}`);
      const launch: InfraLaunch = {
        ...plainInfra,
        name: full,
        image,
        labels: labels(full),
        networkId: (await bench.network()).id,
        aliases: ['pod'],
        ...wish,
      };
      return (await bench.do({ verb: 'createContainer', target: full, launch })).container;
    },
    startInfra: async (wish) => bench.start((await bench.createInfra(wish)).id),
    async createJoined(infra, script, wish) {
      const launch = { ...joinedLaunch(bench, infra, name(`pod.app.${(count += 1)}`), script), ...wish };
      return (await bench.do({ verb: 'createContainer', target: launch.name, launch })).container;
    },
    startJoined: async (infra, script, wish) => bench.start((await bench.createJoined(infra, script, wish)).id),
    start: async (id) => (await bench.do({ verb: 'startContainer', target: id, id })).container,
    async kill(id, signal = 'SIGKILL') {
      await bench.do({ verb: 'killContainer', target: id, id, signal });
    },
    async remove(id) {
      await bench.do({ verb: 'removeContainer', target: id, id });
    },
    async shell(id, script) {
      const result = await engine.exec(id, ['sh', '-c', script], 20_000);
      if (result.kind !== 'exit' || result.code !== 0) throw new Error(`${script}: ${JSON.stringify(result)}`);
      return result.output.trimEnd();
    },
    until: (wanted, what) => untilSnapshot(engine, project, wanted, what),
    async untilState(id, state) {
      const isSo = (snapshot: Snapshot): boolean => find(snapshot, id)?.state === state;
      return must(find(await bench.until(isSo, `${id} is ${state}`), id));
    },
    async removeHostFolder(path) {
      const holder = await bench.startInfra({
        mounts: [{ kind: 'bind', source: '/tmp', target: '/host/tmp', readOnly: false }],
      });
      await bench.shell(holder.id, `rm -rf /host${path}`);
    },
    async close() {
      await hand.sweep(project);
      await subject.close();
    },
  };
  return bench;
}

export function joinedLaunch(bench: Bench, infra: EngineContainer, name: string, script: string): ContainerLaunch {
  return {
    ...plainContainer,
    name,
    image,
    labels: bench.labels(name),
    infraId: infra.id,
    entrypoint: ['sh', '-c', script],
  };
}

export const volumeMount = (
  source: string,
  target: string,
  subPath?: string,
): Extract<LaunchMount, { kind: 'volume' }> => ({
  kind: 'volume',
  source,
  madeAs: { labels: {} },
  target,
  readOnly: false,
  ...(subPath === undefined ? {} : { subPath }),
});

export function find(snapshot: Snapshot, id: string): EngineContainer | undefined {
  return snapshot.containers.find((container) => container.id === id);
}

export function must<T>(value: T | undefined): T {
  expect(value).toBeDefined();
  return value as T;
}

/** Bounded by 20 s; the feed wakes it, a slow look runs underneath. */
async function untilSnapshot(
  engine: Engine,
  project: string,
  wanted: (snapshot: Snapshot) => boolean,
  what: string,
): Promise<Snapshot> {
  const until = Date.now() + 20_000;
  let wake = (): void => undefined;
  const feed = engine.watch(
    project,
    () => wake(),
    () => wake(),
  );
  try {
    for (;;) {
      const hinted = new Promise<void>((resolve) => (wake = resolve));
      const snapshot = await engine.snapshot(project);
      if (wanted(snapshot)) return snapshot;
      if (Date.now() > until) throw new Error(`not within 20 s: ${what}: ${JSON.stringify(snapshot, null, 1)}`);
      await Promise.race([hinted, delay(500)]);
    }
  } finally {
    feed.close();
  }
}
