/** What kubectl's end-to-end tests ask of get, describe, events, wait and logs (kubernetes/kubernetes test/e2e/kubectl). */
import { describe, expect, test } from 'vitest';
import { exec, shareProject, step, waitFor } from '../support/conformance.ts';
import { idle, idleAfter, shortForm } from '../support/look.ts';
import { hasRestarts, isPhase, isReady, statusOf } from '../support/status.ts';

const pods = {
  chosen: {
    annotations: { 'kubectl.kubernetes.io/default-container': 'second' },
    containers: { first: step(idleAfter('echo one')), second: step(idleAfter('echo two')) },
  },
  early: {
    initContainers: { prepare: step(`echo preparing; ${idle}`) },
    containers: { app: step(idle) },
  },
  web: {
    labels: { tier: 'front', app: 'shop' },
    annotations: { note: 'kept' },
    terminationGracePeriodSeconds: 5,
    containers: {
      app: step(idleAfter('echo out', 'echo err >&2'), {
        env: { COLOR: 'blue' },
        ports: [{ containerPort: 8080, name: 'http' }],
        readinessProbe: { ...exec('true'), periodSeconds: 5, timeoutSeconds: 5 },
        livenessProbe: { tcpSocket: { port: 1 }, initialDelaySeconds: 600 },
        startupProbe: { httpGet: { path: '/up', port: 8080 }, periodSeconds: 1, failureThreshold: 600 },
      }),
      side: step(idle),
    },
  },
  staged: {
    initContainers: { prepare: step(`echo preparing; ${waitFor('prepared')}`) },
    containers: { app: step(idleAfter('echo ready')) },
  },
  crashing: { containers: { app: step('echo attempt; exit 3') } },
  job: { restartPolicy: 'Never', containers: { app: step(`${waitFor('job')}; echo done`) } },
};

const shared = shareProject(() => ({ 'pods.yaml': shortForm(pods) }));
const run = (...args: string[]) => shared.project.run(...args);

describe('describe', () => {
  test('tells of a Pod in kubectl’s order: what it is, its containers with probes and mounts, conditions, events', async () => {
    await shared.podWhen('web', (pod) => statusOf(pod, 'side').ready);

    const { code, stdout } = await run('describe', 'web');

    expect(code).toBe(0);
    const keys = stdout.split('\n').flatMap((line) => /^([A-Z][^:]*):/.exec(line)?.[1] ?? []);
    expect(keys).toEqual([
      'Name',
      'Namespace',
      'Service Account',
      'Node',
      'Start Time',
      'Labels',
      'Annotations',
      'Status',
      'IP',
      'IPs',
      'Containers',
      'Conditions',
      'Volumes',
      'QoS Class',
      'Node-Selectors',
      'Tolerations',
      'Events',
    ]);
    expect(stdout).toMatch(/^Labels: +app=shop\n +tier=front$/m);
    expect(stdout).toMatch(/^Annotations: +note: kept$/m);
    expect(stdout).toMatch(/^ {4}Port: +8080\/TCP( \(http\))?$/m);
    expect(stdout).toMatch(
      /^ {4}Liveness: +tcp-socket :1 delay=600s timeout=1s period=10s successThreshold=1 failureThreshold=3$/m,
    );
    expect(stdout).toMatch(
      /^ {4}Readiness: +exec \[sh -c true\] delay=0s timeout=5s period=5s successThreshold=1 failureThreshold=3$/m,
    );
    expect(stdout).toMatch(
      /^ {4}Startup: +http-get http:\/\/:8080\/up delay=0s timeout=1s period=1s successThreshold=1 failureThreshold=600$/m,
    );
    expect(stdout).toMatch(/^ {4}Environment:\n {6}COLOR: +blue$/m);
    expect(stdout).toMatch(/^ {6}\/out from \S+ \(rw\)$/m);
    expect(stdout).toMatch(/^ {2}Type +Reason +Age +From +Message$/m);
    expect(stdout).toMatch(/^ {2}Normal +Started +\S+ +podrun +spec\.containers\{app\}: Started container app$/m);
    expect(stdout).toMatch(
      /^ {2}Warning +Unhealthy +\d+s( \(x\d+ over \S+\))? +podrun +spec\.containers\{app\}: Startup probe failed: /m,
    );
  });

  test('tells of the last end of a container that crashes, and of the one that waits', async () => {
    await shared.podWhen('crashing', (pod) => statusOf(pod, 'app').state?.waiting?.reason === 'CrashLoopBackOff');

    const { stdout } = await run('describe', 'pod', 'crashing');

    expect(stdout).toMatch(
      /^ {4}State: +Waiting\n {6}Reason: +CrashLoopBackOff\n {4}Last State: +Terminated\n {6}Reason: +Error\n {6}Exit Code: +3\n {6}Started: +\S.*\n {6}Finished: +\S.*\n {4}Ready: +False\n {4}Restart Count: +[12]$/m,
    );
    const about = await run('describe', 'nope');
    expect([about.code, about.stdout]).toEqual([1, '']);
  });
});

