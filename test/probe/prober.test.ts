import { describe, expect, test } from 'vitest';
import type { ProbeHandler } from '../../src/core/probes/check.ts';
import type { ExecResult } from '../../src/engine/port.ts';
import { EngineError } from '../../src/engine/port.ts';
import type { DialPort } from '../../src/probe/dial.ts';
import { makeProber } from '../../src/probe/prober.ts';
import { makeDialPort, ways } from './infra.ts';
import { fillBacklog, findClosedPort, serveRaw } from './server.ts';

function makeCheck(...answers: (ExecResult | Error)[]) {
  const calls: { id: string; command: readonly string[]; timeoutMs: number }[] = [];
  const prober = makeProber({
    ...makeDialPort('direct'),
    exec: (id, command, timeoutMs) => {
      calls.push({ id, command, timeoutMs });
      const answer = answers[Math.min(calls.length, answers.length) - 1];
      return answer instanceof Error || answer === undefined
        ? Promise.reject(answer ?? new Error('no answer'))
        : Promise.resolve(answer);
    },
  });
  const check = (handler: ProbeHandler, timeoutMs = 1_000) =>
    prober.check({ containerId: 'c1', address: '127.0.0.1', handler, timeoutMs });
  return { calls, check };
}

const command = ['cat', '/tmp/healthy'];

describe('exec', () => {
  test.each<[ExecResult, object]>([
    [
      { kind: 'exit', code: 0, output: 'ok' },
      { verdict: 'success', output: 'ok' },
    ],
    [
      { kind: 'exit', code: 1, output: 'no such file' },
      { verdict: 'failure', output: 'no such file' },
    ],
    [
      { kind: 'exit', code: 126, output: 'OCI runtime exec failed' },
      { verdict: 'failure', output: 'OCI runtime exec failed' },
    ],
    [{ kind: 'timeout' }, { verdict: 'failure', output: 'command "cat /tmp/healthy" timed out' }],
    [
      { kind: 'error', message: 'not running' },
      { verdict: 'error', output: 'not running' },
    ],
  ])('%o', async (answer, result) => {
    expect(await makeCheck(answer).check({ kind: 'exec', command })).toEqual(result);
  });

  test('asks for the container, the command and the timeout', async () => {
    const { calls, check } = makeCheck({ kind: 'exit', code: 0, output: '' });
    await check({ kind: 'exec', command }, 3_000);
    expect(calls).toEqual([{ id: 'c1', command, timeoutMs: 3_000 }]);
  });

  test('keeps 10 KiB of the output', async () => {
    const { check } = makeCheck({ kind: 'exit', code: 1, output: 'x'.repeat(20_000) });
    expect((await check({ kind: 'exec', command })).output).toHaveLength(10 * 1024);
  });

  test("tries again at once after the prober's own trouble, three times in all", async () => {
    const { calls, check } = makeCheck({ kind: 'error', message: 'broken pipe' });
    expect(await check({ kind: 'exec', command })).toEqual({ verdict: 'error', output: 'broken pipe' });
    expect(calls).toHaveLength(3);
  });

  test('takes what the second try says', async () => {
    const { calls, check } = makeCheck(new Error('broken pipe'), { kind: 'exit', code: 0, output: '' });
    expect((await check({ kind: 'exec', command })).verdict).toBe('success');
    expect(calls).toHaveLength(2);
  });

  test('a failure is not tried again', async () => {
    const { calls, check } = makeCheck({ kind: 'exit', code: 1, output: '' });
    await check({ kind: 'exec', command });
    expect(calls).toHaveLength(1);
  });
});

describe.each(ways)('tcpSocket, %s', (way) => {
  const prober = makeProber({ ...makeDialPort(way), exec: () => Promise.reject(new Error('no command is to run')) });
  const check = (handler: ProbeHandler, timeoutMs = 1_000) =>
    prober.check({ containerId: 'c1', address: '127.0.0.1', handler, timeoutMs });

  test('succeeds where somebody accepts, and hangs up', async () => {
    let closed: () => void = () => undefined;
    const end = new Promise<void>((resolve) => (closed = resolve));
    const port = await serveRaw((socket) => {
      socket.resume();
      socket.on('close', closed);
    });
    expect(await check({ kind: 'tcpSocket', port })).toEqual({ verdict: 'success', output: '' });
    await end;
  });

  test('fails where nobody listens', async () => {
    const port = await findClosedPort();
    const output = `dial tcp 127.0.0.1:${port}: connect: connection refused`;
    expect(await check({ kind: 'tcpSocket', port })).toEqual({ verdict: 'failure', output });
  });

  test('fails where nobody answers in time, and leaves nothing that still waits', async () => {
    const port = await fillBacklog();
    const output = `dial tcp 127.0.0.1:${port}: i/o timeout`;
    expect(await check({ kind: 'tcpSocket', port }, 300)).toEqual({ verdict: 'failure', output });
  });

  test('fails for a name that nobody has', async () => {
    const result = await check({ kind: 'tcpSocket', host: 'nobody.invalid', port: 1 }, 5_000);
    expect(result).toEqual({ verdict: 'failure', output: 'dial tcp: lookup nobody.invalid: no such host' });
  });
});

describe('dialling through the infra', () => {
  const network = [
    { kind: 'tcpSocket', port: 1 },
    { kind: 'grpc', port: 1, service: '' },
    { kind: 'httpGet', scheme: 'HTTP', port: 1, path: '/', headers: [] },
  ] as const;
  const makeCounted = (dial: DialPort['dial']) => {
    let dials = 0;
    const counted: DialPort['dial'] = (...args) => {
      dials += 1;
      return dial(...args);
    };
    const exec = () => Promise.reject(new Error('no command is to run'));
    return { prober: makeProber({ info: { reach: 'infra' }, dial: counted, exec }), dials: () => dials };
  };
  const request = { containerId: 'c1', address: '127.0.0.1', timeoutMs: 200 };

  test.each(network)('an engine that cannot is no verdict on the server: $kind', async (handler) => {
    const failure = { kind: 'away', message: 'the engine does not answer' } as const;
    const { prober, dials } = makeCounted(() => Promise.reject(new EngineError(failure)));
    expect(await prober.check({ ...request, handler })).toEqual({ verdict: 'error', output: failure.message });
    expect(dials()).toBe(3);
  });

  test.each(network)('an engine that stays silent is a timeout, at once: $kind', async (handler) => {
    const { prober } = makeCounted(() => new Promise(() => undefined));
    const startMs = performance.now();
    expect((await prober.check({ ...request, handler })).verdict).toBe('failure');
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  test('a host that is given is dialled from here', async () => {
    const { prober, dials } = makeCounted(() => Promise.reject(new Error('the infra was asked')));
    const port = await serveRaw((socket) => socket.resume());
    const handler = { kind: 'tcpSocket', host: '127.0.0.1', port } as const;
    expect((await prober.check({ ...request, handler })).verdict).toBe('success');
    expect(dials()).toBe(0);
  });
});

test('a request that cannot be made is an error, not a rejection', async () => {
  const { check } = makeCheck();
  const headers = [{ name: 'not a token', value: 'x' }];
  const result = await check({ kind: 'httpGet', scheme: 'HTTP', port: 1, path: '/', headers });
  expect(result.verdict).toBe('error');
});
