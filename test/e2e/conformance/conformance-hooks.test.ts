/** What Kubernetes' end-to-end tests ask of lifecycle hooks (kubernetes/kubernetes test/e2e/common/node/lifecycle_hook.go). */
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { uptime } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { certificate } from '../../probe/certificate.ts';
import { at, exec, mark, shareProject, sidecar, step, until } from '../support/conformance.ts';
import { allowance, idle, shortForm } from '../support/look.ts';
import { hasRestarts, isReady, statusOf } from '../support/status.ts';

const end = `${mark('TERM')}; exit 0`;
/** Notes each request and answers that there is nothing. */
const server = [
  // The startup probe connects and says nothing.
  'read -r method path rest || exit',
  'while read -r name value; do case $name in [Uu]ser-[Aa]gent:) agent=$value;; [!A-Za-z]*|"") break;; esac; done',
  mark('$method $path $agent'),
  'printf "HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n"',
].join('; ');
const serve = sidecar(`trap 'exit 0' TERM; nc -ll -p 80 -e sh /srv/serve & wait $!`, {
  volumeMounts: ['./srv:/srv:ro'],
});
const http = (path: string) => ({ httpGet: { path, port: 80 } });

const pods = (tlsPort: number, plainPort: number) => ({
  hooked: { containers: { app: step(idle, { lifecycle: { postStart: exec('exit 1') } }) } },
  fallback: {
    containers: {
      app: step(idle, {
        lifecycle: {
          postStart: { httpGet: { scheme: 'HTTPS', host: '127.0.0.1', port: plainPort, path: '/hook' } },
        },
      }),
    },
  },
  http: {
    initContainers: { server: { ...serve, startupProbe: { tcpSocket: { port: 80 }, periodSeconds: 1 } } },
    containers: { app: step(until(end), { lifecycle: { postStart: http('/started'), preStop: http('/stopping') } }) },
  },
  https: {
    containers: {
      app: step(idle, {
        lifecycle: { postStart: { httpGet: { scheme: 'HTTPS', host: '127.0.0.1', port: tlsPort, path: '/secure' } } },
      }),
    },
  },
  failing: {
    containers: {
      app: step(until(end, mark('start')), {
        lifecycle: { postStart: exec('sleep 1; exit 1'), preStop: exec(mark('preStop')) },
      }),
      next: step(`${mark('next')}; ${idle}`),
    },
  },
  rudely: { containers: { app: step(until(end), { lifecycle: { preStop: exec(`${mark('preStop')}; exit 1`) } }) } },
  sick: {
    containers: {
      app: step(until(end, mark('start')), {
        lifecycle: { preStop: exec(`${mark('preStop')}; sleep 1`) },
        livenessProbe: {
          ...exec('[ -e /out/well ] || { touch /out/well; false; }'),
          periodSeconds: 1,
          timeoutSeconds: 5,
          failureThreshold: 1,
        },
      }),
    },
  },
  'graceless-sick': {
    terminationGracePeriodSeconds: 0,
    containers: {
      app: step(until(end, mark('start')), {
        lifecycle: { preStop: exec(mark('preStop')) },
        livenessProbe: {
          ...exec('[ -e /out/healed ] || { touch /out/healed; false; }'),
          periodSeconds: 1,
          timeoutSeconds: 5,
          failureThreshold: 1,
        },
      }),
    },
  },
  sleeping: {
    containers: {
      app: step(until(end), {
        lifecycle: { postStart: { sleep: { seconds: 2 } }, preStop: { sleep: { seconds: 3 } } },
      }),
      next: step(`${mark('next')}; ${idle}`),
      zero: step(until(`${mark('zero TERM')}; exit 0`), {
        lifecycle: { postStart: { sleep: { seconds: 0 } }, preStop: { sleep: { seconds: 0 } } },
      }),
    },
  },
  dying: {
    terminationGracePeriodSeconds: 40,
    containers: {
      app: step('until [ -e /tmp/stopping ]; do sleep 0.1; done; exit 3', {
        lifecycle: { preStop: exec('touch /tmp/stopping; sleep 30') },
      }),
    },
  },
  'dying-asleep': {
    terminationGracePeriodSeconds: 40,
    containers: {
      app: step('until [ -e /out/go-die ]; do sleep 0.1; done; exit 3', {
        lifecycle: { preStop: { sleep: { seconds: 30 } } },
      }),
    },
  },
});

