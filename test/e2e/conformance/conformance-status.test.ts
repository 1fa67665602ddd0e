/** What Kubernetes' end-to-end tests ask of phases, conditions and container states (kubernetes/kubernetes test/e2e/common/node). */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mark, shareProject, step, waitFor } from '../support/conformance.ts';
import { findFreePort } from '../support/harness.ts';
import { idle, shortForm } from '../support/look.ts';
import { conditionOf, isPhase, isReady, statusOf } from '../support/status.ts';

const port = await findFreePort();

const pods = {
  plain: { containers: { web: step(idle), app: step(idle) } },
  'never-mixed': {
    restartPolicy: 'Never',
    containers: { bad: step('exit 1'), good: step(`${waitFor('mixed')}; exit 0`) },
  },
  'on-failure': {
    restartPolicy: 'OnFailure',
    containers: { first: step('exit 0'), second: step(`${waitFor('succeed')}; exit 0`) },
  },
  imageless: {
    containers: { lacks: step(idle, { image: `127.0.0.1:${port}/none:1` }), runs: step(idle) },
  },
  // Not being the first of its processes, a main process has no shield against signals.
  signalled: {
    restartPolicy: 'Never',
    shareProcessNamespace: true,
    containers: { killed: step('exec sleep 3600'), termed: step('exec sleep 3600') },
  },
  gated: {
    readinessGates: [{ conditionType: 'example.com/up' }, { conditionType: 'example.com/seen' }],
    containers: { app: step(idle) },
  },
  unmounted: {
    initContainers: { one: step(mark('one')) },
    containers: { app: step(idle, { volumeMounts: ['late:/late'] }) },
    volumes: { late: { hostPath: { path: './late', type: 'Directory' } } },
  },
};

const shared = shareProject(() => ({ 'pods.yaml': shortForm(pods) }));

const conditions = (pod: Parameters<typeof isReady>[0]) =>
  pod.status?.conditions?.map(({ type, status, reason }) => [type, status, reason].filter(Boolean).join(' '));

