/** What Kubernetes' end-to-end tests ask of probes over the network (kubernetes/kubernetes test/e2e/common/node/container_probe.go). */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { certificate } from '../../probe/certificate.ts';
import { answerScript, healthScript } from '../support/conformance-servers.ts';
import { exec, mark, shareProject, step, until } from '../support/conformance.ts';
import { idle, shortForm } from '../support/look.ts';
import { conditionOf, hasRestarts, statusOf } from '../support/status.ts';

const often = { periodSeconds: 1, failureThreshold: 1 };
/** For probes that are to pass on a busy machine, too. */
const patient = { timeoutSeconds: 60 };
const served = { volumeMounts: ['./srv:/srv:ro'] };
const serve = (port: number, script: string) => `nc -ll -p ${port} -e sh /srv/${script}`;
const get = (path: string, more = {}) => ({ httpGet: { path, port: 80, ...more }, periodSeconds: 1, ...patient });
const header = (name: string, value: string) => ({ name, value });

/** What a readiness probe by HTTP takes for ready, and what not; the server is in the same Pod. */
const passes = (tlsPort: number) => ({
  'ok-204': get('/204'),
  'ok-query': get('/query?a=b'),
  'ok-301-local': get('/301/200'),
  'ok-302-elsewhere': get('/elsewhere'),
  'ok-399': get('/399'),
  'ok-hops': get('/hops/9'),
  'ok-headers': get('/headers', {
    httpHeaders: [header('Host', 'shop.example'), header('User-Agent', 'me'), header('Accept', ''), header('X-A', '1')],
  }),
  'ok-tls': get('/200', { scheme: 'HTTPS', host: '127.0.0.1', port: tlsPort }),
});
const fails = {
  'bad-301-local': get('/301/404'),
  'bad-400': get('/400'),
  'bad-500': get('/500'),
  'bad-hops': get('/hops/11'),
  'bad-loopback': get('/', { port: 81 }),
  'bad-slow': { ...get('/slow'), timeoutSeconds: 1 },
};

const asContainers = (probes: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(probes).map(([name, readinessProbe]) => [name, step(idle, { readinessProbe })]));

const pods = (tlsPort: number) => ({
  answers: {
    containers: {
      server: step(until('exit 0', `${serve(80, 'answer')} & httpd -p 127.0.0.1:81`), served),
      ...asContainers({ ...passes(tlsPort), ...fails }),
    },
  },
  healthy: {
    containers: {
      exec: step(idle, { livenessProbe: { ...exec(mark('exec')), ...often, ...patient } }),
      // It has nothing but errors to say over HTTP, and a connection is all that is asked for.
      http: step(until('exit 0', `${serve(80, 'answer')} & true`), {
        ...served,
        startupProbe: { tcpSocket: { port: 80 }, periodSeconds: 1 },
        livenessProbe: { ...get('/healthy'), ...often },
      }),
      tcp: step(until('exit 0', `${serve(82, 'refuse')} & true`), {
        ...served,
        startupProbe: { tcpSocket: { port: 82 }, periodSeconds: 1 },
        livenessProbe: { tcpSocket: { port: 82 }, ...often, ...patient },
      }),
      grpc: step(until('exit 0', `${serve(9000, 'healthy')} & true`), {
        ...served,
        startupProbe: { tcpSocket: { port: 9000 }, periodSeconds: 1 },
        livenessProbe: { grpc: { port: 9000 }, ...often, ...patient },
      }),
    },
  },
  'grpc-sick': {
    containers: {
      app: step(until('exit 0', `${serve(9000, 'sick')} & true`), {
        ...served,
        startupProbe: { tcpSocket: { port: 9000 }, periodSeconds: 1 },
        livenessProbe: { grpc: { port: 9000 }, ...often, ...patient },
      }),
    },
  },
  redirected: {
    containers: {
      server: step(until('exit 0', `${serve(80, 'answer')} & true`), served),
      local: step(idle, {
        livenessProbe: { ...get('/301/404'), initialDelaySeconds: 1, failureThreshold: 1 },
      }),
      elsewhere: step(idle, {
        livenessProbe: { ...get('/elsewhere'), initialDelaySeconds: 1, failureThreshold: 1 },
      }),
    },
  },
});

const tls = createServer(certificate, (_request, response) => void response.end());
beforeAll(() => new Promise<void>((resolve) => void tls.listen(0, '127.0.0.1', resolve)));
afterAll(() => void tls.close());

