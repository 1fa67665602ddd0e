/** Corners of several sections of POD-SEMANTICS in one project: hooks (3.2, 4.27, 7.13), exec probes (4.6), logs (14.7). */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exec, mark, readMarks, shareProject, step, until } from './conformance.ts';
import { makeProject } from './harness.ts';
import { idle, idleAfter, shortForm, startUp } from './look.ts';
import { isReady, statusOf } from './status.ts';

const asked: string[] = [];
const plain = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  response.end();
});
beforeAll(() => new Promise<void>((resolve) => void plain.listen(0, '127.0.0.1', resolve)));
afterAll(() => void plain.close());

const pods = (port: number) => ({
  fallback: {
    containers: {
      app: step(idle, {
        lifecycle: { postStart: { httpGet: { scheme: 'HTTPS', host: '127.0.0.1', port, path: '/hook' } } },
      }),
    },
  },
  hooked: { containers: { app: step(idle, { lifecycle: { postStart: exec('exit 1') } }) } },
  staged: {
    initContainers: { prepare: step(`echo preparing; ${idle}`) },
    containers: { app: step(idle) },
  },
  expanded: {
    containers: {
      app: step(idle, {
        env: { WORD: 'hello' },
        readinessProbe: { exec: { command: ['test', '$(WORD)', '=', 'hello'] }, periodSeconds: 1, timeoutSeconds: 5 },
      }),
    },
  },
  chosen: {
    annotations: { 'kubectl.kubernetes.io/default-container': 'second' },
    containers: { first: step(idleAfter('echo one')), second: step(idleAfter('echo two')) },
  },
});

const shared = shareProject(() => ({ 'pods.yaml': shortForm(pods((plain.address() as AddressInfo).port)) }));

describe('a postStart hook', () => {
  test('that fails leaves its container waiting for PostStartHookError', async () => {
    const reason = 'jsonpath={.status.containerStatuses[0].state.waiting.reason}=PostStartHookError';

    expect(await shared.project.run('wait', 'hooked', '--for', reason, '--timeout', '8s')).toMatchObject({ code: 0 });
  });

  test('by HTTPS is asked again by plain HTTP when the server speaks that, with a warning', async () => {
    await shared.podWhen('fallback', isReady, 8_000);

    expect(asked).toEqual(['GET /hook']);
    expect(await shared.events('fallback', 'LifecycleHTTPFallback')).toHaveLength(1);
  });
});

describe('an exec probe', () => {
  test('is given the variables of its container that its command names', async () => {
    await shared.podWhen('expanded', isReady, 8_000);

    expect(await shared.events('expanded', 'Unhealthy')).toEqual([]);
  });
});

describe('a preStop hook', () => {
  test.each([
    ['that grants no grace', 0, []],
    ['that is deleted by force', 30, ['--force']],
  ])('of a Pod %s still has a second, before TERM', async (_what, terminationGracePeriodSeconds, options) => {
    const app = step(until(`${mark('TERM')}; exit 0`), { lifecycle: { preStop: exec(mark('preStop')) } });
    const file = shortForm({ web: { terminationGracePeriodSeconds, containers: { app } } });
    const project = await makeProject({ 'out/.keep': '', 'pods.yaml': file });
    await startUp(project);

    expect((await project.run('down', ...options)).code).toBe(0);

    expect((await readMarks(project, 'web')).map(({ text }) => text)).toEqual(['preStop', 'TERM']);
  });
});

describe('logs', () => {
  test('are had of an init container as well', async () => {
    await shared.podWhen('staged', (pod) => statusOf(pod, 'prepare').state?.running !== undefined);

    expect(await shared.project.run('logs', 'staged', 'prepare')).toMatchObject({ code: 0, stdout: 'preparing\n' });
    expect((await shared.project.run('logs', 'staged', 'nope')).stderr).toContain('out of: app, prepare (init)');
  });

  test('of a container that has not started say what it waits for', async () => {
    await shared.podWhen('staged', (pod) => statusOf(pod, 'prepare').state?.running !== undefined);

    expect((await shared.project.run('logs', 'staged', 'app')).stderr).toContain(
      'container "app" in pod "staged" is waiting to start: PodInitializing',
    );
  });

  test('are of the container that the Pod’s annotation names where none is named', async () => {
    await shared.podWhen('chosen', isReady);

    expect((await shared.project.run('logs', 'chosen')).stdout).toBe('two\n');
  });
});
