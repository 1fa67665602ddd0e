import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { ProbeHandler } from '../../src/core/probes/check.ts';
import { checkHttp } from '../../src/probe/http.ts';
import { makeDial, ways, type Way } from './infra.ts';
import { findClosedPort, serve, serveRaw, serveTls } from './server.ts';

type HttpHandler = Extract<ProbeHandler, { kind: 'httpGet' }>;

const address = '127.0.0.1';

describe.each(ways)('%s', (way: Way) => {
  function check(port: number, changes: Partial<HttpHandler> = {}, timeoutMs = 10_000) {
    const handler: HttpHandler = { kind: 'httpGet', scheme: 'HTTP', port, path: '/', headers: [], ...changes };
    return checkHttp(handler, address, timeoutMs, makeDial(way, handler.host));
  }

  describe('the status is the verdict', () => {
    test.each([200, 204, 299])('%i is a success', async (status) => {
      const port = await serve((_request, response) => response.writeHead(status).end());
      expect((await check(port)).verdict).toBe('success');
    });

    test.each([300, 304, 399])('%i is a success with a warning', async (status) => {
      const port = await serve((_request, response) => response.writeHead(status).end());
      expect(await check(port)).toEqual({ verdict: 'warning', output: 'Probe terminated redirects, Response body: ' });
    });

    test.each([400, 404, 500, 503])('%i is a failure whose text holds no body', async (status) => {
      const port = await serve((_request, response) => response.writeHead(status).end('secret'));
      expect(await check(port)).toEqual({ verdict: 'failure', output: `HTTP probe failed with statuscode: ${status}` });
    });
  });

  test('lines that end in LF alone are read, as Go does: a script that answers with echo', async () => {
    const port = await serveRaw((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\n\nwell\n')));
    expect(await check(port)).toEqual({ verdict: 'success', output: 'well\n' });
  });

  describe('redirects', () => {
    test.each([
      [200, 'success'],
      [404, 'failure'],
    ])('one on the same host is followed to %i', async (status, verdict) => {
      const port = await serve((request, response) => {
        if (request.url === '/') response.writeHead(301, { location: '/there' }).end();
        else response.writeHead(status).end();
      });
      expect((await check(port)).verdict).toBe(verdict);
    });

    test('one to another port and scheme of the same host is followed', async () => {
      const tls = await serveTls((_request, response) => response.end('there'));
      const port = await serve((_request, response) =>
        response.writeHead(307, { location: `https://127.0.0.1:${tls}/` }).end(),
      );
      expect(await check(port)).toEqual({ verdict: 'success', output: 'there' });
    });

    test('one to another host is not followed and is a warning', async () => {
      const port = await serve((_request, response) =>
        response.writeHead(302, { location: 'http://other.invalid/' }).end('gone'),
      );
      expect(await check(port)).toEqual({
        verdict: 'warning',
        output: 'Probe terminated redirects, Response body: gone',
      });
    });

    test('nine are followed, a chain without end is a failure', async () => {
      let asked = 0;
      const port = await serve((request, response) => {
        asked += 1;
        const left = Number(request.url?.slice(1));
        if (left === 0) response.end();
        else response.writeHead(302, { location: `/${left - 1}` }).end();
      });
      expect((await check(port, { path: '/9' }, 10_000)).verdict).toBe('success');
      asked = 0;
      const result = await check(port, { path: '/11' }, 10_000);
      expect(result).toEqual({
        verdict: 'failure',
        output: `Get "http://127.0.0.1:${port}/1": stopped after 10 redirects`,
      });
      expect(asked).toBe(10);
    });

    test('a Host header goes along with a relative one alone', async () => {
      const hosts: (string | undefined)[] = [];
      const port = await serve((request, response) => {
        hosts.push(request.headers.host);
        const next = { '/': '/relative', '/relative': `http://127.0.0.1:${port}/absolute` }[request.url ?? ''];
        response.writeHead(next === undefined ? 200 : 302, next === undefined ? {} : { location: next }).end();
      });
      await check(port, { headers: [{ name: 'Host', value: 'shop.test' }] });
      expect(hosts).toEqual(['shop.test', 'shop.test', `127.0.0.1:${port}`]);
    });

    test('a scheme that is none is a failure', async () => {
      const port = await serve((_request, response) => response.writeHead(302, { location: 'ftp://127.0.0.1/' }).end());
      expect((await check(port)).output).toContain('unsupported protocol scheme "ftp"');
    });
  });

  describe('the request', () => {
    async function capture(
      changes: Partial<HttpHandler>,
    ): Promise<{ headers: IncomingHttpHeaders; raw: string[]; url: string }> {
      const seen: { headers: IncomingHttpHeaders; raw: string[]; url: string }[] = [];
      const port = await serve((request, response) => {
        seen.push({ headers: request.headers, raw: request.rawHeaders, url: request.url ?? '' });
        response.end();
      });
      expect((await check(port, changes)).verdict).toBe('success');
      return seen[0] ?? { headers: {}, raw: [], url: '' };
    }

    test("has Kubernetes' own headers and nothing of a keep-alive", async () => {
      const { headers } = await capture({});
      expect(headers).toMatchObject({ 'user-agent': 'kube-probe/1.36', accept: '*/*', connection: 'close' });
      expect(headers).not.toHaveProperty('accept-encoding');
    });

    test('takes the headers that are given', async () => {
      const { headers, raw } = await capture({
        headers: [
          { name: 'Host', value: 'shop.test' },
          { name: 'User-Agent', value: 'mine' },
          { name: 'Accept', value: 'text/plain' },
          { name: 'X-Many', value: 'a' },
          { name: 'X-Many', value: 'b' },
        ],
      });
      expect(headers).toMatchObject({ host: 'shop.test', 'user-agent': 'mine', accept: 'text/plain' });
      expect(raw.filter((_text, index) => raw[index - 1]?.toLowerCase() === 'x-many')).toEqual(['a', 'b']);
    });

    test('has no Accept and no User-Agent where they are empty', async () => {
      const { headers } = await capture({
        headers: [
          { name: 'Accept', value: '' },
          { name: 'User-Agent', value: '' },
        ],
      });
      expect(headers).not.toHaveProperty('accept');
      expect(headers).not.toHaveProperty('user-agent');
    });

    test.each([
      ['/', '/'],
      ['healthz', '/healthz'],
      ['/a?b=c&d', '/a?b=c&d'],
      ['/a#b', '/a'],
      ['/a b/ä', '/a%20b/%c3%a4'],
      ['/a%2fb', '/a%2fb'],
      ['/a%zz?b', '/a%25zz%3Fb'],
    ])('asks %s as %s', async (path, url) => {
      expect((await capture({ path })).url).toBe(url);
    });
  });

  describe('what goes wrong', () => {
    test('nobody listens', async () => {
      const port = await findClosedPort();
      const output = `Get "http://127.0.0.1:${port}/x": dial tcp 127.0.0.1:${port}: connect: connection refused`;
      expect(await check(port, { path: '/x' })).toEqual({ verdict: 'failure', output });
    });

    test('no such host', async () => {
      const result = await check(80, { host: 'nobody.invalid' }, 5_000);
      expect(result).toEqual({
        verdict: 'failure',
        output: 'Get "http://nobody.invalid:80/": dial tcp: lookup nobody.invalid: no such host',
      });
    });

    test('the answer does not come in time', async () => {
      const port = await serve(() => undefined);
      const output = `Get "http://127.0.0.1:${port}/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
      expect(await check(port, {}, 500)).toEqual({ verdict: 'failure', output });
    });

    test('the body does not end in time, however often a piece of it comes', async () => {
      const port = await serve((_request, response) => {
        const timer = setInterval(() => response.write('.'), 20);
        response.on('close', () => clearInterval(timer));
      });
      const startMs = performance.now();
      const result = await check(port, {}, 500);
      expect(result.verdict).toBe('failure');
      expect(result.output).toContain('while reading body');
      expect(performance.now() - startMs).toBeLessThan(1_500);
    });

    test('redirects share one timeout', async () => {
      const port = await serve((_request, response) => {
        setTimeout(() => response.writeHead(302, { location: '/again' }).end(), 60);
      });
      expect((await check(port, {}, 500)).output).toContain('(Client.Timeout exceeded while');
    });

    test('the server hangs up', async () => {
      const port = await serveRaw((socket) => socket.once('data', () => socket.end()));
      expect(await check(port)).toEqual({ verdict: 'failure', output: `Get "http://127.0.0.1:${port}/": EOF` });
    });

    test('the server speaks something else', async () => {
      const port = await serveRaw((socket) => socket.end('220 mail.test ESMTP\r\n'));
      expect((await check(port)).verdict).toBe('failure');
    });

    test('the answer is for a client that wants TLS', async () => {
      const port = await serve((_request, response) => response.end());
      const result = await check(port, { scheme: 'HTTPS' });
      expect(result.output).toBe(`Get "https://127.0.0.1:${port}/": http: server gave HTTP response to HTTPS client`);
    });

    test('an endless body is read to 10 KiB and is a success', async () => {
      const port = await serve((_request, response) => {
        const more = () => {
          while (response.write('x'.repeat(1024)));
        };
        response.on('drain', more);
        more();
      });
      const result = await check(port);
      expect(result).toEqual({ verdict: 'success', output: 'x'.repeat(10 * 1024) });
    });
  });

  test('a self-signed certificate will do', async () => {
    const port = await serveTls((_request, response) => response.end('well'));
    expect(await check(port, { scheme: 'HTTPS' })).toEqual({ verdict: 'success', output: 'well' });
  });

  test("a proxy of the user's is left alone", async () => {
    const before = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = 'http://127.0.0.1:9';
    const port = await serve((_request, response) => response.end());
    try {
      expect((await check(port)).verdict).toBe('success');
    } finally {
      if (before === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = before;
    }
  });

  test('the connection is closed after the answer', async () => {
    let closed: () => void = () => undefined;
    const end = new Promise<void>((resolve) => (closed = resolve));
    const port = await serve((request, response) => {
      request.socket.on('close', closed);
      response.end();
    });
    await check(port);
    await end;
  });
});
