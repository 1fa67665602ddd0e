/** Probes and hooks dialled through `nc` in the infra, as where this machine does not reach a Pod's address. */
import { describe, expect, test } from 'vitest';
import { makeProject, type Project } from '../support/harness.ts';
import { eventually, idle, idleAfter, readPod, shell, shortForm, soonMs, startUp } from '../support/look.ts';

const often = { periodSeconds: 1, failureThreshold: 1 };
/** A dial is an exec, which takes over a second on a busy machine: only what hangs is to be a timeout. */
const patient = { ...often, timeoutSeconds: 10 };
const env = { PODRUN_PROBE_DIAL: 'infra' };

describe('probes through the infra', () => {
  test('by httpGet and tcpSocket decide as they do directly, and leave no process', async () => {
    const containers = {
      http: shell(idleAfter('mkdir /www; touch /www/well; httpd -p 81 -h /www'), {
        startupProbe: { httpGet: { path: '/well', port: 81 }, ...patient, failureThreshold: 30 },
        readinessProbe: { httpGet: { path: '/well', port: 81 }, ...patient },
      }),
      tcp: shell(idleAfter('httpd -p 82'), {
        livenessProbe: { tcpSocket: { port: 82 }, ...patient, initialDelaySeconds: 1 },
      }),
    };
    const project = await makeProject({ 'pods.yaml': shortForm({ web: { containers } }) }, { env });
    const up = await startUp(project);
    expect(up.output).not.toContain('probe failed');

    await runIn(project, 'http', 'rm /www/well');
    await up.waitFor(/^web\/http: Readiness probe failed: HTTP probe failed with statuscode: 404$/m, soonMs);
    await runIn(project, 'http', 'kill $(pidof httpd)');
    const refused = /Readiness probe failed: Get "http:\/\/(.+):81\/well": dial tcp \1:81: connect: connection refused/;
    await eventually('the refusal is told', async () => refused.test((await project.run('events')).stdout), soonMs);
    await runIn(project, 'tcp', 'kill $(pidof httpd)');
    await up.waitFor(/^web: stopping container tcp \(SIGTERM\): Container tcp failed liveness probe/m, soonMs);
    const restarts = async () => (await readPod(project, 'web')).status?.containerStatuses?.[1]?.restartCount;
    await eventually('it was restarted', async () => (await restarts()) === 1);
    for (const port of [81, 82])
      await eventually(`no dial to ${port}`, async () => (await dialling(project, port)).length === 0, soonMs);
    up.signal('SIGKILL');
    await up.ended;
    await expectNothingLeft(project);
  });

  test('that hang are timeouts, and never two of one probe dial', async () => {
    const containers = {
      // Whoever comes is let in, and never answered.
      mute: shell(idleAfter('(nc -ll -p 83 -e sleep 3600 &)'), { readinessProbe: { httpGet: { port: 83 }, ...often } }),
      closed: shell(idle, { readinessProbe: { grpc: { port: 84 }, ...often } }),
    };
    const project = await makeProject({ 'pods.yaml': shortForm({ web: { containers } }) }, { env });
    const up = project.start('up');
    for (const text of [
      /Readiness probe failed: Get "http:.*": context deadline exceeded \(Client\.Timeout exceeded while awaiting headers\)/,
      /Readiness probe failed: error: health rpc to (.*:84) failed: dial tcp \1: connect: connection refused/,
    ])
      await eventually(String(text), async () => text.test((await project.run('events')).stdout));

    let most = 0;
    const look = async () => (most = Math.max(most, (await dialling(project, 83)).length));
    const untilMs = performance.now() + 4_000;
    while (performance.now() < untilMs) await look();
    await eventually('one dials', async () => (await look()) > 0);
    expect(most).toBe(1);

    up.signal('SIGKILL');
    await up.ended;
    await eventually('what dialled ends with podrun', async () => (await dialling(project, 83)).length === 0, soonMs);
    await expectNothingLeft(project);
  });
});

test('an httpGet hook through the infra succeeds by any answer', async () => {
  const isUp = { exec: { command: ['sh', '-c', 'until netstat -ltn | grep -q ":85 "; do :; done'] } };
  const app = shell(idleAfter('mkdir /www', 'httpd -p 85 -h /www'), { lifecycle: { postStart: isUp } });
  const next = shell(idle, { lifecycle: { postStart: { httpGet: { path: '/no-such', port: 85 } } } });
  const project = await makeProject({ 'pods.yaml': shortForm({ web: { containers: { app, next } } }) }, { env });
  await startUp(project);
  expect((await project.run('events')).stdout).not.toContain('FailedPostStartHook');
  await expectNothingLeft(project);
});

/** The dials to a port under way in the Pod's infra: the execs, which have no parent there. */
async function dialling(project: Project, port: number): Promise<readonly string[]> {
  const lines = await infraProcesses(project);
  return lines.filter((line) => /^ *0 /.test(line) && line.includes('nc $loud') && line.includes(` ${port} `));
}

/** Without a dial under way; the watcher of `timeout` looks once a second whether it is still needed. */
async function expectNothingLeft(project: Project): Promise<void> {
  const isLeft = (line: string) => /(^| )(nc|dd|timeout) /.test(line);
  await eventually('nothing is left', async () => !(await infraProcesses(project)).some(isLeft), soonMs);
}

async function infraProcesses(project: Project): Promise<readonly string[]> {
  const { Id } = await project.engine.container('web');
  // On a terminal, which this exec has, ps would cut its lines off.
  const { code, output } = await project.engine.exec(Id, 'sh', '-c', 'ps -o ppid,args | cat');
  expect(code, output).toBe(0);
  return output.split('\n');
}

async function runIn(project: Project, container: string, script: string): Promise<void> {
  const { Id } = await project.engine.container('web', container);
  const { code, output } = await project.engine.exec(Id, 'sh', '-c', script);
  expect(code, output).toBe(0);
}
