import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { tagImage } from '../support/foreign.ts';
import { makeProject, type Project } from '../support/harness.ts';
import { eventually, idle, killHard, nameOf, onHost, onePod, readPod, shell } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { hasRestarts, isPhase, statusOf } from '../support/status.ts';

const endedLine = /^web\/app: ended with exit code 1 after \S+$/;

test.concurrent(
  'restartPolicy decides on exit codes 0 and 1; a command that does not exist is ContainerCannotRun',
  async ({ onTestFinished: whenFinished }) => {
    const exits = (restartPolicy: string) => ({
      restartPolicy,
      containers: { one: shell('exit 1'), zero: shell('exit 0') },
    });
    const none = { containers: { app: shell(idle, { command: ['no-such-command'] }) } };
    const pods = { always: exits('Always'), 'on-failure': exits('OnFailure'), never: exits('Never'), none };
    const project = await makeProject({ 'pods.yaml': onHost(pods) }, { whenFinished });

    const up = project.start('up');

    await up.waitFor(/^none\/app: starting container app failed: .*"no-such-command".*not found.*$/);
    const wanted = [
      ['always', 'one', 'CrashLoopBackOff 1'],
      ['always', 'zero', 'CrashLoopBackOff 1'],
      ['on-failure', 'one', 'CrashLoopBackOff 1'],
      ['on-failure', 'zero', 'Completed 0'],
      ['never', 'one', 'Error 0'],
      ['never', 'zero', 'Completed 0'],
      ['none', 'app', 'CrashLoopBackOff 1'],
    ] as const;
    // Each at a moment of its own: a back-off has its end.
    const found = await Promise.all(
      wanted.map(([pod, container, is]) => podWhen(project, pod, (now) => stateOf(now, container) === is)),
    );
    await podWhen(project, 'never', isPhase('Failed'));
    await podWhen(project, 'on-failure', isPhase('Running'));
    const status = statusOf(found.at(-1) ?? {}, 'app');
    expect(status.lastState?.terminated).toMatchObject({ exitCode: 127, reason: 'ContainerCannotRun' });
    expect(status.lastState?.terminated?.message).toMatch(/"no-such-command": executable file not found/);
    expect(up.output).not.toMatch(/trying again/);
  },
);

describe.concurrent('a crash loop', () => {
  test('restarts at once, then after 10 s, and a killed podrun without its state folder knows it', async ({
    onTestFinished: whenFinished,
  }) => {
    const project = await makeProject({ 'pods.yaml': onePod(shell('echo attempt; exit 1')) }, { whenFinished });
    const first = project.start('up');
    await first.waitFor(endedLine);
    await first.waitFor(endedLine);

    await killHard(first);
    await rm(stateFolder(project), { recursive: true });
    const before = statusOf(await readPod(project, 'web'), 'app');
    const uid = (await readPod(project, 'web')).metadata?.uid ?? '';
    const [dead] = await project.engine.containers().then((all) => all.filter((one) => nameOf(one).includes('.app.')));
    const ended = await project.engine.inspect(dead?.Id ?? '');
    expect(ended.Config.Labels['dev.podrun.backoff-seconds'], 'the first restart waits for nothing').toBe('10');
    const second = project.start('up');
    await second.waitFor(endedLine);

    expect(before).toMatchObject({
      restartCount: 1,
      ready: false,
      state: {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: `back-off 10s restarting failed container=app pod=web_default(${uid})`,
        },
      },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    const after = statusOf(await readPod(project, 'web'), 'app');
    expect(after).toMatchObject({
      restartCount: 2,
      state: { waiting: { message: expect.stringContaining('back-off 20s') as string } },
    });
    const waitedMs = Date.parse(after.lastState?.terminated?.startedAt ?? '') - Date.parse(ended.State.FinishedAt);
    expect(waitedMs).toBeGreaterThan(9_000);
    expect(waitedMs).toBeLessThan(19_000);
    expect((await project.run('ps', '--no-headers')).stdout).toMatch(
      /^web +0\/1 +CrashLoopBackOff +2 \(\d+s ago\) +\d+s\n$/,
    );
  });

  test('keeps only the last dead instance, delays no other container, and an edit ends its wait', async ({
    onTestFinished: whenFinished,
  }) => {
    const pods = (image: string) =>
      onHost({ web: { containers: { app: shell('exit 1', { image }), other: shell(idle) } } });
    const project = await makeProject({ 'pods.yaml': pods('busybox') }, { whenFinished });
    const up = project.start('up');
    await up.waitFor(endedLine);
    await up.waitFor(endedLine);
    const names = async () =>
      (await project.engine.containers()).map((one) => nameOf(one).replace(/\.[0-9a-f]{8}\./, '.UID.')).toSorted();
    const wanted = (app: number, other: number) =>
      ['web.UID.0', `web.app.UID.${app}`, `web.other.UID.${other}`].map((name) => `${project.name}.${name}`);
    await eventually('one dead instance is left', async () => (await names()).join() === wanted(1, 0).join());

    await podWhen(project, 'web', (pod) => statusOf(pod, 'other').ready);

    await project.engine.kill((await project.engine.container('web', 'other')).Id);
    // While the first one waits.
    const pod = await podWhen(project, 'web', hasRestarts('other', 1), 9_000);
    expect(statusOf(pod, 'app').restartCount).toBe(1);
    const image = await tagImage('busybox', `${project.name}-edited`, 'latest', whenFinished);
    await project.write({ 'pods.yaml': pods(image) });
    await up.waitFor(/^web: creating container app: containers\.app\.image: busybox -> \S+-edited:latest$/);
    await up.waitFor(endedLine);
    await up.waitFor(endedLine);

    const { restartCount, state } = statusOf(await readPod(project, 'web'), 'app');
    expect(restartCount, 'the count goes on').toBe(3);
    expect(state?.waiting?.message, 'the back-off is fresh').toMatch(/^back-off 10s /);
  });
});

const stateFolder = (project: Project): string => join(dirname(project.folder), 'state', 'podrun');

function stateOf(pod: Pod, container: string): string {
  const { state, restartCount } = statusOf(pod, container);
  return `${state?.waiting?.reason ?? state?.terminated?.reason ?? 'running'} ${restartCount}`;
}
