/** Scenarios that wait for the clock most of the time, beside one another: a minute's beginning, and forty seconds of silence. */
import type { Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { PrivateEngine } from '../../engine/private-engine.mjs';
import { makeProject, type Project } from '../support/harness.ts';
import { idle, killHard, listPods, onHost, readyLine, shell, startUp } from '../support/look.ts';
import { podWhen, podsWhen } from '../support/pod-watch.ts';
import { isReady } from '../support/status.ts';

const cronJob = (image: string): string => `---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "* * * * *"
  timeZone: Etc/UTC
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        metadata: {labels: {tier: back}}
        spec:
          restartPolicy: Never
          containers:
          - {name: app, image: ${image}, imagePullPolicy: IfNotPresent, command: [sh, -c, 'echo hello; date +%s']}
`;
const file = (image = 'busybox'): string =>
  `${onHost({ web: { containers: { app: shell(idle) } } })}\n${cronJob(image)}`;

const twoPods = onHost({
  web: { containers: { app: shell(idle), side: shell(idle) } },
  job: { restartPolicy: 'Never', containers: { once: shell('exit 0') } },
});

describe.concurrent('by the clock', () => {
  test('a CronJob’s Job begins at its minute, and outlives podrun and an edit', async ({
    onTestFinished: whenFinished,
  }) => {
    const project = await makeProject({ 'pods.yaml': file() }, { whenFinished });
    const beginAtMs = Date.now();
    const up = project.start('up');
    const [, name = ''] = await up.waitFor(/^(report-\d+-[a-z0-9]+): finished, Succeeded/, 90_000);
    await podWhen(project, 'web', isReady);

    const [, minutes = '', hash = ''] = /^report-(\d+)-([bcdfghjklmnpqrstvwxz2456789]{5})$/.exec(name) ?? [];
    expect(hash).not.toBe('');
    // Started within the last second of a minute, podrun may see the first one only after the next.
    const nextMinute = Math.floor(beginAtMs / 60_000) + 1;
    expect([nextMinute, nextMinute + 1]).toContain(Number(minutes));
    const job = `report-${minutes}`;
    const { stdout } = await project.run('logs', name);
    const [hello, seconds] = stdout.split('\n');
    expect(hello).toBe('hello');
    expect(Math.floor(Number(seconds) / 60)).toBe(Number(minutes));
    const [pod] = (await listPods(project)).filter(({ metadata }) => metadata?.name === name);
    expect(pod).toMatchObject({
      metadata: {
        labels: { tier: 'back', 'batch.kubernetes.io/job-name': job, 'job-name': job },
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: job, controller: true }],
      },
      status: { phase: 'Succeeded' },
    });
    expect((await project.run('ps', name)).stdout).toMatch(/^NAME .*\nreport-\d+-\w{5} +0\/1 +Completed +0 /);
    expect((await project.run('describe', name)).stdout).toMatch(new RegExp(`^Controlled By: +Job/${job}$`, 'm'));

    // Whoever comes later finds the Job by its Pod, and leaves it as it was.
    await killHard(up);
    expect((await listPods(project)).map(({ metadata }) => metadata?.name)).toContain(name);
    await project.write({ 'pods.yaml': file('busybox:latest') });
    const plan = await project.run('diff');
    const records = /^project\n {2}~ write the record of report\n.*\n {2}- remove an old record of report\n.*\n$/;
    expect(plan.stdout, plan.stderr).toMatch(records);
    await project.run('down');
    expect(await project.engine.containers()).toEqual([]);
  }, 120_000);

  test('an engine that is silent for 40 s makes Pods that run Unknown, never Failed; without a podrun ps ends with 3', async ({
    onTestFinished: whenFinished,
  }) => {
    const engine = new PrivateEngine();
    whenFinished(() => engine.remove());
    await engine.start();
    const project = await makeProject({ 'pods.yaml': twoPods }, { host: engine.host, whenFinished });
    const up = await startUp(project);
    await podWhen(project, 'web', isReady);

    await engine.stopDaemon('SIGTERM');
    const goneMs = performance.now();
    await up.waitFor(/^podrun: the engine does not answer/);
    expect((await phases(project)).join()).not.toContain('Unknown');
    const pods = await podsWhen(
      project,
      (all) => phasesOf(all).join() === 'job Succeeded ,web Unknown NodeLost',
      50_000,
    );
    expect(performance.now() - goneMs).toBeGreaterThan(38_000);
    const web = pods.find(({ metadata }) => metadata?.name === 'web');
    expect(web?.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'Unknown',
      reason: 'NodeLost',
    });
    up.signal('SIGKILL');
    await up.ended;
    const alone = await project.run('ps');

    expect(alone.code).toBe(3);
    expect(alone.stderr).toContain('no container engine answers');
    await engine.startDaemon();
    const next = project.start('up');
    await next.waitFor(readyLine);
    expect((await phases(project)).join()).toBe('job Succeeded ,web Running ');
  });
});

const phases = async (project: Project) => phasesOf(await listPods(project));

const phasesOf = (pods: readonly Pod[]): readonly string[] =>
  pods.map(({ metadata, status }) => `${metadata?.name} ${status?.phase} ${status?.reason ?? ''}`).toSorted();