describe('logs', () => {
  test('have what is written to standard output and to standard error', async () => {
    await shared.podWhen('web', (pod) => statusOf(pod, 'app').state?.running !== undefined);

    await expect
      .poll(async () => (await run('logs', 'web', '-c', 'app')).stdout.split('\n').toSorted())
      .toEqual(['', 'err', 'out']);
  });

  test('are had of an init container as well', async () => {
    await shared.podWhen('early', (pod) => statusOf(pod, 'prepare').state?.running !== undefined);

    await expect.poll(() => run('logs', 'early', 'prepare')).toMatchObject({ code: 0, stdout: 'preparing\n' });
    expect((await run('logs', 'early', 'nope')).stderr).toContain('out of: app, prepare (init)');
  });

  test('of a container that has not started say what it waits for', async () => {
    await shared.podWhen('early', (pod) => statusOf(pod, 'prepare').state?.running !== undefined);

    expect((await run('logs', 'early', 'app')).stderr).toContain(
      'container "app" in pod "early" is waiting to start: PodInitializing',
    );
  });

  test('are of the container that the Pod’s annotation names where none is named', async () => {
    await shared.podWhen('chosen', isReady);

    await expect.poll(async () => (await run('logs', 'chosen')).stdout).toBe('two\n');
  });

  test('can be cut by age and by number of lines', async () => {
    const lines = async (...options: string[]) =>
      (await run('logs', 'web', 'app', ...options)).stdout.split('\n').length - 1;

    expect(await lines('--tail', '1')).toBe(1);
    expect(await lines('--tail', '0')).toBe(0);
    expect(await lines('--since', '1h')).toBe(2);
    const { code, stderr } = await run('logs', 'web', 'app', '--since', 'yesterday');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--since')]);
  });

  test('of a container that waits for its next start are those of its last instance', async () => {
    await shared.podWhen(
      'crashing',
      (pod) => hasRestarts('app', 1)(pod) && statusOf(pod, 'app').state?.waiting !== undefined,
    );

    expect((await run('logs', 'crashing')).stdout).toBe('attempt\n');
    expect((await run('logs', 'crashing', '--previous')).stdout).toBe('attempt\n');
  });
});

describe('wait', () => {
  test('is met by a phase, by a JSONPath, by several conditions in turn, and by a status other than True', async () => {
    await shared.podWhen('web', (pod) => statusOf(pod, 'side').ready);

    const met = (code: number, name = 'web') => ({
      code,
      stdout: `pod/${name} condition met\n`.repeat(code === 0 ? 1 : 0),
    });
    expect(await run('wait', 'web', '--for', 'phase=Running')).toMatchObject(met(0));
    expect(await run('wait', 'pod/web', '--for', 'jsonpath={.metadata.labels.tier}=front')).toMatchObject(met(0));
    expect(await run('wait', 'web', '--for', 'create', '--for', 'condition=ready=false')).toMatchObject(met(0));
    expect(await run('wait', 'web', '--for', 'condition=Initialized', '--timeout', '0')).toMatchObject(met(0));
  });

  test('ends by its timeout with an error that names the Pod', async () => {
    expect(await run('wait', 'web', '--for', 'condition=Ready', '--timeout', '1s')).toMatchObject({
      code: 124,
      stdout: '',
      stderr: expect.stringContaining('timed out waiting for the condition on pods/web') as string,
    });
  });

  test('of deletion is met by a Pod that is not there, every other condition is not', async () => {
    expect((await run('wait', 'nope', '--for', 'delete', '--timeout', '1s')).code).toBe(0);
    expect((await run('wait', 'nope', '--for', 'condition=Ready', '--timeout', '0')).code).not.toBe(0);
  });

  test('is told as soon as a job has ended', async () => {
    const waiting = shared.project.start('wait', 'job', '--for', 'phase=Succeeded');
    await shared.allow('job');

    expect(await waiting.waitEnd()).toMatchObject({ code: 0, stdout: 'pod/job condition met\n' });
    expect(isPhase('Succeeded')(await shared.podWhen('job', () => true))).toBe(true);
  });
});

describe('events', () => {
  test('are Kubernetes’ own objects, can be told by type and Pod, and are followed', async () => {
    const watching = shared.project.start('events', 'staged', '-w');
    await watching.waitFor(/Normal +Scheduled +pod\/staged/);
    await shared.allow('prepared');
    await watching.waitFor(/Normal +Started +pod\/staged +Started container app/);
    watching.signal('SIGINT');
    await watching.waitEnd();
    await shared.podWhen('staged', isReady);

    const { items } = JSON.parse((await run('events', '-o', 'json', '--types', 'Warning')).stdout) as {
      items: Record<string, unknown>[];
    };
    expect(items.length).toBeGreaterThan(0);
    for (const item of items)
      expect(item).toMatchObject({
        kind: 'Event',
        type: 'Warning',
        involvedObject: { kind: 'Pod', namespace: 'default' },
      });
    expect(items).toContainEqual(
      expect.objectContaining({
        reason: 'BackOff',
        message: expect.stringMatching(/^Back-off restarting failed container app in pod crashing_default\(/) as string,
      }),
    );
    const reasons = (await run('events', 'staged', '--no-headers')).stdout
      .split('\n')
      .flatMap((line) => /Normal +(\S+)/.exec(line)?.[1] ?? []);
    expect(reasons).toEqual(['Scheduled', 'Pulled', 'Created', 'Started', 'Completed', 'Pulled', 'Created', 'Started']);
  });
});
