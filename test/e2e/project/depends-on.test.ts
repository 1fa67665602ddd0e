/** dependsOn on a real engine, with an override that comes while podrun runs. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { idle, readPod, readyLine, shell, shortForm } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { conditionOf, isPhase, isReady } from '../support/status.ts';

test('a Pod waits until another is Ready, and its replacement does not', async () => {
  const flag = {
    exec: { command: ['test', '-e', '/flags/ok'] },
    periodSeconds: 1,
    failureThreshold: 1,
    timeoutSeconds: 10,
  };
  const db = { containers: { app: shell(idle, { volumeMounts: ['./flags:/flags:ro'], readinessProbe: flag }) } };
  const web = { dependsOn: ['db'], terminationGracePeriodSeconds: 2, containers: { app: shell(idle) } };
  const project = await makeProject({ 'pods.yaml': shortForm({ db, web }), 'flags/none': '' });
  const up = project.start('up');
  await podWhen(project, 'db', isPhase('Running'));

  expect((await readPod(project, 'web')).status).toMatchObject({
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', reason: 'SchedulingGated', message: 'waiting for db to be Ready' }],
  });
  expect((await project.run('ps')).stdout).toMatch(/^web +0\/1 +SchedulingGated +0 /m);

  await project.write({ 'flags/ok': '' });
  await up.waitFor(readyLine);
  const before = await podWhen(project, 'web', isReady);

  await rm(join(project.folder, 'flags/ok'));
  await podWhen(project, 'db', (pod) => !isReady(pod));
  await project.write({ 'pods.override.yaml': 'pods: {web: {hostname: other}}' });
  const after = await podWhen(project, 'web', (pod) => pod.spec?.hostname === 'other' && isReady(pod));
  expect(after.metadata?.uid).not.toBe(before.metadata?.uid);
  expect(conditionOf(await readPod(project, 'db'), 'Ready')?.status).toBe('False');
});
