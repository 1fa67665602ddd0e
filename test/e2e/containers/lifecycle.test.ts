/** Readiness gates, startup probes, finished Pods, and the commands that tell of them. */
import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { idle, idleAfter, listPods, readPod, shell, shortForm, startUp } from '../support/look.ts';

test.concurrent(
  'a readiness gate holds Ready back until the condition is set, and the condition outlives podrun',
  async ({ onTestFinished: whenFinished }) => {
    const readinessGates = [{ conditionType: 'example.com/up' }];
    const project = await makeProject(
      {
        'pods.yaml': shortForm({ web: { readinessGates, containers: { app: shell(idle) } } }),
      },
      { whenFinished },
    );
    const up = project.start('up');
    await up.waitFor(/^web: Running 1\/1: corresponding condition of pod readiness gate ".*" does not exist\.$/);
    const ready = async () => (await readPod(project, 'web')).status?.conditions?.find(({ type }) => type === 'Ready');
    expect(await ready()).toMatchObject({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: 'corresponding condition of pod readiness gate "example.com/up" does not exist.',
    });

    expect((await project.run('condition', 'web', 'example.com/up=True')).code).toBe(0);
    await up.waitFor(/^podrun: 1 Pod ready/);
    up.signal('SIGKILL');
    await up.ended;

    expect(await ready()).toMatchObject({ status: 'True' });
    expect((await project.run('ps', '-o', 'wide')).stdout).toMatch(/ 1\/1$/m);
  },
);

test.concurrent(
  'nothing is probed for liveness or readiness before the startup probe has passed',
  async ({ onTestFinished: whenFinished }) => {
    const served =
      'mkdir /www; touch /www/live /www/ready; httpd -vv -f -p 80 -h /www 2>/tmp/log & sleep 3; touch /www/started';
    const http = (path: string) => ({ httpGet: { path, port: 80 }, periodSeconds: 1 });
    const probes = {
      startupProbe: { ...http('/started'), failureThreshold: 30 },
      livenessProbe: http('/live'),
      readinessProbe: http('/ready'),
    };
    const project = await makeProject(
      {
        'pods.yaml': shortForm({ web: { containers: { app: shell(idleAfter(served), probes) } } }),
      },
      { whenFinished },
    );
    await startUp(project);

    const { Id } = await project.engine.container('web', 'app');
    const asked = (await project.engine.exec(Id, 'grep', '-o', 'url:/[a-z]*', '/tmp/log')).output.trim().split('\n');
    const passed = asked.findIndex((url) => url !== 'url:/started');
    expect(passed).toBeGreaterThan(2);
    expect(asked.slice(0, passed)).toEqual(Array.from({ length: passed }, () => 'url:/started'));
    expect((await readPod(project, 'web')).status?.containerStatuses?.[0]).toMatchObject({
      started: true,
      restartCount: 0,
    });
  },
);

test.concurrent(
  'a finished Pod is not run again when its dead containers are pruned',
  async ({ onTestFinished: whenFinished }) => {
    const job = { restartPolicy: 'Never', containers: { job: shell('exit 3') } };
    const project = await makeProject({ 'pods.yaml': shortForm({ job }) }, { whenFinished });
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
  },
);

test.concurrent(
  'events outlive podrun and fold, describe shows them, wait waits',
  async ({ onTestFinished: whenFinished }) => {
    const file = shortForm({ web: { containers: { app: shell('sleep 1; exit 1') } } });
    const project = await makeProject({ 'pods.yaml': file }, { whenFinished });
    const up = project.start('up');
    const waited = await project.run(
      'wait',
      'web',
      '--for',
      'jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff',
    );
    expect(waited).toMatchObject({ code: 0, stdout: 'pod/web condition met\n' });
    const { stdout } = await project.run('events');
    expect(stdout).toMatch(/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$/m);
    expect(stdout).toMatch(/\(x2 over \d+s\) +Normal +Started +pod\/web +Started container app/);
    expect(stdout).toMatch(/Warning +BackOff +pod\/web +Back-off restarting failed container app in pod web_default\(/);
    up.signal('SIGKILL');
    await up.ended;

    expect((await project.run('events')).stdout).toMatch(/Normal +Scheduled +pod\/web/);
    const described = (await project.run('describe', 'web')).stdout;
    expect(described).toMatch(/^ {4}State: +Waiting\n {6}Reason: +CrashLoopBackOff$/m);
    expect(described).toMatch(/^Events:$/m);
    const late = await project.run('wait', 'web', '--for', 'condition=Ready', '--timeout', '1s');
    expect(late).toMatchObject({ code: 124 });
  },
);

test.concurrent('a grpc probe that nobody answers restarts the container', async ({ onTestFinished: whenFinished }) => {
  const livenessProbe = { grpc: { port: 9000 }, periodSeconds: 1, failureThreshold: 1 };
  const project = await makeProject(
    {
      'pods.yaml': shortForm({ web: { containers: { app: shell(idle, { livenessProbe }) } } }),
    },
    { whenFinished },
  );
  const up = project.start('up');

  await up.waitFor(/^web\/app: Liveness probe failed: error: health rpc to .+:9000 failed/);
  await up.waitFor(/^web: creating container app: it ended with exit code 0$/);
});
