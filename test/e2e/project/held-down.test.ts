/** `down POD` and `up POD`: beside a podrun that supervises, through its death, and without one. */
import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { footprint, idle, killHard, listPods, onHost, readPod, shell, startUp } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { isReady } from '../support/status.ts';

const pods = (env: Readonly<Record<string, unknown>> = {}) =>
  onHost({
    db: { containers: { app: shell(idle) } },
    web: { dependsOn: ['db'], containers: { app: shell(idle, env) } },
  });

test('a Pod that is taken down by name stays down until it is brought back or edited', async () => {
  const project = await makeProject({ 'pods.yaml': pods() });
  const up = await startUp(project);
  const others = async () => (await footprint(project.engine)).filter((line) => !line.includes('.web.'));
  const before = await others();
  const gate = { type: 'PodScheduled', status: 'False', reason: 'HeldDown' };

  const down = await project.run('down', 'web');

  expect(down, down.stderr).toMatchObject({ code: 0 });
  expect(down.stderr).toContain('podrun: web is down; podrun up web brings it back');
  expect((await readPod(project, 'web')).status).toMatchObject({ phase: 'Pending', conditions: [gate] });
  expect(await others(), 'nothing else is touched').toEqual(before);
  expect((await project.run('down', 'nosuch')).code).toBe(1);

  await killHard(up);
  expect((await project.run('ps')).stderr).toContain('held down: web');
  const next = await startUp(project);
  expect(next.output).toContain('held down: web (podrun up web brings it back)');
  expect((await readPod(project, 'web')).status).toMatchObject({ conditions: [gate] });

  const back = await project.run('up', 'web');
  expect(back, back.stderr).toMatchObject({ code: 0 });
  expect(isReady(await readPod(project, 'web'))).toBe(true);

  expect((await project.run('down', 'web', '--now')).code).toBe(0);
  await project.write({ 'pods.yaml': pods({ env: { EDITED: 'yes' } }) });
  await podWhen(project, 'web', isReady);
  expect(await others()).toEqual(before);

  await killHard(next);
  const alone = await project.run('down', 'web');
  expect(alone, alone.stderr).toMatchObject({ code: 0 });
  expect((await listPods(project)).map(({ metadata }) => metadata?.name)).toEqual(['db']);
  expect(await others()).toEqual(before);
});