const asked: string[] = [];
const tls = createServer(certificate, (request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers['user-agent']}`);
  response.writeHead(500).end();
});
beforeAll(() => new Promise<void>((resolve) => void tls.listen(0, '127.0.0.1', resolve)));
afterAll(() => void tls.close());
const askedPlainly: string[] = [];
const plain = createPlainServer((request, response) => {
  askedPlainly.push(`${request.method} ${request.url}`);
  response.end();
});
beforeAll(() => new Promise<void>((resolve) => void plain.listen(0, '127.0.0.1', resolve)));
afterAll(() => void plain.close());

const shared = shareProject(() => ({
  'pods.yaml': shortForm(pods((tls.address() as AddressInfo).port, (plain.address() as AddressInfo).port)),
  'srv/serve': server,
}));

describe('postStart', () => {
  test('that fails leaves its container waiting for PostStartHookError', async () => {
    const reason = 'jsonpath={.status.containerStatuses[0].state.waiting.reason}=PostStartHookError';

    // Told until the back-off is: after each failure, the third of which is some 10 s after the second, the fourth 20 s later.
    expect(await shared.project.run('wait', 'hooked', '--for', reason, '--timeout', '60s')).toMatchObject({ code: 0 });
  });

  test('by httpGet asks the Pod’s own address, as kube-lifecycle, and takes any answer', async () => {
    const pod = await shared.podWhen('http', isReady);

    expect(await shared.texts('http')).toEqual([expect.stringMatching(/^GET \/started kube-lifecycle\/1\.\d+/)]);
    expect(statusOf(pod, 'app').restartCount).toBe(0);
    expect(await shared.events('http', 'FailedPostStartHook')).toEqual([]);
  });

  test('by httpGet over HTTPS does not look at the certificate', async () => {
    await shared.podWhen('https', isReady);

    expect(asked).toEqual([expect.stringMatching(/^GET \/secure kube-lifecycle\/1\.\d+/)]);
  });

  test('by HTTPS is asked again by plain HTTP when the server speaks that, with a warning', async () => {
    await shared.podWhen('fallback', isReady, 8_000);

    expect(askedPlainly).toEqual(['GET /hook']);
    expect(await shared.events('fallback', 'LifecycleHTTPFallback')).toHaveLength(1);
  });

  test('that fails ends its container as a deletion would, then it is restarted; the others start all the same', async () => {
    await shared.podWhen('failing', (pod) => hasRestarts('app', 1)(pod) && statusOf(pod, 'next').ready);

    expect((await shared.texts('failing', 5)).filter((text) => text !== 'next').slice(0, 4)).toEqual([
      'start',
      'preStop',
      'TERM',
      'start',
    ]);
    expect((await shared.events('failing', 'FailedPostStartHook'))[0]).toBe('PostStartHook failed');
  });

  test('by sleep holds the next container back so long, and may be of no seconds', async () => {
    const pod = await shared.podWhen('sleeping', isReady);
    const started = Date.parse((await shared.instances('sleeping', 'app'))[0]?.State.StartedAt ?? '');
    const next = Date.parse((await shared.instances('sleeping', 'next'))[0]?.State.StartedAt ?? '');

    expect((next - started) / 1000).toBeGreaterThanOrEqual(2);
    expect((next - started) / 1000).toBeLessThan(2 + allowance);
    expect(statusOf(pod, 'zero').restartCount).toBe(0);
  });
});

describe('preStop', () => {
  beforeAll(async () => {
    for (const name of ['sick', 'graceless-sick']) await shared.podWhen(name, hasRestarts('app', 1));
    for (const name of ['http', 'rudely', 'sleeping', 'dying', 'dying-asleep', 'sick'])
      await shared.podWhen(name, isReady);
  });

  test('runs before a container is ended by its liveness probe, and TERM waits for it', async () => {
    const marks = (await shared.marks('sick', 4)).slice(0, 4);

    expect(marks.map(({ text }) => text)).toEqual(['start', 'preStop', 'TERM', 'start']);
    expect(at(marks, 'TERM') - at(marks, 'preStop')).toBeGreaterThanOrEqual(1 - 0.02);
  });

  test('is left out when a container without any grace is ended by its liveness probe', async () => {
    expect((await shared.texts('graceless-sick')).slice(0, 3)).toEqual(['start', 'TERM', 'start']);
  });

  describe('of a Pod that is deleted', () => {
    let began = 0;
    beforeAll(() => {
      began = uptime();
      shared.project.start('down');
    });

    test('by httpGet comes before TERM, from a server in a sidecar of the same Pod', async () => {
      await gone('http');

      expect(await shared.texts('http')).toEqual([
        expect.stringMatching(/^GET \/started /),
        expect.stringMatching(/^GET \/stopping kube-lifecycle\/1\.\d+/),
        'TERM',
      ]);
    });

    test('that fails is told, and the container is ended all the same', async () => {
      await gone('rudely');

      expect(await shared.texts('rudely')).toEqual(['preStop', 'TERM']);
      expect(await shared.events('rudely', 'FailedPreStopHook')).toEqual(['PreStopHook failed']);
    });

    test('by sleep holds TERM back so long, no seconds not at all', async () => {
      await gone('sleeping');

      const marks = await shared.marks('sleeping');
      expect(at(marks, 'TERM') - began).toBeGreaterThan(3);
      expect(at(marks, 'TERM') - began).toBeLessThan(3 + allowance);
      expect(at(marks, 'zero TERM') - began).toBeLessThan(allowance);
    });

    test('is not waited for when the container ends meanwhile', async () => {
      // Their hooks take 30 s.
      await shared.allow('die');
      await gone('dying', '10s');
      await gone('dying-asleep', '10s');

      const { code } = await shared.up.waitEnd();
      expect(code).toBe(0);
    });
  });
});

async function gone(name: string, timeout = '20s'): Promise<void> {
  const { code, stderr } = await shared.project.run('wait', name, '--for', 'delete', '--timeout', timeout);
  expect(code, stderr).toBe(0);
}
