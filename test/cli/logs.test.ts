/** Whose logs are printed, and how a project's are followed while its containers come and go. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logs } from '../../src/cli/commands/logs.ts';
import type { LogsOptions } from '../../src/cli/commands/logs.ts';
import { emptySnapshot } from '../../src/core/runtime/snapshot.ts';
import type { EngineContainer, Snapshot } from '../../src/core/runtime/snapshot.ts';
import type { Engine, LogOptions } from '../../src/engine/port.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { World } from '../../src/run/world.ts';
import { takeControl } from '../../src/state/control.ts';
import { projectFolder, socketPath } from '../../src/state/paths.ts';
import { node } from '../core/launch.ts';
import { infraOnEngine, makeContainer, makePod, onEngine } from '../core/make.ts';

const app = makeContainer('app');
const setup = makeContainer('setup');
const pod = makePod('web', { containers: [app], initContainers: [setup] });

/** A container's log: what it wrote, and the reader that waits for more until it has ended. */
interface Log {
  readonly lines: string[];
  ended: boolean;
  more: () => void;
}

let stateRoot = '';
let stdout = '';
let snapshot: Snapshot = emptySnapshot;
let hint = (): void => {};
const reads: string[] = [];
const store = new Map<string, Log>();

beforeEach(async () => {
  stateRoot = await mkdtemp(join(tmpdir(), 'podrun-logs-'));
  [stdout, snapshot] = ['', { ...emptySnapshot, containers: [infraOnEngine(pod)] }];
  reads.length = 0;
  store.clear();
});

afterEach(() => rm(stateRoot, { recursive: true }));

const machine = {
  cpus: 4,
  memoryBytes: 2 ** 33,
  storageBytes: 2 ** 36,
  os: 'linux',
  arch: 'amd64',
  enforces: node.enforces,
};

const engine = {
  info: { id: 'engine', name: 'laptop', address: '', apiVersion: '', reach: 'direct', machine },
  snapshot: () => Promise.resolve(snapshot),
  watch: (_project: string, call: () => void) => {
    hint = call;
    setImmediate(call);
    return { close() {} };
  },
  async *logs(id: string, { follow, tail, sinceMs }: LogOptions) {
    reads.push(`${id}${tail === undefined ? '' : ` tail ${tail}`}${sinceMs === undefined ? '' : ` since ${sinceMs}`}`);
    const log = store.get(id);
    if (log === undefined) return;
    for (let next = tail === undefined ? 0 : Math.max(0, log.lines.length - tail); ;) {
      for (; next < log.lines.length; next += 1)
        yield { stream: 'stdout', bytes: Buffer.from(`${log.lines[next]}\n`), time: '' };
      if (log.ended || !follow) return;
      await new Promise<void>((resolve) => (log.more = resolve));
    }
  },
  close() {},
} as unknown as Engine;

const world = {
  env: {},
  stdout: {
    write(bytes: Uint8Array, written?: () => void) {
      stdout += Buffer.from(bytes).toString();
      written?.();
      return true;
    },
  },
  stderr: { write: () => true },
  clock: systemClock,
  id: 'me',
  seed: [1, 2, 3, 4],
  onSignal: () => () => {},
  connect: () => Promise.resolve(engine),
} as unknown as World;

const options: LogsOptions = {
  ...{ file: [], project: 'shop', host: undefined, envFile: [], strict: false, profile: [], interpolate: false },
  ...{ color: false, supervisor: false, follow: false, previous: false, timestamps: false, allContainers: false },
  ...{ allPods: false, maxLogRequests: 5 },
};
const run = (over: Partial<LogsOptions>) => logs({ ...world, stateRoot }, { ...options, ...over });

/** An instance on the engine with what it wrote. */
function put(name: string, attempt: number, lines: readonly string[], over: Partial<EngineContainer> = {}): void {
  const container = onEngine(name === 'app' ? app : setup, attempt, { id: `${name}${attempt}`, ...over });
  const rest = snapshot.containers.filter(({ id }) => id !== container.id);
  snapshot = { ...snapshot, containers: [...rest, container] };
  const log = store.get(container.id) ?? { lines: [], ended: false, more: () => {} };
  log.lines.push(...lines);
  log.ended = container.state !== 'running';
  store.set(container.id, log);
  log.more();
}

const gone = { state: 'exited', finishedAtMs: 20_000, exitCode: 1 } as const;
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise(setImmediate);
};

async function supervise(): Promise<() => Promise<void>> {
  const owner = { project: 'shop', pid: 1, dir: '', startedAt: '' };
  const path = socketPath(await projectFolder(stateRoot, 'engine', 'shop'));
  const lock = await takeControl(path, () => ({ owner, engineAnswers: true, pods: [] }));
  if (lock.kind === 'owned') throw new Error('owned');
  return () => lock.control.close();
}

test('-l takes all containers of the Pods with these labels', async () => {
  put('app', 0, ['now']);
  await expect(run({ selector: 'app=no' })).rejects.toMatchObject({ code: 1 });
  expect(await run({ selector: '!app' })).toBe(0);
  expect(stdout).toBe('web/app  | now\n');
  await expect(run({ selector: 'a', pod: 'web' })).rejects.toMatchObject({
    code: 2,
    message: 'only a selector (-l) or a POD name is allowed',
  });
});

