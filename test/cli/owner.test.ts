/** Whose project a command changes: the folder's that a file names, or by -p alone anybody's. */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { condition } from '../../src/cli/commands/condition.ts';
import { deletePods } from '../../src/cli/commands/delete.ts';
import { down } from '../../src/cli/commands/down.ts';
import { restart } from '../../src/cli/commands/restart.ts';
import { label, projectLabels } from '../../src/core/runtime/labels.ts';
import { emptySnapshot } from '../../src/core/runtime/snapshot.ts';
import type { Snapshot } from '../../src/core/runtime/snapshot.ts';
import type { Engine } from '../../src/engine/port.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { World } from '../../src/run/world.ts';
import { takeControl } from '../../src/state/control.ts';
import type { Request } from '../../src/state/control.ts';
import { projectFolder, socketPath } from '../../src/state/paths.ts';
import { infraOnEngine, makePod } from '../core/make.ts';
import { node } from '../core/launch.ts';

const machine = { cpus: 4, memoryBytes: 2 ** 33, os: 'linux', arch: 'amd64', enforces: node.enforces };
const web = { metadata: { name: 'web', namespace: 'default', uid: '1' }, spec: { containers: [{ name: 'app' }] } };

let cwd = '';
let stateRoot = '';
let errors = '';
let held: Snapshot = emptySnapshot;
let performed: string[] = [];
let world: World;

beforeEach(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'podrun-owner-')));
  stateRoot = join(cwd, 'state');
  [errors, held, performed] = ['', emptySnapshot, []];
  await writeFile(join(cwd, 'pods.yaml'), 'name: shop\npods: {web: {containers: {app: {image: x}}}}\n');
  const engine = {
    info: { id: 'engine', name: 'laptop', address: '', apiVersion: '', reach: 'direct', machine },
    snapshot: () => Promise.resolve(held),
    perform: (action: { verb: string }) => performed.push(action.verb),
    watch: () => ({ close() {} }),
    close() {},
  } as unknown as Engine;
  world = {
    ...{ cwd, env: {}, stateRoot, id: 'me', seed: [1, 2, 3, 4], pid: 7, timeZone: 'UTC', clock: systemClock },
    stdout: { write: () => true },
    stderr: { write: (text: string) => (errors += text) !== '' },
    onSignal: () => () => {},
    makeProber: () => Promise.resolve({}),
    connect: () => Promise.resolve(engine),
  } as unknown as World;
});

afterEach(() => rm(cwd, { recursive: true }));

/** A podrun of that folder supervises; what it is asked to change, it only notes. */
async function supervise(dir: string): Promise<readonly Request['op'][]> {
  const asked: Request['op'][] = [];
  const lock = await takeControl(socketPath(await projectFolder(stateRoot, 'engine', 'shop')), ({ op }) => {
    if (op !== 'status') asked.push(op);
    // Gone at once, as who follows a down sees it.
    if (op === 'down') setImmediate(() => void close());
    return { owner: { project: 'shop', pid: 1, dir, startedAt: '' }, engineAnswers: true, pods: [web] };
  });
  if (lock.kind === 'owned') throw new Error('owned');
  let closed = false;
  const close = async () => {
    if (!closed) await lock.control.close();
    closed = true;
  };
  onTestFinished(close);
  return asked;
}

const globals = {
  ...{ file: [], project: undefined, host: undefined, envFile: [], strict: false, profile: [], interpolate: false },
  ...{ color: false, namespace: 'default', pod: ['web'], wait: false, timeout: '0s', now: false, force: false },
};
const byName = { project: 'shop' };
const commands = {
  restart: (over: object) => restart(world, { ...globals, ...over }),
  delete: (over: object) => deletePods(world, { ...globals, all: false, ignoreNotFound: false, ...over }),
  condition: (over: object) => condition(world, { ...globals, pod: 'web', condition: 'a.b/c=True', ...over }),
  down: (over: object) =>
    down(world, { ...globals, pod: [], progress: 'plain', volumes: false, takeOver: false, ...over }),
};
const all = Object.entries(commands);

describe.each(all)('%s', (op, command) => {
  test('does not touch a project that another folder supervises: exit 4, with both paths', async () => {
    const asked = await supervise('/elsewhere');
    await expect(command({})).rejects.toMatchObject({
      code: 4,
      message: expect.stringContaining(`project shop belongs to /elsewhere, this is ${cwd}: `) as string,
    });
    await expect(command({ file: ['pods.yaml'], ...byName })).rejects.toMatchObject({ code: 4 });
    expect(asked).toEqual([]);
  });

  test('does what it is told in the folder itself', async () => {
    const own = await supervise(cwd);
    expect(await command({})).toBe(0);
    expect(own).toEqual([op]);
  });

  test('does not by an exported PODRUN_PROJECT beside a file', async () => {
    const asked = await supervise('/elsewhere');
    world = { ...world, env: { PODRUN_PROJECT: 'shop' } };
    await expect(command(byName)).rejects.toMatchObject({ code: 4 });
    expect(asked).toEqual([]);
  });

  test('does it anywhere by -p alone', async () => {
    const asked = await supervise('/elsewhere');
    expect(await command(byName)).toBe(0);
    expect(asked).toEqual([op]);
  });
});

describe('down where nobody supervises', () => {
  const claim = (dir: string) => ({
    name: 'shop_data',
    labels: { ...projectLabels({ project: 'shop' }, 'claim', 'shop_data'), [label.dir]: dir },
  });

  test('does not touch the Pods of another folder', async () => {
    const container = infraOnEngine(makePod('web'));
    held = { ...emptySnapshot, containers: [{ ...container, labels: { ...container.labels, [label.dir]: '/other' } }] };
    await expect(commands.down({})).rejects.toMatchObject({
      code: 4,
      message: `project shop belongs to /other, this is ${cwd}: --take-over takes it down all the same`,
    });
    expect(performed).toEqual([]);
  });

  test('--volumes does not remove what another folder keeps, even while it runs no Pod', async () => {
    held = { ...emptySnapshot, volumes: [claim('/other')] };
    await expect(commands.down({ volumes: true })).rejects.toMatchObject({
      code: 4,
      message: `volume shop_data belongs to /other, this is ${cwd}: --take-over removes it all the same`,
    });
    expect([performed, errors]).toEqual([[], '']);
  });
});

test('down --volumes says which volumes go, before they do', async () => {
  const names = ['shop_data', 'shop_cache'];
  held = {
    ...emptySnapshot,
    volumes: names.map((name) => ({
      name,
      labels: { ...projectLabels({ project: 'shop' }, 'claim', name), [label.dir]: cwd },
    })),
  };
  const asked = await supervise(cwd);
  const ended = commands.down({ volumes: true });
  while (!asked.includes('down')) await new Promise(setImmediate);
  expect(errors).toBe('podrun: --volumes removes shop_cache, shop_data\n');
  held = emptySnapshot;
  expect(await ended).toBe(0);
});
