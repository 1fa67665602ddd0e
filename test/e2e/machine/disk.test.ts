import type { Pod } from 'kubernetes-types/core/v1.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PrivateEngine } from '../../engine/private-engine.mjs';
import { makeProject } from '../support/harness.ts';
import { idle, onHost, readPod, readyLine, shell, soonMs, startUp } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { isReady } from '../support/status.ts';

const pods = (value: string) =>
  onHost({ web: { terminationGracePeriodSeconds: 2, containers: { app: shell(idle, { env: { VALUE: value } }) } } });

describe('a data root that is full', () => {
  const engine = new PrivateEngine({ diskMb: 64 });
  beforeAll(() => engine.start());
  afterAll(() => engine.remove());

  test('is told in the engine’s words, tried again with back-off, and healed when there is room', async () => {
    const project = await makeProject({ 'pods.yaml': pods('a') }, { host: engine.host });
    engine.fillDisk();

    const up = project.start('up');
    await up.waitFor(/failed: .*no space left on device.*; trying again in 1s$/);
    await up.waitFor(/failed as before, 2 times; trying again in 2s$/);
    const ps = await project.run('ps', '-o', 'json');
    expect(ps.code).toBe(0);
    engine.freeDisk();
    await up.waitFor(readyLine, soonMs);

    expect((await project.run('down')).code).toBe(0);
  });

  test('leaves what runs alone until a start is possible', async () => {
    const project = await makeProject({ 'pods.yaml': pods('a') }, { host: engine.host });
    const up = await startUp(project);
    engine.fillDisk();

    await project.engine.kill((await project.engine.container('web', 'app')).Id);
    await up.waitFor(/failed: .*no space left on device/);
    const waiting = (pod: Pod) => pod.status?.containerStatuses?.[0]?.state?.waiting;
    const pod = await podWhen(project, 'web', (each) =>
      /^(CreateContainerError|RunContainerError)$/.test(waiting(each)?.reason ?? ''),
    );
    expect(waiting(pod)?.message).toMatch(/no space left on device/);
    engine.freeDisk();
    await up.waitFor(/^web: creating container app/, soonMs);
    await podWhen(project, 'web', isReady);
  });
});

describe('a data root that turns read-only', () => {
  const engine = new PrivateEngine({ diskMb: 64 });
  beforeAll(() => engine.start());
  afterAll(() => engine.remove());

  test('is told in the engine’s words, what runs goes on, and all is healed when it is mended', async () => {
    const project = await makeProject(
      { 'pods.yaml': onHost({ web: { containers: { app: shell(idle), other: shell(idle) } } }) },
      { host: engine.host },
    );
    const up = await startUp(project);

    engine.breakDisk();
    await project.engine.kill((await project.engine.container('web', 'app')).Id).catch(() => undefined);
    await up.waitFor(/failed: .*read-only file system.*; trying again in \d+s/, soonMs);
    expect((await project.engine.container('web', 'other')).State.Running).toBe(true);
    const readies = async () =>
      (await readPod(project, 'web')).status?.containerStatuses?.map(({ name, ready }) => `${name} ${ready}`).join();
    expect(await readies()).toBe('app false,other true');
    await engine.mendDisk();
    await podWhen(project, 'web', isReady);

    expect((await project.run('down')).code).toBe(0);
  });
});
