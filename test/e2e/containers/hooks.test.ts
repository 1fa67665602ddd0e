/** Hooks, and how a Pod ends (docs/pod-lifecycle.md#hooks, docs/pod-lifecycle.md#termination). */
import type { Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { allowance, idle, readPod, shell, shortForm, startUp } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { statusOf } from '../support/status.ts';

const exec = (script: string) => ({ exec: { command: ['sh', '-c', script] } });
const seconds = (from: string | undefined, to: string | undefined): number =>
  (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;

describe.concurrent('postStart', () => {
  test('holds up the next container until it is done', async ({ onTestFinished: whenFinished }) => {
    const containers = { slow: shell(idle, { lifecycle: { postStart: exec('sleep 2') } }), next: shell(idle) };
    const project = await makeProject({ 'pods.yaml': shortForm({ web: { containers } }) }, { whenFinished });
    await startUp(project);

    const [next, slow] = (await readPod(project, 'web')).status?.containerStatuses ?? [];
    expect(seconds(slow?.state?.running?.startedAt, next?.state?.running?.startedAt)).toBeGreaterThanOrEqual(1.9);
  });

  test('that fails ends the container, which is restarted by policy', async ({ onTestFinished: whenFinished }) => {
    const app = shell(idle, { lifecycle: { postStart: exec('exit 1') } });
    const project = await makeProject({ 'pods.yaml': shortForm({ web: { containers: { app } } }) }, { whenFinished });
    project.start('up');
    // Each try ends so; the second one waits for its back-off.
    const isBackedOff = (pod: Pod) =>
      statusOf(pod, 'app').restartCount === 1 && statusOf(pod, 'app').state?.waiting?.reason === 'PostStartHookError';
    await podWhen(project, 'web', isBackedOff);

    expect((await project.run('events')).stdout).toMatch(/Warning +FailedPostStartHook +pod\/web/);
  });
});

describe.concurrent('preStop', () => {
  test('comes before TERM, and its time is taken from the grace', async ({ onTestFinished: whenFinished }) => {
    const script = "trap 'echo TERM; exit 0' TERM; while :; do sleep 3600 & wait $!; done";
    const app = shell(script, { lifecycle: { preStop: exec('echo preStop > /proc/1/fd/1; sleep 1') } });
    const project = await makeProject({ 'pods.yaml': shortForm({ web: { containers: { app } } }) }, { whenFinished });
    const up = await startUp(project);

    expect((await project.run('down')).code).toBe(0);

    const said = (await up.waitEnd()).stdout.split('\n').flatMap((line) => /\| (.+)$/.exec(line)?.[1] ?? []);
    expect(said).toEqual(['preStop', 'TERM']);
  });

  test('that takes longer than the grace is given up, and two seconds are granted to TERM', async ({
    onTestFinished: whenFinished,
  }) => {
    const app = shell("trap '' TERM; while :; do sleep 1; done", { lifecycle: { preStop: exec('sleep 60') } });
    const project = await makeProject(
      {
        'pods.yaml': shortForm({ web: { terminationGracePeriodSeconds: 3, containers: { app } } }),
      },
      { whenFinished },
    );
    await startUp(project);
    const began = performance.now();

    expect((await project.run('down')).code).toBe(0);

    const took = (performance.now() - began) / 1000;
    expect(took).toBeGreaterThanOrEqual(5);
    expect(took).toBeLessThan(5 + allowance);
  });

  test('does not run when the container ends by itself', async ({ onTestFinished: whenFinished }) => {
    const app = shell('sleep 1', { lifecycle: { preStop: exec('echo preStop > /proc/1/fd/1') } });
    const file = shortForm({ job: { restartPolicy: 'Never', containers: { app } } });
    const project = await makeProject({ 'pods.yaml': file }, { whenFinished });

    expect((await project.run('up')).stdout).not.toContain('preStop');
  });

  test('and the grace survive podrun’s death in the middle of a deletion', async ({ onTestFinished: whenFinished }) => {
    const script = "trap 'echo TERM > /data/said; exit 0' TERM; while :; do sleep 3600 & wait $!; done";
    const app = shell(script, {
      volumeMounts: ['data:/data'],
      lifecycle: { preStop: exec('echo preStop >> /data/hooks; sleep 2') },
    });
    const project = await makeProject(
      {
        'pods.yaml': shortForm({ web: { containers: { app } } }, { volumes: { data: {} } }),
      },
      { whenFinished },
    );
    const up = await startUp(project);
    up.signal('SIGINT');
    await up.waitFor(/^web: Terminating$/);
    up.signal('SIGKILL');
    await up.ended;

    expect((await project.run('down')).code).toBe(0);

    const reader = shell('cat /data/said', { volumeMounts: ['data:/data'] });
    await project.write({
      'pods.yaml': shortForm({ reader: { restartPolicy: 'Never', containers: { reader } } }, { volumes: { data: {} } }),
    });
    expect((await project.run('up')).stdout).toMatch(/\| TERM$/m);
  });
});

test.concurrent(
  'activeDeadlineSeconds ends the Pod: Failed, DeadlineExceeded, not restarted',
  async ({ onTestFinished: whenFinished }) => {
    const project = await makeProject(
      {
        // Long enough for a busy engine to have started it.
        'pods.yaml': shortForm({ web: { activeDeadlineSeconds: 10, containers: { app: shell(idle) } } }),
      },
      { whenFinished },
    );

    const { code } = await project.run('up');

    expect(code).toBe(1);
    const { status } = await readPod(project, 'web');
    expect(status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
    expect(status?.containerStatuses?.[0]?.restartCount).toBe(0);
    // kubectl's printer lets the container's own reason win.
    expect((await project.run('ps')).stdout).toMatch(/^web +0\/1 +Completed +0 /m);
  },
);
