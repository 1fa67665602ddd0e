/** Readiness gates, startup probes, finished Pods, and the commands that tell of them. */
import { describe, expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { idle, idleAfter, killHard, listPods, readPod, shell, shortForm } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { shareUp } from '../support/shared-up.ts';
import { conditionOf, hasRestarts, isReady, statusOf } from '../support/status.ts';

describe('while podrun runs, and after its death', () => {
  const served =
    'mkdir /www; touch /www/live /www/ready; httpd -vv -f -p 80 -h /www 2>/tmp/log & sleep 3; touch /www/started';
  const http = (path: string) => ({ httpGet: { path, port: 80 }, periodSeconds: 1 });
  const probes = {
    startupProbe: { ...http('/started'), failureThreshold: 30 },
    livenessProbe: http('/live'),
    readinessProbe: http('/ready'),
  };
  const livenessProbe = { grpc: { port: 9000 }, periodSeconds: 1, failureThreshold: 1 };
  const pods = {
    crash: { containers: { app: shell('sleep 1; exit 1') } },
    gated: { readinessGates: [{ conditionType: 'example.com/up' }], containers: { app: shell(idle) } },
    probed: { containers: { app: shell(idleAfter(served), probes) } },
    unserved: { containers: { app: shell(idle, { livenessProbe }) } },
  };
  const shared = shareUp(() => ({ 'pods.yaml': shortForm(pods) }), { until: 'started' });
  const waiting = 'jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff';

  test('wait waits, events fold, and both tell of a crash loop', async () => {
    const { project } = shared;
    expect(await project.run('wait', 'crash', '--for', waiting, '--timeout', '80s')).toMatchObject({
      code: 0,
      stdout: 'pod/crash condition met\n',
    });

    const { stdout } = await project.run('events', 'crash');

    expect(stdout).toMatch(/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$/m);
    expect(stdout).toMatch(/\(x\d over \d+s\) +Normal +Started +pod\/crash +Started container app/);
    expect(stdout).toMatch(/Warning +BackOff +pod\/crash +Back-off restarting failed container app in pod crash_/);
  });

  test('nothing is probed for liveness or readiness before the startup probe has passed', async () => {
    const { project } = shared;
    const pod = await podWhen(project, 'probed', isReady);

    const { Id } = await project.engine.container('probed', 'app');
    const asked = (await project.engine.exec(Id, 'grep', '-o', 'url:/[a-z]*', '/tmp/log')).output.trim().split('\n');
    const passed = asked.findIndex((url) => url !== 'url:/started');
    expect(passed).toBeGreaterThan(2);
    expect(asked.slice(0, passed)).toEqual(Array.from({ length: passed }, () => 'url:/started'));
    expect(statusOf(pod, 'app')).toMatchObject({ started: true, restartCount: 0 });
  });

  test('a grpc probe that nobody answers restarts the container', async () => {
    const { project, up } = shared;
    await podWhen(project, 'unserved', hasRestarts('app', 1));

    expect(up.output).toMatch(/^unserved\/app: Liveness probe failed: error: health rpc to .+:9000 failed/m);
  });

  test('a readiness gate holds Ready back until the condition is set; conditions and events outlive podrun', async () => {
    const { project, up } = shared;
    const ready = async () => conditionOf(await readPod(project, 'gated'), 'Ready');
    const missing = 'corresponding condition of pod readiness gate "example.com/up" does not exist.';
    await podWhen(project, 'gated', (pod) => statusOf(pod, 'app').ready);
    expect(await ready()).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady', message: missing });
    expect(up.output).toMatch(
      /^gated: Running 1\/1: corresponding condition of pod readiness gate ".*" does not exist\.$/m,
    );

    expect((await project.run('condition', 'gated', 'example.com/up=True')).code).toBe(0);
    await podWhen(project, 'gated', isReady);
    await killHard(up);

    expect(await ready()).toMatchObject({ status: 'True' });
    expect((await project.run('ps', 'gated', '-o', 'wide')).stdout).toMatch(/ 1\/1$/m);
    expect((await project.run('events')).stdout).toMatch(/Normal +Scheduled +pod\/crash/);
    const described = (await project.run('describe', 'crash')).stdout;
    expect(described).toMatch(/^ {4}Last State: +Terminated\n {6}Reason: +Error$/m);
    expect(described).toMatch(/^Events:$/m);
    const late = await project.run('wait', 'crash', '--for', 'condition=Initialized=False', '--timeout', '1s');
    expect(late).toMatchObject({ code: 124 });
  });
});

test('a finished Pod is not run again when its dead containers are pruned', async () => {
  const job = { restartPolicy: 'Never', containers: { job: shell('exit 3') } };
  const project = await makeProject({ 'pods.yaml': shortForm({ job }) });
  expect((await project.run('up')).code).toBe(1);
  for (const { Id } of await project.engine.containers()) await project.engine.remove(Id);

  const again = await project.run('up');

  expect(again.code, again.stderr).toBe(1);
  expect(await project.engine.containers()).toEqual([]);
  const [pod] = await listPods(project);
  expect(pod?.status).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ state: { terminated: { exitCode: 3 } } }],
  });
});
