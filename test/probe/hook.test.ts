import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ExecResult } from '../../src/engine/port.ts';
import { runHook } from '../../src/probe/hook.ts';
import { makeDialPort, ways } from './infra.ts';

const engineOf = (result: ExecResult) => ({ ...makeDialPort('direct'), exec: () => Promise.resolve(result) });
const noExec = { exec: () => Promise.reject(new Error('no command is to run')) };

test.each([
  ['exits with 0', { kind: 'exit', code: 0, output: '' } as const, { ok: true }],
  [
    'exits with 7',
    { kind: 'exit', code: 7, output: 'no database:\nrefused\n' } as const,
    { ok: false, message: 'command "a b" exited with 7, message: "no database:\\nrefused"' },
  ],
  [
    'exits with 1 in silence',
    { kind: 'exit', code: 1, output: '\n' } as const,
    { ok: false, message: 'command "a b" exited with 1' },
  ],
  [
    'says much and exits with 1',
    { kind: 'exit', code: 1, output: `${'x'.repeat(5_000)}end` } as const,
    { ok: false, message: `command "a b" exited with 1, message: "…${'x'.repeat(1_021)}end"` },
  ],
  [
    'cannot run',
    { kind: 'error', message: 'no such container' } as const,
    { ok: false, message: 'command "a b" no such container' },
  ],
])('a command that %s', async (_name, result, expected) => {
  expect(await runHook(engineOf(result), 'id', { kind: 'exec', command: ['a', 'b'] }, '')).toEqual(expected);
});

test('a sleep ends by itself', async () => {
  expect(await runHook({ ...makeDialPort('direct'), ...noExec }, 'id', { kind: 'sleep', seconds: 0 }, '')).toEqual({
    ok: true,
  });
});

test.each(ways)('an HTTP answer of any status is a success; nobody there is a failure (%s)', async (way) => {
  const engine = { ...makeDialPort(way), ...noExec };
  const agents: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    agents.push(request.headers['user-agent']);
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const get = (to: number) => ({ kind: 'httpGet', scheme: 'HTTP', port: to, path: '/', headers: [] }) as const;

  expect(await runHook(engine, 'id', get(port), '127.0.0.1')).toEqual({ ok: true });
  expect(agents).toEqual(['kube-lifecycle/1.36']);
  expect((await runHook(engine, 'id', get(1), '127.0.0.1')).ok).toBe(false);
});

test.each(ways)('an https hook that is answered in plain http is asked again, and that is told (%s)', async (way) => {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const get = { kind: 'httpGet', scheme: 'HTTPS', port, path: '/stop', headers: [] } as const;
  expect(await runHook({ ...makeDialPort(way), ...noExec }, 'id', get, '127.0.0.1')).toEqual({
    ok: true,
    fallback: `request to HTTPS lifecycle hook 127.0.0.1:${port} got HTTP response, retry with HTTP succeeded`,
  });
  expect(paths).toEqual(['/stop']);
});
