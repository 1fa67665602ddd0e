/** `podrun scale`, `rollout` and `create job`: what is asked of the supervisor, and what is told. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../../src/cli/run-command.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { World } from '../../src/run/world.ts';
import { takeControl } from '../../src/state/control.ts';
import type { Request } from '../../src/state/control.ts';
import { projectFolder, socketPath } from '../../src/state/paths.ts';

const metadata = (name: string) => ({ name, namespace: 'default', uid: `uid of ${name}`, generation: 1 });

const deployment = (name: string, spec: object, updatedReplicas: number) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: metadata(name) },
  spec: { replicas: 2, ...spec },
  status: { observedGeneration: 1, updatedReplicas, replicas: 2, availableReplicas: updatedReplicas },
});
const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: metadata('db'), spec: { replicas: 1 } };
const cron = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: metadata('report') };
const replicaSet = (hash: string, revision: number) => ({
  ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  metadata: {
    ...{ ...metadata(`web-${hash}`), ownerReferences: [{ uid: 'uid of web' }] },
    annotations: { 'deployment.kubernetes.io/revision': String(revision) },
  },
});
const objects = (updated: number) => [
  ...[deployment('web', {}, updated), deployment('held', { paused: true }, 2), set, cron],
  ...[replicaSet('third', 3), replicaSet('first', 1), replicaSet('second', 2)],
];
const clock = { ...systemClock, nowMs: () => Date.parse('2026-01-01T00:00:00Z') };

async function run(line: string, problem?: string) {
  const stateRoot = await mkdtemp(join(tmpdir(), 'podrun-rollout-'));
  const path = socketPath(await projectFolder(stateRoot, 'engine', 'shop'));
  const owner = { project: 'shop', pid: 1, dir: '', startedAt: '' };
  const asked: Request[] = [];
  let updated = 0;
  const lock = await takeControl(path, (request) => {
    if (request.op === 'hand' || request.op === 'createJob') asked.push(request);
    if (request.op === 'objects' && request.watch) updated += 1;
    const why = request.op === 'hand' && problem !== undefined ? { problem } : {};
    return { owner, engineAnswers: true, pods: [], objects: objects(updated), ...why };
  });
  if (lock.kind === 'owned') throw new Error('owned');
  onTestFinished(() => lock.control.close());
  let [stdout, stderr] = ['', ''];
  const world = {
    ...{ env: {}, cwd: stateRoot, stateRoot, clock },
    stdout: {
      write(text: string) {
        stdout += text;
        // The supervisor tells again, as after each step.
        setImmediate(() => lock.control.publish());
        return true;
      },
    },
    stderr: { write: (text: string) => (stderr += text) !== '' },
    connect: () => Promise.resolve({ info: { id: 'engine' }, close() {} }),
  } as unknown as World;
  const code = await runCommand(['-p', 'shop', ...line.split(' ')], '0', world);
  const words = asked.map((each) => {
    if (each.op === 'createJob') return [each.cron, each.name];
    return each.op === 'hand' ? [each.object, each.change] : [];
  });
  return { code, stdout, stderr, asked: words };
}

test.each<[string, string, object]>([
  ['scale deploy/web --replicas 3', 'deployment.apps/web scaled\n', { replicas: 3 }],
  ['scale deploy web --replicas=0 --current-replicas 2', 'deployment.apps/web scaled\n', { replicas: 0 }],
  ['rollout restart deploy/web', 'deployment.apps/web restarted\n', { restartedAt: '2026-01-01T00:00:00Z' }],
  ['rollout pause deploy/web', 'deployment.apps/web paused\n', { paused: true }],
  ['rollout undo deploy/web', 'deployment.apps/web rolled back\n', { template: 'second' }],
  ['rollout undo deploy/web --to-revision 1', 'deployment.apps/web rolled back\n', { template: 'first' }],
])('%s', async (line, stdout, change) => {
  const asked = [['default/Deployment/web', change]];
  expect(await run(line)).toEqual({ code: 0, stdout, stderr: '', asked });
});

test('a set is scaled as well', async () => {
  expect((await run('scale sts/db --replicas 2')).asked).toEqual([['default/StatefulSet/db', { replicas: 2 }]]);
});

test('a Job is made of a CronJob’s template', async () => {
  const asked = [['default/CronJob/report', 'try']];
  for (const line of ['create job try --from=cronjob/report', 'create job try --from cj/report'])
    expect(await run(line)).toEqual({ code: 0, stdout: 'job.batch/try created\n', stderr: '', asked });
});

test('what is paused is resumed', async () => {
  expect((await run('rollout resume deploy/held')).asked).toEqual([['default/Deployment/held', { paused: false }]]);
});

test.each<[string, number, string]>([
  ['scale deploy/nope --replicas 1', 1, 'deployments.apps "nope" not found'],
  ['scale web --replicas 1', 2, 'scale takes KIND/NAME: podrun scale deploy/web'],
  ['scale cm/app --replicas 1', 2, 'scale is not for ConfigMaps'],
  ['scale deploy/web --replicas 1 --current-replicas 5', 1, 'Expected replicas to be 5, was 2'],
  ['rollout pause deploy/held', 1, 'deployments.apps "held" is already paused'],
  ['rollout resume deploy/web', 1, 'deployments.apps "web" is not paused'],
  [
    'rollout restart deploy/held',
    1,
    `deployments.apps "held" can't restart paused deployment (run rollout resume first)`,
  ],
  ['rollout undo deploy/web --to-revision 7', 1, 'unable to find specified revision 7 in history'],
  ['rollout undo sts/db', 1, 'no rollout history found for statefulset "db"'],
  [
    'rollout undo deploy/held',
    1,
    `you cannot rollback a paused deployment; resume it first with 'podrun rollout resume deployment/held' and try again`,
  ],
  ['rollout pause sts/db', 1, 'statefulsets.apps "db" pausing is not supported'],
  ['create job try --from=cronjob/nope', 1, 'cronjobs.batch "nope" not found'],
  ['create job try --from=deploy/web', 2, 'from must be an existing cronjob: --from=cronjob/NAME'],
  ['create job try --from=report', 2, 'from must be an existing cronjob: --from=cronjob/NAME'],
  ['rollout status deploy', 2, 'rollout status takes KIND/NAME: podrun rollout status deploy/web'],
])('%s is refused', async (line, code, why) => {
  expect(await run(line)).toEqual({ code, stdout: '', stderr: `podrun: ${why}\n`, asked: [] });
});

test('what is of that revision already is not rolled back', async () => {
  const stdout = 'deployment.apps/web skipped rollback (current template already matches revision 3)\n';
  expect(await run('rollout undo deploy/web --to-revision 3')).toEqual({ code: 0, stdout, stderr: '', asked: [] });
});

test('why a supervisor does not do it is told', async () => {
  const { code, stderr } = await run('scale deploy/web --replicas 3', 'the project is being taken down');
  expect([code, stderr]).toEqual([1, 'podrun: the project is being taken down\n']);
});

test('rollout status tells each line once, until it is done', async () => {
  const { code, stdout } = await run('rollout status deploy/web');
  expect(code).toBe(0);
  expect(stdout).toBe(`Waiting for deployment "web" rollout to finish: 1 out of 2 new replicas have been updated...
deployment "web" successfully rolled out
`);
});

test('and once alone with --no-watch', async () => {
  const { code, stdout } = await run('rollout status deploy/web --no-watch');
  expect([code, stdout.split('\n').length]).toEqual([0, 2]);
});