const shared = shareProject(() => ({
  'pods.yaml': shortForm(pods((tls.address() as AddressInfo).port)),
  'srv/answer': answerScript,
  'srv/refuse': 'printf "HTTP/1.1 500 No\\r\\nContent-Length: 0\\r\\n\\r\\n"',
  'srv/healthy': healthScript('SERVING'),
  'srv/sick': healthScript('NOT_SERVING'),
}));

describe('liveness', () => {
  test('by gRPC fails when the server says that it does not serve', async () => {
    await shared.podWhen('grpc-sick', hasRestarts('app', 1));

    // Until its server listens, its startup may have been asked for in vain.
    expect(await shared.events('grpc-sick', 'Unhealthy')).toContain(
      'Liveness probe failed: service unhealthy (responded with "NOT_SERVING")',
    );
  });

  test('follows a redirect on its own host, which may fail; one to another host is a warning and no failure', async () => {
    const pod = await shared.podWhen('redirected', hasRestarts('local', 1));

    expect(statusOf(pod, 'elsewhere').restartCount).toBe(0);
    expect(await shared.events('redirected', 'Unhealthy')).toContain(
      'Liveness probe failed: HTTP probe failed with statuscode: 404',
    );
    expect((await shared.events('redirected', 'ProbeWarning'))[0]).toMatch(
      /^Liveness probe warning: Probe terminated redirects, Response body: /,
    );
  });
});

describe('readiness', () => {
  test('by HTTP takes 200 to 399 for ready, redirects on the same host included; nothing else', async () => {
    const names = (probes: object) => Object.keys(probes).toSorted();
    const pod = await shared.podWhen('answers', ({ status }) => {
      const ready = new Map(status?.containerStatuses?.map((each) => [each.name, each.ready]));
      return names(passes(0)).every((name) => ready.get(name) === true);
    });

    expect(conditionOf(pod, 'Ready')).toMatchObject({
      reason: 'ContainersNotReady',
      message: `containers with unready status: [${names(fails).join(' ')}]`,
    });
    const causes = [
      'Readiness probe failed: HTTP probe failed with statuscode: 400',
      'Readiness probe failed: HTTP probe failed with statuscode: 404',
      'Readiness probe failed: HTTP probe failed with statuscode: 500',
      'stopped after 10 redirects',
      'connection refused',
      'Client.Timeout exceeded',
    ].map((text) => expect.stringContaining(text) as string);
    await expect
      .poll(() => shared.events('answers', 'Unhealthy'), { interval: 500, timeout: 90_000 })
      .toEqual(expect.arrayContaining(causes));
    expect(pod.status?.containerStatuses?.map(({ restartCount }) => restartCount)).toEqual(
      pod.status?.containerStatuses?.map(() => 0),
    );
  });

  test('by HTTP sends the headers that it is given over its own', async () => {
    const { status } = await shared.podWhen('answers', (pod) => statusOf(pod, 'ok-headers').ready);
    const texts = await shared.texts('answers');

    expect(texts).toContain('GET /headers accept= host=shop.example user-agent=me x-a=1');
    expect(texts).toContainEqual(
      expect.stringMatching(
        new RegExp(`^GET /204 accept=\\*/\\* host=${status?.podIP}(:80)? user-agent=kube-probe/1\\.\\d+ x-a=$`),
      ),
    );
    expect(texts).toContainEqual(expect.stringMatching(/^GET \/query\?a=b /));
  });
});

describe('a container that is well', () => {
  test('is never restarted by its liveness probe, be it by exec, HTTP, TCP or gRPC', async () => {
    const count = (texts: readonly string[], part: string) => texts.filter((text) => text.includes(part)).length;
    for (const part of ['exec', '/healthy', 'grpc'])
      await expect.poll(async () => count(await shared.texts('healthy'), part), { timeout: 90_000 }).toBeGreaterThan(5);

    const pod = await shared.podWhen('healthy', () => true);
    expect(pod.status?.containerStatuses?.map(({ name, ready, restartCount }) => [name, ready, restartCount])).toEqual(
      ['exec', 'grpc', 'http', 'tcp'].map((name) => [name, true, 0]),
    );
    // Until its server listens, its startup may have been asked for in vain.
    const unhealthy = await shared.events('healthy', 'Unhealthy');
    expect(unhealthy.filter((text) => !text.startsWith('Startup probe failed'))).toEqual([]);
  });
});
