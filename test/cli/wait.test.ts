import { node } from '../core/launch.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { CommandError } from '../../src/cli/exit-code.ts';
import { wait } from '../../src/cli/commands/wait.ts';
import type { WaitOptions } from '../../src/cli/commands/wait.ts';
import { emptySnapshot } from '../../src/core/runtime/snapshot.ts';
import type { Engine } from '../../src/engine/port.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { World } from '../../src/run/world.ts';
import { takeControl } from '../../src/state/control.ts';
import { projectFolder, socketPath } from '../../src/state/paths.ts';
import { makeScratch } from '../scratch.ts';

const machine = {
  cpus: 4,
  memoryBytes: 2 ** 33,
  storageBytes: 2 ** 36,
  os: 'linux',
  arch: 'amd64',
  enforces: node.enforces,
};

const options: WaitOptions = {
  pod: ['web'],
  for: ['condition=Ready'],
  timeout: '5s',
  all: false,
  namespace: 'default',
  file: [],
  project: 'shop',
  host: undefined,
  envFile: [],
  strict: false,
  profile: [],
  interpolate: false,
  color: false,
};

const podAs = (phase: string, ready: boolean, more: { name?: string; uid?: string } = {}): KubernetesPod => ({
  metadata: { name: 'web', namespace: 'default', uid: '1', ...more },
  spec: { containers: [{ name: 'app' }] },
  status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

/** A machine with an engine that holds nothing, and a supervisor that a test starts and speaks for. */
async function makeWorld() {
  const stateRoot = await makeScratch('wait');
  let output = '';
  let errors = '';
  const engine = {
    info: { id: 'engine', name: 'laptop', address: '', apiVersion: '', reach: 'direct', machine },
    snapshot: () => Promise.resolve(emptySnapshot),
    watch: () => ({ close() {} }),
    close() {},
  } as unknown as Engine;
  const world = {
    stdout: { write: (text: string) => (output += text) !== '' },
    stderr: { write: (text: string) => (errors += text) !== '' },
    clock: systemClock,
    env: {},
    stateRoot,
    id: 'me',
    seed: [1, 2, 3, 4],
    connect: () => Promise.resolve(engine),
  } as unknown as World;
  return {
    world,
    output: () => output,
    errors: () => errors,
    supervise: async (first: readonly KubernetesPod[]) => {
      let pods = first;
      let answers = 0;
      const told = () => {
        answers += 1;
        return pods;
      };
      const path = socketPath(await projectFolder(stateRoot, 'engine', 'shop'));
      const lock = await takeControl(path, () => ({
        owner: { project: 'shop', pid: 1, dir: '', startedAt: '' },
        engineAnswers: true,
        pods: told(),
      }));
      if (lock.kind === 'owned') throw new Error('owned');
      onTestFinished(() => lock.control.close());
      return {
        tell(next: readonly KubernetesPod[]) {
          pods = next;
          lock.control.publish();
        },
        end: () => lock.control.close(),
        /** Until somebody was answered again. */
        isAsked: () => {
          const before = answers;
          return vi.waitFor(() => expect(answers).toBeGreaterThan(before));
        },
      };
    },
  };
}

const failure = (code: number, message: string) => new CommandError(code, message);

describe('wait', () => {
  test('until every Pod is so, each said when it is', async () => {
    const { world, output, supervise } = await makeWorld();
    const supervisor = await supervise([podAs('Running', false), podAs('Running', true, { name: 'db' })]);
    const ended = wait(world, { ...options, pod: ['pod/web', 'db'] });
    await vi.waitFor(() => expect(output()).toBe('pod/db condition met\n'));
    supervisor.tell([podAs('Running', true)]);
    expect(await ended).toBe(0);
    expect(output()).toBe('pod/db condition met\npod/web condition met\n');
  });

  test('a workload’s name is each of its Pods, as soon as they are known', async () => {
    const { world, output, supervise } = await makeWorld();
    const of = (name: string, ready: boolean): KubernetesPod => {
      const pod = podAs('Running', ready, { name });
      const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: '' }];
      return { ...pod, metadata: { ...pod.metadata, ownerReferences } };
    };
    const supervisor = await supervise([]);
    const ended = wait(world, { ...options, pod: ['sts/db'], for: ['create', 'condition=Ready'] });
    await supervisor.isAsked();
    supervisor.tell([of('db-0', true), of('db-1', false)]);
    supervisor.tell([of('db-0', true), of('db-1', true)]);
    expect(await ended).toBe(0);
    expect(output()).toBe('pod/db-0 condition met\npod/db-1 condition met\n');
    await expect(wait(world, { ...options, pod: ['sts/no'] })).rejects.toEqual(
      failure(1, 'statefulsets.apps "no" not found'),
    );
  });

  test('labels and fields select, as soon as there is such a Pod; there is none: it fails at once', async () => {
    const { world, output, supervise } = await makeWorld();
    const of = (name: string, app: string): KubernetesPod => {
      const pod = podAs('Running', true, { name, uid: name });
      return { ...pod, metadata: { ...pod.metadata, labels: { app } } };
    };
    const supervisor = await supervise([of('a', 'web'), of('b', 'web'), of('c', 'db')]);
    const [selector, fieldSelector] = ['app=web', 'metadata.name!=a'];
    expect(await wait(world, { ...options, pod: [], selector, fieldSelector })).toBe(0);
    expect(output()).toBe('pod/b condition met\n');
    const gone = wait(world, { ...options, pod: [], selector, for: ['delete'] });
    await supervisor.isAsked();
    supervisor.tell([of('c', 'db')]);
    expect(await gone).toBe(0);
    await expect(wait(world, { ...options, pod: [], selector })).rejects.toEqual(
      failure(1, 'no matching resources found'),
    );
    expect(await wait(world, { ...options, pod: [], all: true })).toBe(0);
  });

  test('several conditions are met in turn: one that passes counts', async () => {
    const { world, output, supervise } = await makeWorld();
    const supervisor = await supervise([podAs('Pending', false)]);
    const ended = wait(world, { ...options, for: ['condition=Ready', 'delete', 'create'] });
    await supervisor.isAsked();
    supervisor.tell([podAs('Running', true)]);
    supervisor.tell([podAs('Pending', false, { uid: '2' })]);
    expect(await ended).toBe(0);
    expect(output()).toBe('pod/web condition met\n');
  });

  test('too long: kubectl’s words, and how it is', async () => {
    const { world, supervise } = await makeWorld();
    await supervise([podAs('Running', false)]);
    const text = 'timed out waiting for the condition on pods/web: it is Running, 0/1 ready';
    await expect(wait(world, { ...options, timeout: '100ms' })).rejects.toEqual(failure(124, text));
    await expect(wait(world, { ...options, timeout: '0' })).rejects.toEqual(failure(124, text));
  });

  test('a Pod that is not there fails at once, unless its creation is waited for', async () => {
    const { world, output, supervise } = await makeWorld();
    const supervisor = await supervise([]);
    await expect(wait(world, options)).rejects.toEqual(failure(1, 'pods "web" not found'));
    const ended = wait(world, { ...options, for: ['condition=Ready', 'create'] });
    await supervisor.isAsked();
    supervisor.tell([podAs('Running', true)]);
    expect(await ended).toBe(0);
    expect(output()).toBe('pod/web condition met\n');
  });

  test('nobody supervises: it waits for one who does, and goes on by the engine when that one ends', async () => {
    const { world, errors, supervise } = await makeWorld();
    const ready = wait(world, options);
    await vi.waitFor(() => expect(errors()).toBe('podrun: no podrun supervises project shop; waiting for one\n'));
    const supervisor = await supervise([podAs('Running', true)]);
    expect(await ready).toBe(0);
    const gone = wait(world, { ...options, for: ['delete'] });
    await supervisor.isAsked();
    await supervisor.end();
    expect(await gone).toBe(0);
  });

  test('a Pod that has Failed for good ends it at once; the others are waited for', async () => {
    const { world, output, supervise } = await makeWorld();
    const supervisor = await supervise([podAs('Failed', false), podAs('Running', false, { name: 'db' })]);
    const ended = wait(world, { ...options, pod: ['web', 'db'] });
    await supervisor.isAsked();
    supervisor.tell([podAs('Failed', false), podAs('Running', true, { name: 'db' })]);
    await expect(ended).rejects.toEqual(failure(1, "pods/web: it has Failed, and can't become Ready"));
    expect(output()).toBe('pod/db condition met\n');
  });

  test('a file that is not valid ends it at once: no podrun up can come', async () => {
    const { world } = await makeWorld();
    const cwd = await makeScratch('wait-file');
    await writeFile(join(cwd, 'pods.yaml'), 'name: shop\npods: {web: {containers: {app: {imige: nginx}}}}\n');
    const place: Partial<World> = { cwd, env: {} };
    const text = 'pods/web: no podrun can start it: pods.yaml:2: pods.web.containers.app.imige: unknown field "imige"';
    await expect(wait({ ...world, ...place }, { ...options, project: undefined })).rejects.toEqual(failure(1, text));
  });

  test.each([
    [{ for: ['ready'] }, /unrecognized condition/],
    [{ timeout: '30' }, /--timeout takes a duration/],
    [{ pod: ['pods'] }, /names of Pods/],
    [{ selector: 'app=web' }, /name cannot be provided when a selector is specified/],
    [{ pod: [], selector: 'app in' }, /unable to parse requirement: found '' expected/],
    [{ pod: [], fieldSelector: 'spec.x=y' }, /field label not supported: spec.x;/],
  ])('%o is a mistake', async (over, message) => {
    const { world } = await makeWorld();
    await expect(wait(world, { ...options, ...over })).rejects.toMatchObject({
      code: 2,
      message: expect.stringMatching(message) as string,
    });
  });
});
