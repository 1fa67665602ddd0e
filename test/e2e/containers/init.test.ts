/** Init containers and sidecars (docs/pod-lifecycle.md#init-containers, docs/pod-lifecycle.md#sidecars). */
import type { Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { eventually, idle, idleAfter, readPod, shell, shortForm, startUp } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { isReady, statusOf } from '../support/status.ts';

const work = { volumeMounts: ['scratch:/scratch'] };
const volumes = { scratch: { emptyDir: {} } };
const note = (name: string): string => `echo ${name} >> /scratch/order`;

describe.concurrent('init containers', () => {
  test('run one after another before the others, once, and again in a new sandbox', async ({
    onTestFinished: whenFinished,
  }) => {
    const initContainers = { one: shell(`sleep 1; ${note('one')}`, work), two: shell(note('two'), work) };
    const containers = { app: shell(idleAfter(note('app')), work) };
    const project = await makeProject(
      { 'pods.yaml': shortForm({ web: { initContainers, containers, volumes } }) },
      { whenFinished },
    );
    const up = await startUp(project);
    const read = async () =>
      (await project.engine.exec((await project.engine.container('web', 'app')).Id, 'cat', '/scratch/order')).output;
    expect(await read()).toBe('one\ntwo\napp\n');
    expect(up.output).toMatch(/^web: Init:0\/2$/m);

    await project.engine.kill((await project.engine.container('web')).Id);
    await eventually(
      'init has run again',
      async () => (await read().catch(() => '')) === 'one\ntwo\napp\none\ntwo\napp\n',
    );

    const { status } = await readPod(project, 'web');
    expect(
      status?.initContainerStatuses?.map(({ name, ready, state }) => [name, ready, state?.terminated?.reason]),
    ).toEqual([
      ['one', true, 'Completed'],
      ['two', true, 'Completed'],
    ]);
    expect(status?.conditions?.find(({ type }) => type === 'Initialized')?.status).toBe('True');
  });

  test('that fails under Never ends the Pod; the others never start', async ({ onTestFinished: whenFinished }) => {
    const initContainers = { check: shell('exit 3') };
    const file = shortForm({ web: { restartPolicy: 'Never', initContainers, containers: { app: shell(idle) } } });
    const project = await makeProject({ 'pods.yaml': file }, { whenFinished });

    const { code } = await project.run('up');

    expect(code).toBe(1);
    const { status } = await readPod(project, 'web');
    expect(status?.phase).toBe('Failed');
    expect(status?.initContainerStatuses?.[0]?.state?.terminated?.exitCode).toBe(3);
    expect((await project.run('ps')).stdout).toMatch(/^web +0\/1 +Init:Error +0 /m);
    await expect(project.engine.container('web', 'app')).rejects.toThrow();
  });

  test('that fails under Always is tried again with back-off, and the Pod stays Pending', async ({
    onTestFinished: whenFinished,
  }) => {
    const initContainers = { check: shell('exit 1') };
    const file = shortForm({ web: { initContainers, containers: { app: shell(idle) } } });
    const project = await makeProject({ 'pods.yaml': file }, { whenFinished });
    project.start('up');
    const isWaiting = (pod: Pod) => statusOf(pod, 'check').state?.waiting?.reason === 'CrashLoopBackOff';
    const { status: now } = await podWhen(project, 'web', isWaiting);
    expect(now?.phase).toBe('Pending');
    expect(now?.initContainerStatuses?.[0]?.restartCount).toBe(1);
    expect(now?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('PodInitializing');
    expect(now?.conditions?.find(({ type }) => type === 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [check]',
    });
    expect((await project.run('ps')).stdout).toMatch(/^web +0\/1 +Init:CrashLoopBackOff +1 /m);
  });
});

describe.concurrent('sidecars', () => {
  const sidecar = (script: string, more = {}) => ({ ...shell(script, { ...work, ...more }), restartPolicy: 'Always' });

  test('start in order, each when the one before has started, restart under Never, and end in reverse order', async ({
    onTestFinished: whenFinished,
  }) => {
    const traced = (name: string) =>
      `${note(`${name}+`)}; trap '${note(`${name}-`)}; exit 0' TERM; while :; do sleep 3600 & wait $!; done`;
    const initContainers = {
      first: sidecar(`touch /tmp/up; ${traced('first')}`, {
        startupProbe: { exec: { command: ['test', '-f', '/tmp/up'] }, periodSeconds: 1, timeoutSeconds: 10 },
      }),
      second: sidecar(traced('second')),
    };
    const containers = { job: shell(`${note('job+')}; sleep 12; ${note('job-')}`, work) };
    const file = shortForm(
      {
        web: {
          restartPolicy: 'Never',
          initContainers,
          containers,
          volumes: { scratch: { persistentVolumeClaim: { claimName: 'order' } } },
        },
      },
      { volumes: { order: {} } },
    );
    const project = await makeProject({ 'pods.yaml': file }, { whenFinished });
    const up = project.start('up');
    await podWhen(project, 'web', isReady);
    await project.engine.kill((await project.engine.container('web', 'second')).Id);

    expect((await up.waitEnd()).code).toBe(0);

    const pod = await readPod(project, 'web');
    expect(pod.status?.phase).toBe('Succeeded');
    expect(pod.status?.initContainerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0, 1]);
    const reader = shell('cat /order/order', { volumeMounts: ['order:/order'] });
    await project.write({
      'pods.yaml': shortForm(
        { reader: { restartPolicy: 'Never', containers: { reader } } },
        { volumes: { order: {} } },
      ),
    });
    const { stdout } = await project.run('up', '--remove-orphans');
    const order = stdout.split('\n').flatMap((line) => /\| (.+)$/.exec(line)?.[1] ?? []);
    expect(order).toEqual(['first+', 'second+', 'job+', 'second+', 'job-', 'second-', 'first-']);
  });

  test('that never starts keeps the others from starting', async ({ onTestFinished: whenFinished }) => {
    const startupProbe = { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 60 };
    const initContainers = { gate: sidecar(idle, { startupProbe }) };
    const containers = { app: shell(idle, work) };
    const project = await makeProject(
      { 'pods.yaml': shortForm({ web: { initContainers, containers, volumes } }) },
      { whenFinished },
    );
    project.start('up');

    const pod = await podWhen(project, 'web', (each) => statusOf(each, 'gate').state?.running !== undefined);

    expect(statusOf(pod, 'gate').started).toBe(false);
    expect((await project.run('ps')).stdout).toMatch(/^web +0\/2 +Init:0\/1 +0 /m);
    await expect(project.engine.container('web', 'app')).rejects.toThrow();
  });
});
