import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { makeProject, type Project } from '../support/harness.ts';
import { allowance, eventually, idle, idleAfter, onePod, readPod, shell, shortForm, startUp } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';

const often = { periodSeconds: 1, failureThreshold: 1 };

/** Three containers, each healthy from the start, and the probe that sees it. */
const healthy = {
  exec: {
    script: idleAfter('touch /tmp/well'),
    probe: { exec: { command: ['test', '-f', '/tmp/well'] } },
  },
  http: {
    script: idleAfter('mkdir /www; touch /www/well; httpd -p 81 -h /www'),
    probe: { httpGet: { path: '/well', port: 81 } },
  },
  tcp: { script: idleAfter('httpd -p 82'), probe: { tcpSocket: { port: 82 } } },
};
const sicken = { exec: 'rm /tmp/well', http: 'rm /www/well', tcp: 'kill $(pidof httpd)' };
const heal = { exec: 'touch /tmp/well', http: 'touch /www/well', tcp: 'httpd -p 82' };

type Kind = keyof typeof healthy;
const kinds = Object.keys(healthy) as Kind[];

describe.concurrent('readiness', () => {
  test('by exec, httpGet and tcpSocket goes and comes without a restart', async ({ onTestFinished: whenFinished }) => {
    const project = await makeProject({ 'pods.yaml': probed('readinessProbe') }, { whenFinished });
    const up = await startUp(project);

    for (const kind of kinds) await runIn(project, kind, sicken[kind]);
    const areReady = (wanted: boolean) => (pod: Pod) => statusesOf(pod).every(({ ready }) => ready === wanted);
    const { status } = await podWhen(project, 'web', areReady(false));
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [exec http tcp]',
    });
    expect(up.output).toMatch(/^web\/http: Readiness probe failed: HTTP probe failed with statuscode: 404$/m);
    for (const kind of kinds) await runIn(project, kind, heal[kind]);
    const again = await podWhen(project, 'web', areReady(true));

    expect(statusesOf(again).map(({ restartCount }) => restartCount)).toEqual([0, 0, 0]);
  });
});

describe.concurrent('liveness', () => {
  test('by exec, httpGet and tcpSocket restarts the container that fails', async ({ onTestFinished: whenFinished }) => {
    const project = await makeProject({ 'pods.yaml': probed('livenessProbe') }, { whenFinished });
    const up = await startUp(project);

    for (const kind of kinds) await runIn(project, kind, sicken[kind]);
    const isRestarted = ({ restartCount, ready }: ContainerStatus) => restartCount === 1 && ready;
    const pod = await podWhen(project, 'web', (each) => statusesOf(each).every(isRestarted));

    for (const kind of kinds)
      expect(up.output).toContain(
        `web: stopping container ${kind} (SIGTERM): Container ${kind} failed liveness probe, will be restarted`,
      );
    // The containers end by themselves on TERM.
    expect(statusesOf(pod).map(({ lastState }) => lastState?.terminated?.exitCode)).toEqual([0, 0, 0]);
  });

  test('grants its own grace before it kills', async ({ onTestFinished: whenFinished }) => {
    const deaf = "trap '' TERM; while :; do sleep 1; done";
    const livenessProbe = {
      exec: { command: ['false'] },
      ...often,
      initialDelaySeconds: 1,
      terminationGracePeriodSeconds: 3,
    };
    const project = await makeProject(
      {
        'pods.yaml': onePod(shell(deaf, { livenessProbe }), { terminationGracePeriodSeconds: 60 }),
      },
      { whenFinished },
    );
    const up = await startUp(project);

    await up.waitFor(/^web: stopping container app \(SIGTERM\): Container app failed liveness probe/);
    const termMs = performance.now();
    await up.waitFor(/^web: killing container app/);
    const grantedMs = performance.now() - termMs;
    await up.waitFor(/^web: creating container app/);

    expect(grantedMs).toBeGreaterThan(2_800);
    expect(grantedMs).toBeLessThan(3_000 + 1000 * allowance);
    await podWhen(project, 'web', (pod) => statusesOf(pod)[0]?.lastState?.terminated?.exitCode === 137);
  });
});

describe.concurrent('an exec probe that hangs', () => {
  test('never has two processes', async ({ onTestFinished: whenFinished }) => {
    const command = ['sh', '-c', 'echo run >> /tmp/runs; exec sleep 54321'];
    const readinessProbe = { exec: { command }, ...often, timeoutSeconds: 1 };
    const project = await makeProject({ 'pods.yaml': onePod(shell(idle, { readinessProbe })) }, { whenFinished });
    project.start('up');
    const isRunning = () =>
      project.engine.container('web', 'app').then(
        ({ State }) => State.Running,
        () => false,
      );
    await eventually('the container runs', isRunning);

    const { Id } = await project.engine.container('web', 'app');
    let most = 0;
    const areEnough = async () => {
      const { output } = await project.engine.exec(Id, 'sh', '-c', 'ps | grep -c "[s]leep 54321"; wc -l < /tmp/runs');
      const [live = 0, runs = 0] = output.split('\n').map(Number);
      most = Math.max(most, live);
      return runs >= 3;
    };
    // Each time the engine is asked to end the process that was given up.
    await eventually('the probe ran three times', areEnough, 90_000);

    expect(most).toBeLessThanOrEqual(1);
    expect(statusesOf(await readPod(project, 'web'))[0]?.ready).toBe(false);
  });
});

const probed = (probe: 'readinessProbe' | 'livenessProbe') => {
  const entries = kinds.map((kind) => [
    kind,
    shell(healthy[kind].script, {
      [probe]: { ...healthy[kind].probe, ...often, initialDelaySeconds: 1, timeoutSeconds: 10 },
    }),
  ]);
  return shortForm({ web: { containers: Object.fromEntries(entries) as object } });
};

async function runIn(project: Project, container: string, script: string): Promise<void> {
  const { Id } = await project.engine.container('web', container);
  const { code, output } = await project.engine.exec(Id, 'sh', '-c', script);
  expect(code, output).toBe(0);
}

const statusesOf = ({ status }: Pod): readonly ContainerStatus[] => status?.containerStatuses ?? [];
