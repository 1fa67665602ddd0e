import type { Pod } from 'kubernetes-types/core/v1.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PrivateEngine } from '../engine/private-engine.mjs';
import { makeProject, type Project } from './harness.ts';
import { idle, listPods, readyLine, shell, shortForm, startUp } from './look.ts';
import { podWhen, podsWhen } from './pod-watch.ts';
import { isReady } from './status.ts';

const silentLine = /^podrun: the engine does not answer \(.*\): it is asked again every second$/;
const twoPods = shortForm({
  web: { containers: { app: shell(idle), side: shell(idle) } },
  job: { restartPolicy: 'Never', containers: { once: shell('exit 0') } },
});

describe('an engine that', () => {
  const engine = new PrivateEngine();
  beforeAll(() => engine.start());
  afterAll(() => engine.remove());

  test('is silent for 40 s makes its Pods Unknown, never Failed; without a podrun ps ends with 3', async () => {
    const project = await makeProject({ 'pods.yaml': twoPods }, { host: engine.host });
    const up = await startUp(project);
    await podWhen(project, 'web', isReady);

    await engine.stopDaemon('SIGTERM');
    const goneMs = performance.now();
    await up.waitFor(silentLine, 5_000);
    expect((await phases(project)).join()).not.toContain('Unknown');
    const pods = await podsWhen(
      project,
      (all) => phasesOf(all).join() === 'job Unknown NodeLost,web Unknown NodeLost',
      50_000,
    );
    expect(performance.now() - goneMs).toBeGreaterThan(38_000);
    const web = pods.find(({ metadata }) => metadata?.name === 'web');
    expect(web?.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'Unknown',
      reason: 'NodeLost',
    });
    up.signal('SIGKILL');
    await up.ended;
    const alone = await project.run('ps');

    expect(alone.code).toBe(3);
    expect(alone.stderr).toContain('no container engine answers');
    await engine.startDaemon();
    const next = project.start('up');
    await next.waitFor(readyLine, 15_000);
    expect((await phases(project)).join()).toBe('job Succeeded ,web Running ');
  });

  test('is away when the grace begins is waited for', async () => {
    const project = await makeProject({ 'pods.yaml': twoPods }, { host: engine.host });
    const up = await startUp(project);

    await engine.stopDaemon('SIGKILL');
    await up.waitFor(silentLine, 5_000);
    up.signal('SIGINT');
    await up.waitFor(/^podrun: taking project/, 2_000);
    await engine.startDaemon();
    const ended = await up.waitEnd(20_000);

    expect(ended.code).toBe(130);
    expect([
      await project.engine.containers(),
      await project.engine.networks(),
      await project.engine.volumes(),
    ]).toEqual([[], [], []]);
  });
});

const phases = async (project: Project) => phasesOf(await listPods(project));

const phasesOf = (pods: readonly Pod[]): readonly string[] =>
  pods.map(({ metadata, status }) => `${metadata?.name} ${status?.phase} ${status?.reason ?? ''}`).toSorted();
