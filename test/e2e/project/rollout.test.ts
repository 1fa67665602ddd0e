/** Workloads on a real engine: who begins after whom, and how an edit of a template takes the place of what runs. */
import type { Pod } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { idle, killHard, listPods, shell, startUp } from '../support/look.ts';
import { conditionOf } from '../support/status.ts';

const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 1, timeoutSeconds: 10 };

function workload(kind: string, name: string, version: string): Readonly<Record<string, unknown>> {
  const labels = { app: name };
  const image = { imagePullPolicy: 'IfNotPresent' };
  const env = [{ name: 'VERSION', value: version }];
  const containers = [{ name: 'app', ...shell(idle, { ...image, env, readinessProbe }) }];
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 5, containers } };
  return {
    ...{ apiVersion: 'apps/v1', kind, metadata: { name } },
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  };
}

const file = (version: string): string =>
  JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'List' },
    items: [workload('Deployment', 'web', version), workload('StatefulSet', 'db', version)],
  });

test('a StatefulSet begins in order, an edit rolls out one Pod at a time, and goes on over a kill -9', async () => {
  const project = await makeProject({ 'pods.yaml': file('one') });
  const up = await startUp(project);
  const before = await namesOf();
  expect(before).toEqual(['db-0', 'db-1', expect.stringMatching(/^web-/), expect.stringMatching(/^web-/)]);
  const [first, second] = await listPods(project);
  const readyAt = conditionOf(first as Pod, 'Ready')?.lastTransitionTime ?? '';
  // RFC 3339 in UTC sorts as it is.
  expect(second?.metadata?.creationTimestamp?.localeCompare(readyAt)).toBeGreaterThanOrEqual(0);

  await project.write({ 'pods.yaml': file('two') });
  await up.waitFor(/^db-1: deleting the Pod: the template of StatefulSet db changed$/);
  await killHard(up);
  const next = project.start('up');
  await next.waitFor(/^db-0: Terminating$/);
  await next.waitFor(/^podrun: all 4 Pods ready/);

  const after = await namesOf();
  expect(after.slice(0, 2)).toEqual(['db-0', 'db-1']);
  expect(after.filter((name) => before.includes(name))).toEqual(['db-0', 'db-1']);
  expect(await versions()).toEqual(['two', 'two', 'two', 'two']);
  const diff = await project.run('diff');
  expect(diff).toMatchObject({ code: 0, stdout: `project ${project.name}: nothing to do\n` });

  async function namesOf(): Promise<readonly string[]> {
    return (await listPods(project)).map(({ metadata }) => metadata?.name ?? '');
  }
  async function versions(): Promise<readonly (string | undefined)[]> {
    const pods = await listPods(project);
    return pods.map(({ spec }) => spec?.containers[0]?.env?.find(({ name }) => name === 'VERSION')?.value);
  }
});
