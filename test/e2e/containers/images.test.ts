import type { Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { tagImage } from '../support/foreign.ts';
import { findFreePort, makeProject } from '../support/harness.ts';
import { idle, onHost, onePod, readPod, readyLine, shell, soonMs } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { statusOf } from '../support/status.ts';

describe('an image', () => {
  test('that cannot be pulled: ErrImagePull, ImagePullBackOff, and found when a hand brings it', async () => {
    const image = `127.0.0.1:${await findFreePort()}/none:1`;
    const project = await makeProject({
      'pods.yaml': onHost({ web: { containers: { app: shell(idle, { image }), other: shell(idle) } } }),
    });

    const up = project.start('up');
    await up.waitFor(/^web\/app: pulling image 127\S+ failed: .*refused.*; trying again in 10s$/);
    const isBackedOff = (pod: Pod) =>
      statusOf(pod, 'app').state?.waiting?.reason === 'ImagePullBackOff' && statusOf(pod, 'other').ready;
    expect((await waiting(project, 'app'))?.reason).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
    const { status } = await podWhen(project, 'web', isBackedOff);
    expect(status?.phase).toBe('Pending');
    expect(
      status?.containerStatuses?.map(({ name, ready, restartCount }) => `${name} ${ready} ${restartCount}`),
    ).toEqual(['app false 0', 'other true 0']);
    expect((await waiting(project, 'app'))?.message).toMatch(
      new RegExp(`^Back-off pulling image "${image}": ErrImagePull: .*refused`),
    );
    await tagImage('busybox', image.replace(/:1$/, ''), '1');
    await up.waitFor(readyLine, soonMs);
  });

  test('that is not there with imagePullPolicy Never: ErrImageNeverPull, until it is', async () => {
    const project = await makeProject({});
    const image = `${project.name}-own:latest`;
    await project.write({ 'pods.yaml': onePod({ image, imagePullPolicy: 'Never' }) });

    const up = project.start('up');
    await up.waitFor(/^web: ErrImageNeverPull/);
    const message = `Container image "${image}" is not present with pull policy of Never`;
    await podWhen(project, 'web', (pod) => statusOf(pod, 'app').state?.waiting?.message === message);
    await tagImage('busybox', `${project.name}-own`);
    await up.waitFor(readyLine, soonMs);
  });
});

async function waiting(project: Parameters<typeof readPod>[0], container: string) {
  const { status } = await readPod(project, 'web');
  return status?.containerStatuses?.find(({ name }) => name === container)?.state?.waiting;
}