describe('the status of a Pod', () => {
  test('that runs has all that identifies it, and every condition in Kubernetes’ order', async () => {
    const { metadata, status } = await shared.podWhen('plain', isReady);

    const address = /^\d+\.\d+\.\d+\.\d+$/;
    expect(status?.phase).toBe('Running');
    expect(status?.hostIP).toMatch(address);
    expect(status?.podIP).toMatch(address);
    expect(status?.podIPs).toEqual([{ ip: status?.podIP }]);
    expect(status?.podIP).not.toBe(status?.hostIP);
    expect(Date.parse(status?.startTime ?? '')).toBeGreaterThanOrEqual(Date.parse(metadata?.creationTimestamp ?? ''));
    expect(conditions({ status: status ?? {} })).toEqual([
      'PodReadyToStartContainers True',
      'Initialized True',
      'Ready True',
      'ContainersReady True',
      'PodScheduled True',
    ]);
    expect(status?.containerStatuses).toMatchObject(
      ['app', 'web'].map((name) => ({
        name,
        image: 'busybox',
        ready: true,
        started: true,
        restartCount: 0,
        containerID: expect.stringMatching(/^docker:\/\/[0-9a-f]{64}$/) as string,
        state: { running: { startedAt: expect.stringMatching(/^[\d-]+T[\d:]+Z$/) as string } },
        lastState: {},
      })),
    );
  });

  test('that never restarts is Running until its last container has ended, then Failed if one of them has', async () => {
    const before = await shared.podWhen(
      'never-mixed',
      (pod) =>
        statusOf(pod, 'bad').state?.terminated !== undefined && statusOf(pod, 'good').state?.running !== undefined,
    );
    expect(before.status?.phase).toBe('Running');
    expect((await shared.project.run('ps')).stdout).toMatch(/^never-mixed +1\/2 +Error +0 /m);
    await shared.allow('mixed');

    const pod = await shared.podWhen('never-mixed', isPhase('Failed'));

    expect(['bad', 'good'].map((name) => statusOf(pod, name).state?.terminated?.reason)).toEqual([
      'Error',
      'Completed',
    ]);
    expect(statusOf(pod, 'bad').state?.terminated).toMatchObject({
      exitCode: 1,
      startedAt: expect.any(String) as string,
      finishedAt: expect.any(String) as string,
      containerID: expect.stringMatching(/^docker:/) as string,
    });
    expect(conditions(pod)?.filter((text) => /Ready /.test(text))).toEqual([
      'Ready False PodFailed',
      'ContainersReady False PodFailed',
    ]);
  });

  test('that is restarted on failure has succeeded when all its containers have, and is NotReady until then', async () => {
    const before = await shared.podWhen(
      'on-failure',
      (pod) => statusOf(pod, 'first').state?.terminated !== undefined && statusOf(pod, 'second').ready,
    );
    expect(before.status?.phase).toBe('Running');
    expect(conditionOf(before, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [first]',
    });
    expect((await shared.project.run('ps')).stdout).toMatch(/^on-failure +1\/2 +NotReady +0 /m);
    await shared.allow('succeed');

    const pod = await shared.podWhen('on-failure', isPhase('Succeeded'));

    expect(conditions(pod)).toEqual([
      expect.stringMatching(/^PodReadyToStartContainers /),
      'Initialized True PodCompleted',
      'Ready False PodCompleted',
      'ContainersReady False PodCompleted',
      'PodScheduled True',
    ]);
    expect((await shared.project.run('ps')).stdout).toMatch(/^on-failure +0\/2 +Completed +0 /m);
  });

  test('of which one image cannot be had is Pending, though its other container runs', async () => {
    const pod = await shared.podWhen('imageless', (now) => statusOf(now, 'runs').ready);

    expect(pod.status?.phase).toBe('Pending');
    expect(statusOf(pod, 'lacks').state?.waiting?.reason).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
    expect(statusOf(pod, 'runs').state?.running).toBeDefined();
    expect((await shared.project.run('ps')).stdout).toMatch(/^imageless +1\/2 +(ErrImagePull|ImagePullBackOff) +0 /m);
  });

  test('whose containers end by a signal has 128 and the signal’s number as their exit codes', async () => {
    await shared.podWhen('signalled', isReady);
    const { engine } = shared.project;
    await engine.kill((await engine.container('signalled', 'killed')).Id, 'KILL');
    await engine.kill((await engine.container('signalled', 'termed')).Id, 'TERM');

    const pod = await shared.podWhen('signalled', isPhase('Failed'));

    expect(['killed', 'termed'].map((name) => statusOf(pod, name).state?.terminated?.exitCode)).toEqual([137, 143]);
  });

  test('with readiness gates is ready when each has its condition, and says which has not', async () => {
    const gate = (type: string) => `corresponding condition of pod readiness gate "${type}" does not exist.`;
    const pod = await shared.podWhen('gated', (now) => statusOf(now, 'app').ready);
    expect(conditionOf(pod, 'ContainersReady')?.status).toBe('True');
    expect(conditionOf(pod, 'Ready')?.message).toContain(gate('example.com/up'));

    await shared.project.run('condition', 'gated', 'example.com/up=False');
    await shared.project.run('condition', 'gated', 'example.com/seen=True');
    const wrong = 'the status of pod readiness gate "example.com/up" is not "True", but False';
    const now = await shared.podWhen('gated', (each) => conditionOf(each, 'Ready')?.message?.includes(wrong) === true);
    expect(conditionOf(now, 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' });
    expect((await shared.project.run('ps', '-o', 'wide')).stdout).toMatch(/^gated +1\/1 +Running .* 1\/2$/m);

    await shared.project.run('condition', 'gated', 'example.com/up=True');
    await shared.podWhen('gated', isReady);
  });

  test('whose volume is not there yet has no sandbox and nothing initialized, and goes on when it is', async () => {
    const { status } = await shared.podWhen('unmounted', ({ status: now }) => now?.conditions !== undefined);

    expect(status?.phase).toBe('Pending');
    expect(conditions({ status: status ?? {} })).toEqual([
      'PodReadyToStartContainers False',
      'Initialized False ContainersNotInitialized',
      'Ready False ContainersNotReady',
      'ContainersReady False ContainersNotReady',
      'PodScheduled True',
    ]);
    await mkdir(join(shared.project.folder, 'late'));
    const pod = await shared.podWhen('unmounted', isReady);
    expect(conditions(pod)?.slice(0, 3)).toEqual(['PodReadyToStartContainers True', 'Initialized True', 'Ready True']);
    expect((await shared.events('unmounted', 'FailedMount'))[0]).toMatch(
      /^MountVolume\.SetUp failed for volume "late" : /,
    );
  });
});
