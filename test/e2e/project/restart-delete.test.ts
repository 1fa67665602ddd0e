/** What `podrun restart` and `podrun delete` do to Pods that are supervised. */
import { describe, expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { footprint, idle, killHard, onHost, readPod, shell, startUp } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { isPhase, isReady, statusOf } from '../support/status.ts';

const standing = {
  web: { initContainers: { setup: shell('true') }, containers: { app: shell(idle), side: shell(idle) } },
  db: { containers: { store: shell(idle) } },
};
const pods = onHost({
  ...standing,
  job: { restartPolicy: 'Never', containers: { once: shell('exit 0') } },
});

describe.concurrent('restart', () => {
  test('restarts one container, all of a Pod, and runs a finished Pod again; the others are left alone', async ({
    onTestFinished: whenFinished,
  }) => {
    const project = await makeProject({ 'pods.yaml': pods }, { whenFinished });
    const up = await startUp(project);
    await podWhen(project, 'job', isPhase('Succeeded'));
    const before = await footprint(project.engine);
    const job = await readPod(project, 'job');

    const one = await project.run('restart', 'web', '-c', 'app');
    const afterOne = await readPod(project, 'web');
    const all = await project.run('restart', 'pod/web', 'job');

    expect(one).toMatchObject({ code: 0, stdout: 'pod/web container app restarted\n', stderr: '' });
    expect([statusOf(afterOne, 'app').restartCount, statusOf(afterOne, 'side').restartCount]).toEqual([1, 0]);
    expect(all).toMatchObject({ code: 0, stdout: 'pod/job restarted\npod/web restarted\n' });
    const web = await podWhen(project, 'web', isReady);
    expect(['app', 'side', 'setup'].map((name) => statusOf(web, name).restartCount)).toEqual([2, 1, 0]);
    const again = await podWhen(project, 'job', isPhase('Succeeded'));
    expect(again.metadata?.uid).not.toBe(job.metadata?.uid);
    const keeps = (line: string) => /\.(db\..*|web\.setup\..*|web\.[0-9a-f]{8}\.0) /.test(line);
    const after = await footprint(project.engine);
    expect(after.filter(keeps)).toEqual(before.filter(keeps));
    expect(up.output).toMatch(/^web: stopping container app \(SIGTERM\): a restart was asked for$/m);
  });

  test('says what cannot be restarted, and changes nothing', async ({ onTestFinished: whenFinished }) => {
    const project = await makeProject({ 'pods.yaml': onHost(standing) }, { whenFinished });
    const up = await startUp(project);
    const before = await footprint(project.engine);

    const refused = [
      await project.run('restart'),
      await project.run('restart', 'web', 'nope'),
      await project.run('restart', 'web', '-c', 'setup'),
      await project.run('delete', 'web', '--grace-period=0'),
      await project.run('delete', 'nope'),
    ];
    await killHard(up);
    const alone = await project.run('restart', 'web');

    expect(refused.map(({ code, stderr }) => [code, stderr])).toEqual([
      [2, 'podrun: restart takes the names of Pods, or -l\n'],
      [1, 'podrun: pods "nope" not found\n'],
      [1, 'podrun: pod/web has no container setup to restart; it has app, side\n'],
      [2, expect.stringContaining('add --force') as string],
      [1, 'podrun: pods "nope" not found\n'],
    ]);
    expect([alone.code, alone.stderr]).toEqual([
      1,
      `podrun: no podrun supervises project ${project.name}; this needs a running podrun up\n`,
    ]);
    expect(await footprint(project.engine)).toEqual(before);
  });
});

describe.concurrent('delete', () => {
  test('ends the Pod, with the grace that it is given, and the supervisor makes it anew', async ({
    onTestFinished: whenFinished,
  }) => {
    const deaf = shell("trap '' TERM; while :; do sleep 1; done");
    const project = await makeProject(
      { 'pods.yaml': onHost({ web: { containers: { app: deaf } } }) },
      { whenFinished },
    );
    const up = await startUp(project);
    const before = await readPod(project, 'web');

    const deleted = await project.run('delete', 'pod', 'web', '--now');

    expect(deleted).toMatchObject({ code: 0, stdout: 'pod "web" deleted\n', stderr: '' });
    const after = await podWhen(project, 'web', isReady);
    expect(after.metadata?.uid).not.toBe(before.metadata?.uid);
    expect(statusOf(after, 'app').restartCount).toBe(0);
    // A grace of 1 s is 2 s between TERM and KILL (docs/pod-lifecycle.md#termination).
    await up.waitFor(/^web: killing container app: its grace of 2s is over$/m);
    expect((await project.run('delete', 'web', '--force', '--no-wait')).stdout).toBe('pod "web" force deleted\n');
  });
});
