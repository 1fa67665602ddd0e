import { describe, expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { footprint, idle, listPods, onHost, sandboxStopped, shell } from '../support/look.ts';

const never = (script: string) => ({ restartPolicy: 'Never', containers: { job: shell(script) } });

describe('up without a terminal', () => {
  test('ends with 0 when every Pod has succeeded, and leaves them to be looked at', async () => {
    const project = await makeProject({ 'pods.yaml': onHost({ one: never('echo hello'), two: never('exit 0') }) });

    const { code, stdout, stderr } = await project.run('up');

    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^one\/job +\| hello$/m);
    expect(stderr).toMatch(/^podrun: every Pod has finished$/m);
    const pods = await listPods(project);
    expect(pods.map(({ metadata, status }) => `${metadata?.name} ${status?.phase}`)).toEqual([
      'one Succeeded',
      'two Succeeded',
    ]);
    expect((await project.run('logs', 'one')).stdout).toBe('hello\n');
  });

  test('ends with 1 when one has failed, once the others have ended', async () => {
    const project = await makeProject({ 'pods.yaml': onHost({ bad: never('exit 3'), slow: never('sleep 2') }) });

    const { code, stderr } = await project.run('up', '--no-watch');

    expect(code, stderr).toBe(1);
    const pods = await listPods(project);
    expect(pods.map(({ metadata, status }) => `${metadata?.name} ${status?.phase}`)).toEqual([
      'bad Failed',
      'slow Succeeded',
    ]);
    expect(pods[0]?.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
  });

  test('again is a no-op with the same answer', async () => {
    const project = await makeProject({ 'pods.yaml': onHost({ bad: never('exit 3') }) });
    expect((await project.run('up')).code).toBe(1);
    await sandboxStopped(project, 'bad');
    const before = await footprint(project.engine);

    const again = await project.run('up');

    expect(again.code, again.stderr).toBe(1);
    expect(await footprint(project.engine)).toEqual(before);
  });

  test('stays while a Pod runs, and a finished one beside it is not started again', async () => {
    const project = await makeProject({
      'pods.yaml': onHost({ job: never('exit 0'), web: { containers: { app: shell(idle) } } }),
    });

    const up = project.start('up');
    await up.waitFor(/^podrun: all 2 Pods ready/);

    const phases = (await listPods(project)).map(
      ({ metadata, status }) => `${metadata?.name} ${status?.phase} ${status?.containerStatuses?.[0]?.restartCount}`,
    );
    expect(phases).toEqual(['job Succeeded 0', 'web Running 0']);
    up.signal('SIGTERM');
    expect((await up.waitEnd()).code).toBe(143);
    expect(await project.engine.containers()).toEqual([]);
  });
});
