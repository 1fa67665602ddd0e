/** A CronJob by the machine’s own clock; what its policies and limits do is a table of the core (test/core/cron.test.ts). */
import { expect, test } from 'vitest';
import { makeProject } from './harness.ts';
import { idle, killHard, listPods, shell, shortForm } from './look.ts';

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
  `${shortForm({ web: { containers: { app: shell(idle) } } })}\n${cronJob(image)}`;

test('a CronJob’s Job begins at its minute, and outlives podrun and an edit', async () => {
  const project = await makeProject({ 'pods.yaml': file() });
  const beginAtMs = Date.now();
  const up = project.start('up');
  await up.waitFor(/^podrun: 1 Pod ready/);
  const readyAtMs = Date.now();

  const [, name = ''] = await up.waitFor(/^(report-\d+-[a-z0-9]+): finished, Succeeded/, 75_000);

  const [, minutes = '', hash = ''] = /^report-(\d+)-([bcdfghjklmnpqrstvwxz2456789]{5})$/.exec(name) ?? [];
  expect(hash).not.toBe('');
  const nextMinutes = [beginAtMs, readyAtMs].map((ms) => Math.floor(ms / 60_000) + 1);
  expect(nextMinutes).toContain(Number(minutes));
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
  expect(plan.stdout, plan.stderr).toMatch(/nothing to do/);
  await project.run('down');
  expect(await project.engine.containers()).toEqual([]);
}, 120_000);
