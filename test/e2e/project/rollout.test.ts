/** The examples of workloads: who begins after whom, and how an edit of a template takes the place of what runs. */
import type { Pod } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { makeExample, type Example } from '../support/example.ts';
import { killHard, listPods, startUp } from '../support/look.ts';
import { conditionOf } from '../support/status.ts';

/** The edit that each of them names. */
const editVersion = async (project: Example) =>
  project.write({ 'pods.yaml': project.files['pods.yaml']?.replace('value: one', 'value: two') ?? '' });

const versionsOf = (pods: readonly Pod[]) =>
  pods.map(({ spec }) => spec?.containers[0]?.env?.find(({ name }) => name === 'VERSION')?.value);

const namesOf = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata?.name ?? '');

async function expectSettled(project: Example): Promise<void> {
  const nothing = { code: 0, stdout: `project ${project.name}: nothing to do\n` };
  expect(await project.run('diff')).toMatchObject(nothing);
}

test(
  'rolling-update: a new Pod is ready before one of the old ends, also over a kill -9, and back again',
  { timeout: 300_000 },
  async () => {
    const project = await makeExample('rolling-update');
    const up = await startUp(project);
    const before = namesOf(await listPods(project));

    await editVersion(project);
    await up.waitFor(/^web-\w+-\w+: deleting the Pod: the template of Deployment web changed$/);
    const readies = (await listPods(project)).filter((pod) => conditionOf(pod, 'Ready')?.status === 'True');
    expect(versionsOf(readies)).toContain('two');
    await killHard(up);
    const next = project.start('up');
    await next.waitFor(/^podrun: all 3 Pods ready/);

    const after = await listPods(project);
    expect(versionsOf(after)).toEqual(['two', 'two', 'two']);
    expect(namesOf(after).filter((name) => before.includes(name))).toEqual([]);
    await expectSettled(project);

    // What is deleted is followed by a Pod of another name, and the template before is known from what ran of it.
    const [deleted = ''] = namesOf(after);
    expect(await project.run('delete', deleted)).toMatchObject({ code: 0 });
    expect(await project.run('rollout', 'status', 'deploy/web')).toMatchObject({ code: 0 });
    const followed = await staying(project);
    expect(namesOf(followed).filter((name) => namesOf(after).includes(name))).toHaveLength(2);
    expect(versionsOf(followed)).toEqual(['two', 'two', 'two']);
    const undone = { code: 0, stdout: 'deployment.apps/web rolled back\n' };
    expect(await project.run('rollout', 'undo', 'deploy/web')).toMatchObject(undone);
    expect(await project.run('rollout', 'status', 'deploy/web')).toMatchObject({ code: 0 });
    const rolledBack = await staying(project);
    expect(versionsOf(rolledBack)).toEqual(['one', 'one', 'one']);
    expect(namesOf(rolledBack).filter((name) => before.includes(name))).toEqual([]);
  },
);

/** Those that are not on their way out. */
const staying = async (project: Example): Promise<readonly Pod[]> =>
  (await listPods(project)).filter(({ metadata }) => metadata?.deletionTimestamp === undefined);

test(
  'stateful-set: begins in order, is updated from the last, and each finds its own claim again',
  { timeout: 300_000 },
  async () => {
    const project = await makeExample('stateful-set');
    const up = await startUp(project);
    const first = await listPods(project);
    expect(namesOf(first)).toEqual(['db-0', 'db-1', 'db-2']);
    for (const [ordinal, pod] of first.slice(1).entries()) {
      const readyAt = conditionOf(first[ordinal] as Pod, 'Ready')?.lastTransitionTime ?? '';
      // RFC 3339 in UTC sorts as it is.
      expect(pod.metadata?.creationTimestamp?.localeCompare(readyAt)).toBeGreaterThanOrEqual(0);
    }

    await editVersion(project);
    for (const name of ['db-2', 'db-1', 'db-0'])
      await up.waitFor(new RegExp(`^${name}: deleting the Pod: the template of StatefulSet db changed$`));
    await up.waitFor(/^podrun: reloaded: all 3 Pods ready/);

    for (const name of ['db-0', 'db-1', 'db-2'])
      expect((await project.run('exec', name, '--', 'cat', '/data/log')).stdout).toBe(
        `${name} began as version one\n${name} began as version two\n`,
      );
    await expectSettled(project);
    expect((await project.run('down')).code).toBe(0);
    expect((await project.engine.volumes()).toSorted()).toEqual(
      ['data-db-0', 'data-db-1', 'data-db-2'].map((claim) => `${project.name}_${claim}`),
    );
  },
);