test('-l prints the last ten lines of each where --tail says nothing', async () => {
  put('app', 0, ['now']);
  await run({ selector: '!app' });
  await run({ selector: '!app', tail: -1 });
  expect(reads).toEqual(['app0 tail 10', 'app0']);
});

test('--all-pods takes all that the name means, and names them', async () => {
  put('app', 0, ['now']);
  expect(await run({ pod: 'web', allPods: true })).toBe(0);
  expect(stdout).toBe('[pod/web/app] now\n');
});

test('--max-log-requests bounds how many logs of chosen Pods are followed', async () => {
  put('setup', 0, ['set up'], { ...gone, exitCode: 0 });
  put('app', 0, ['now']);
  const choice = { pod: 'web', allContainers: true, follow: true };
  await expect(run({ ...choice, maxLogRequests: 1 })).rejects.toMatchObject({
    code: 1,
    message:
      'you are attempting to follow 2 log streams, but maximum allowed concurrency is 1, use --max-log-requests to increase the limit',
  });
});

test('--since-time is a time', async () => {
  put('app', 0, ['now']);
  await run({ sinceTime: '2026-01-31T12:00:00+01:00' });
  expect(reads).toEqual([`app0 since ${Date.UTC(2026, 0, 31, 11)}`]);
  for (const sinceTime of ['2026-01-31', 'now', '2026-13-31T12:00:00Z'])
    await expect(run({ sinceTime })).rejects.toMatchObject({ code: 2 });
  await expect(run({ since: '1s', sinceTime: '2026-01-31T12:00:00Z' })).rejects.toMatchObject({
    message: 'at most one of `sinceTime` or `sinceSeconds` may be specified',
  });
});

test('-p without a Pod is what ran before, of each container that has it', async () => {
  put('setup', 0, ['set up'], { ...gone, exitCode: 0 });
  put('app', 0, ['before'], gone);
  put('app', 1, ['now']);
  expect(await run({ previous: true })).toBe(0);
  expect(stdout).toBe('web/app  | before\n');
  await expect(run({ previous: true, container: 'setup' })).rejects.toMatchObject({
    code: 1,
    message: 'project shop has no previous container setup on this engine',
  });
});

test('a container or a namespace may be chosen without a Pod', async () => {
  put('setup', 0, ['set up'], { ...gone, exitCode: 0 });
  put('app', 0, ['now']);
  await run({ container: 'setup' });
  expect(stdout).toBe('web/setup  | set up\n');
  await expect(run({ namespace: 'blue' })).rejects.toMatchObject({
    code: 1,
    message: 'project shop has no containers in namespace blue',
  });
});

test('--all-containers during init prints the init container’s log, then why the next has none', async () => {
  put('setup', 0, ['set up'], {});
  for (const follow of [false, true]) {
    stdout = '';
    await expect(run({ pod: 'web', allContainers: true, follow })).rejects.toMatchObject({
      code: 1,
      message: 'container "app" in pod "web" is waiting to start: PodInitializing',
    });
    expect(stdout).toBe('set up\n');
  }
});

test('-f without a Pod follows a container over its restarts: each line once, in order, until nobody supervises', async () => {
  const end = await supervise();
  put('app', 0, ['older', 'a1']);
  const ended = run({ follow: true, tail: 1 });
  await until(() => stdout.includes('a1'));
  // The next one is there, and has spoken, before the first one's last lines are read.
  const first = store.get('app0');
  put('app', 1, ['b1']);
  hint();
  first?.lines.push('a2');
  put('app', 0, ['a3'], gone);
  hint();
  await until(() => stdout.includes('b1'));
  put('app', 1, ['b2'], gone);
  put('app', 2, ['c1', 'c2'], gone);
  hint();
  await until(() => stdout.includes('c2'));
  put('setup', 1, ['late'], gone);
  hint();
  await until(() => stdout.includes('late'));
  await end();
  expect(await ended).toBe(0);
  const lines = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'c2'].map((line) => `web/app  | ${line}\n`);
  expect(stdout).toBe(`${lines.join('')}web/setup  | late\n`);
  expect(reads).toEqual(['app0 tail 1', 'app1', 'app2', 'setup1']);
});

test('-f without a Pod ends with the last container where nobody would start another', async () => {
  put('app', 0, ['a1']);
  const ended = run({ follow: true });
  await until(() => stdout.includes('a1'));
  put('app', 0, ['a2'], gone);
  expect(await ended).toBe(0);
  expect(stdout).toBe('web/app  | a1\nweb/app  | a2\n');
});

test('a container that a hand starts again under its id is followed from that start on', async () => {
  const end = await supervise();
  put('app', 0, ['a1'], gone);
  const ended = run({ follow: true });
  await until(() => stdout.includes('a1'));
  put('app', 0, [], { startedAtMs: 30_000 });
  hint();
  await until(() => reads.length === 2);
  put('app', 0, [], { ...gone, startedAtMs: 30_000, finishedAtMs: 40_000 });
  await end();
  expect(await ended).toBe(0);
  expect(reads).toEqual(['app0', 'app0 since 30000']);
});
