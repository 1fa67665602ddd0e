import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { makeProject, type Project } from '../support/harness.ts';
import {
  allowance,
  eventually,
  footprint,
  idle,
  killHard,
  listPods,
  nameOf,
  onHost,
  onePod,
  readyLine,
  shell,
  startUp,
} from '../support/look.ts';
import { shareUp } from '../support/shared-up.ts';

const deaf = "trap '' TERM; while :; do sleep 1; done";
/** It is given its time on a busy machine. */
const probed = { readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1, timeoutSeconds: 10 } };
const pods = (value: string) =>
  onHost({
    web: {
      terminationGracePeriodSeconds: 3,
      containers: {
        app: shell(idle, { ...probed, env: { VALUE: value }, volumeMounts: ['scratch:/scratch'] }),
        side: shell(idle),
      },
      volumes: { scratch: {} },
    },
    db: { containers: { store: shell(idle, probed) } },
  });

describe('a killed up', () => {
  const shared = shareUp(() => ({ 'pods.yaml': pods('a') }));

  test('is followed at once by one that touches nothing healthy, even without the state folder', async () => {
    const { project } = shared;
    await killHard(shared.up);
    await rm(join(dirname(project.folder), 'state', 'podrun'), { recursive: true });
    const before = await footprint(project.engine);

    const beganMs = performance.now();
    const next = project.start('up');
    await next.waitFor(readyLine);
    const tookMs = performance.now() - beganMs;

    expect(await footprint(project.engine)).toEqual(before);
    expect(tookMs, 'a stale lock is not waited for').toBeLessThan(1_000 * allowance);
    await killHard(next);
  });

  test('in the middle of an edit is followed by one that finishes the edit', { timeout: 100_000 }, async () => {
    const { project } = shared;
    const store = await project.engine.container('db', 'store');

    for (const [index, delayMs] of [41, 151, 257].entries()) {
      const up = project.start('up');
      await up.waitFor(readyLine);
      await project.write({ 'pods.yaml': pods(String(index + 1)) });
      await up.waitFor(/^podrun: the file was edited$/);
      await pause(delayMs);
      await killHard(up);
    }
    await startUp(project);

    await expectWhole(project);
    expect((await project.engine.container('web', 'app')).Config.Env).toContain('VALUE=3');
    expect(await project.engine.container('db', 'store')).toMatchObject({
      Id: store.Id,
      State: { StartedAt: store.State.StartedAt },
    });
  });

  // Primes, so that the moments differ from one another in what they fall into.
  test('at whatever moment of the start leaves nothing double and nothing behind', { timeout: 100_000 }, async () => {
    const project = await makeProject({ 'pods.yaml': pods('a') });

    for (const delayMs of [211, 307, 401, 503, 613, 829, 1_009]) {
      const up = project.start('up');
      await pause(delayMs);
      await killHard(up);
    }
    await startUp(project);

    await expectWhole(project);
  });
});

describe.concurrent('a killed down', () => {
  const slow = onePod(shell(deaf), { terminationGracePeriodSeconds: 4 });

  test('is gone on with by up: the old Pod ends with its grace, then a new one starts', async ({ onTestFinished }) => {
    const project = await makeProject({ 'pods.yaml': slow }, { whenFinished: onTestFinished });
    await killHard(await startUp(project));
    const [old] = await listPods(project);
    const down = await startDown(project);
    // From then on the engine knows of it.
    await eventually('the record of the deletion', async () =>
      (await project.engine.volumes()).some((name) => name.includes('.record.')),
    );
    await killHard(down);
    expect((await project.run('ps', '--no-headers')).stdout).toMatch(/^web +1\/1 +Terminating/);

    const up = project.start('up');
    const beganMs = performance.now();
    await up.waitFor(/^web: deleted|^web: ContainerCreating/);
    await up.waitFor(readyLine);

    expect(performance.now() - beganMs).toBeGreaterThan(2_000);
    const now = await listPods(project);
    expect(now).toHaveLength(1);
    expect(now[0]?.metadata?.uid).not.toBe(old?.metadata?.uid);
  });

  test('is gone on with by down', async ({ onTestFinished }) => {
    const project = await makeProject({ 'pods.yaml': slow }, { whenFinished: onTestFinished });
    await killHard(await startUp(project));
    for (const delayMs of [1, 53, 211]) {
      const down = await startDown(project);
      await pause(delayMs);
      await killHard(down);
    }

    const { code, stderr } = await project.run('down');

    expect(code, stderr).toBe(0);
    expect([
      await project.engine.containers(),
      await project.engine.networks(),
      await project.engine.volumes(),
    ]).toEqual([[], [], []]);
  });
});

async function startDown(project: Project) {
  const down = project.start('down');
  await down.waitFor(/^web: Terminating/);
  return down;
}

/** Each container runs once, and there is nothing beside them but what edits leave: a dead attempt, and a record. */
async function expectWhole({ engine, name }: Project): Promise<void> {
  const uid = /\.[0-9a-f]{8}\.\d+$/;
  const live = async () =>
    (await engine.containers())
      .filter(({ State }) => State !== 'exited')
      .map((one) => nameOf(one).replace(uid, ''))
      .toSorted();
  const wanted = ['db', 'db.store', 'web', 'web.app', 'web.side'].map((part) => `${name}.${part}`);
  await eventually('each container is there once', async () => (await live()).join() === wanted.join()).catch(
    async () => expect(await live()).toEqual(wanted),
  );
  expect(await engine.networks()).toHaveLength(1);
  const all = await engine.volumes();
  const records = all.filter((volume) => volume.includes('.record.'));
  expect(records.length).toBeLessThanOrEqual(1);
  const volumes = all.filter((each) => !records.includes(each)).map((volume) => volume.replace(/\.[0-9a-f]{8}$/, ''));
  expect(volumes.toSorted()).toEqual([`${name}.db._own`, `${name}.web._own`, `${name}.web.scratch`]);
}
