import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { tagImage } from './foreign.ts';
import { makeProject, type Project } from './harness.ts';
import { eventually, idle, killHard, listPods, nameOf, onePod, readPod, shell, shortForm } from './look.ts';

const endedLine = /^web\/app: ended with exit code 1 after \S+$/;

describe('restartPolicy', () => {
  test('Always, OnFailure and Never on exit codes 0 and 1', async () => {
    const exits = (restartPolicy: string, code: number) => ({
      restartPolicy,
      containers: { app: shell(`exit ${code}`) },
    });
    const project = await makeProject({
      'pods.yaml': shortForm({
        'always-0': exits('Always', 0),
        'always-1': exits('Always', 1),
        'on-failure-0': exits('OnFailure', 0),
        'on-failure-1': exits('OnFailure', 1),
        'never-0': exits('Never', 0),
        'never-1': exits('Never', 1),
      }),
    });

    project.start('up');

    const wanted = [
      'always-0 Running CrashLoopBackOff 1',
      'always-1 Running CrashLoopBackOff 1',
      'never-0 Succeeded Completed 0',
      'never-1 Failed Error 0',
      'on-failure-0 Succeeded Completed 0',
      'on-failure-1 Running CrashLoopBackOff 1',
    ];
    let seen: string[] = [];
    const isReached = async () => {
      seen = (await listPods(project)).map(oneLine);
      return seen.join() === wanted.join();
    };
    await eventually('each Pod is in its last state', isReached, 8_000).catch(() => expect(seen).toEqual(wanted));
  });
});

describe('a crash loop', () => {
  test('restarts at once, then after 10 s, and a killed podrun without its state folder knows it', async () => {
    const project = await makeProject({ 'pods.yaml': onePod(shell('echo attempt; exit 1')) });
    const first = project.start('up');
    await first.waitFor(endedLine);
    const beganMs = performance.now();
    await first.waitFor(endedLine);
    expect(performance.now() - beganMs, 'the first restart is immediate').toBeLessThan(3_000);

    await killHard(first);
    await rm(stateFolder(project), { recursive: true });
    const before = await statusOf(project);
    const uid = (await readPod(project, 'web')).metadata?.uid ?? '';
    const [dead] = await project.engine.containers().then((all) => all.filter((one) => nameOf(one).includes('.app.')));
    const ended = await project.engine.inspect(dead?.Id ?? '');
    const second = project.start('up');
    await second.waitFor(endedLine, 12_000);

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
    const after = await statusOf(project);
    expect(after).toMatchObject({
      restartCount: 2,
      state: { waiting: { message: expect.stringContaining('back-off 20s') as string } },
    });
    const waitedMs = Date.parse(after.lastState?.terminated?.startedAt ?? '') - Date.parse(ended.State.FinishedAt);
    expect(waitedMs).toBeGreaterThan(9_000);
    expect(waitedMs).toBeLessThan(13_000);
    expect((await project.run('ps', '--no-headers')).stdout).toMatch(
      /^web +0\/1 +CrashLoopBackOff +2 \(\d+s ago\) +\d+s\n$/,
    );
  });

  test('keeps only the last dead instance, delays no other container, and an edit ends its wait', async () => {
    const pods = (image: string) =>
      shortForm({ web: { containers: { app: shell('exit 1', { image }), other: shell(idle) } } });
    const project = await makeProject({ 'pods.yaml': pods('busybox') });
    const up = project.start('up');
    await up.waitFor(endedLine);
    await up.waitFor(endedLine);
    const names = async () =>
      (await project.engine.containers()).map((one) => nameOf(one).replace(/\.[0-9a-f]{8}\./, '.UID.')).toSorted();
    const wanted = (app: number, other: number) =>
      ['web.UID.0', `web.app.UID.${app}`, `web.other.UID.${other}`].map((name) => `${project.name}.${name}`);
    await eventually('one dead instance is left', async () => (await names()).join() === wanted(1, 0).join());

    await eventually('the other container runs', async () => (await statusOf(project, 'other')).ready, 5_000);

    await project.engine.kill((await project.engine.container('web', 'other')).Id);
    const isBack = async () => (await statusOf(project, 'other')).restartCount === 1;
    await eventually('the other container restarts while the first one waits', isBack, 5_000);
    expect((await statusOf(project)).restartCount).toBe(1);
    const image = await tagImage('busybox', `${project.name}-edited`);
    await project.write({ 'pods.yaml': pods(image) });
    await up.waitFor(/^web: creating container app: containers\.app\.image: busybox -> \S+-edited:latest$/, 5_000);
    await up.waitFor(endedLine, 5_000);
    await up.waitFor(endedLine, 5_000);

    const { restartCount, state } = await statusOf(project);
    expect(restartCount, 'the count goes on').toBe(3);
    expect(state?.waiting?.message, 'the back-off is fresh').toMatch(/^back-off 10s /);
  });
});

describe('a command that does not exist', () => {
  test('is ContainerCannotRun with the engine’s words, and restarts with back-off', async () => {
    const project = await makeProject({ 'pods.yaml': onePod({ command: ['no-such-command'] }) });

    const up = project.start('up');
    await up.waitFor(/^web\/app: starting container app failed: .*"no-such-command".*not found.*$/);
    await eventually(
      'the second try has failed as well',
      async () => {
        const { restartCount, state } = await statusOf(project);
        return restartCount === 1 && state?.waiting?.reason === 'CrashLoopBackOff';
      },
      5_000,
    );

    const status = await statusOf(project);
    expect(status.lastState?.terminated).toMatchObject({ exitCode: 127, reason: 'ContainerCannotRun' });
    expect(status.lastState?.terminated?.message).toMatch(/"no-such-command": executable file not found/);
    expect(up.output).not.toMatch(/trying again/);
  });
});

const stateFolder = (project: Project): string => join(dirname(project.folder), 'state', 'podrun');

async function statusOf(project: Project, container = 'app'): Promise<ContainerStatus> {
  const status = (await readPod(project, 'web')).status?.containerStatuses?.find(({ name }) => name === container);
  if (status === undefined) throw new Error(`there is no container ${container}`);
  return status;
}

function oneLine({ metadata, status }: Pod): string {
  const [container] = status?.containerStatuses ?? [];
  const reason = container?.state?.waiting?.reason ?? container?.state?.terminated?.reason ?? 'running';
  return `${metadata?.name} ${status?.phase} ${reason} ${container?.restartCount}`;
}
