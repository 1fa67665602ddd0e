/** `podrun ls`: the projects of the engine, with and without a supervisor. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { ls } from '../../src/cli/commands/ls.ts';
import type { LsOptions } from '../../src/cli/commands/ls.ts';
import { label } from '../../src/core/runtime/labels.ts';
import { emptySnapshot } from '../../src/core/runtime/snapshot.ts';
import type { Snapshot } from '../../src/core/runtime/snapshot.ts';
import type { Engine } from '../../src/engine/port.ts';
import { machineIdentity } from '../../src/platform/machine-identity.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { World } from '../../src/run/world.ts';
import { takeControl } from '../../src/state/control.ts';
import { projectFolder, socketPath } from '../../src/state/paths.ts';
import { node } from '../core/launch.ts';
import { infraOnEngine, makePod } from '../core/make.ts';

const machine = { cpus: 4, memoryBytes: 2 ** 33, os: 'linux', arch: 'amd64', enforces: node.enforces };
const ready = { metadata: { name: 'web' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } };
const unready = { metadata: { name: 'db' }, status: { conditions: [{ type: 'Ready', status: 'False' }] } };

let stateRoot = '';
let [output, errors] = ['', ''];
let held: Readonly<Record<string, Snapshot>> = {};
let leases: Readonly<Record<string, { readonly lease: string }>> = {};
let world: World;

beforeEach(async () => {
  stateRoot = await realpath(await mkdtemp(join(tmpdir(), 'podrun-ls-')));
  [output, errors, held, leases] = ['', '', {}, {}];
  const engine = {
    info: { id: 'engine', name: 'laptop', address: '', apiVersion: '', reach: 'direct', machine },
    projects: () => Promise.resolve(Object.keys(held).map((name) => ({ name, newestAtMs: 0, ...leases[name] }))),
    snapshot: (project: string) => Promise.resolve(held[project] ?? emptySnapshot),
    close() {},
  } as unknown as Engine;
  world = {
    ...{
      cwd: '/',
      env: {},
      stateRoot,
      id: 'me',
      seed: [1, 2, 3, 4],
      pid: 7,
      timeZone: 'UTC',
      clock: systemClock,
      isThere: () => false,
    },
    stdout: { write: (text: string) => (output += text) !== '' },
    stderr: { write: (text: string) => (errors += text) !== '' },
    connect: () => Promise.resolve(engine),
  } as unknown as World;
});

afterEach(() => rm(stateRoot, { recursive: true }));

const run = (options: Partial<LsOptions> = {}) => ls(world, { headers: true, ...options } as LsOptions);

async function supervise(project: string): Promise<void> {
  const owner = { project, pid: 4711, dir: '/home/me/shop', startedAt: '' };
  const path = socketPath(await projectFolder(stateRoot, 'engine', project));
  const lock = await takeControl(path, () => ({ owner, engineAnswers: true, pods: [ready, unready] }));
  if (lock.kind === 'taken') onTestFinished(() => lock.control.close());
}

function left(project: string): Snapshot {
  const infra = infraOnEngine(makePod('web'));
  const labels = { ...infra.labels, [label.project]: project, [label.dir]: '/home/me/left' };
  return { ...emptySnapshot, containers: [{ ...infra, labels }] };
}

describe('ls', () => {
  test('says of what a run made whose it is', async () => {
    held = { left: emptySnapshot, far: emptySnapshot };
    const lease = { ...{ who: 'me', host: 'ci', pid: 2 ** 30, started: '', sinceMs: 0 }, ...machineIdentity() };
    leases = {
      left: { lease: JSON.stringify(lease) },
      far: { lease: JSON.stringify({ ...lease, machine: 'other', boot: 'other' }) },
    };

    await run({ headers: false });

    expect(output).toMatch(/^left +0\/0 +left by run, pid 1073741824 +<none>$/m);
    expect(output).toMatch(/^far +0\/0 +run on ci +<none>$/m);
  });

  test('lists each project with its Pods, its supervisor and its folder', async () => {
    held = { left: left('left'), shop: emptySnapshot };
    await supervise('shop');

    expect(await run()).toBe(0);

    expect(output).toBe(
      [
        'PROJECT   READY   SUPERVISOR   FOLDER',
        'left      0/1     <none>       /home/me/left',
        'shop      1/2     pid 4711     /home/me/shop',
        '',
      ].join('\n'),
    );
  });

  test('-o json gives a list of objects', async () => {
    held = { shop: emptySnapshot };
    await supervise('shop');

    await run({ output: 'json' });

    const supervisor = { pid: 4711, answers: true };
    expect(JSON.parse(output)).toEqual([{ name: 'shop', pods: 2, ready: 1, folder: '/home/me/shop', supervisor }]);
  });

  test('-o name gives the names alone', async () => {
    held = { a: emptySnapshot, b: emptySnapshot };
    await run({ output: 'name' });
    expect(output).toBe('a\nb\n');
  });

  test('says so where there is none', async () => {
    expect(await run()).toBe(0);
    expect([output, errors]).toEqual(['', 'No projects found on this engine.\n']);
  });
});
