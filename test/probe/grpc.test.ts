import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkGrpc } from '../../src/probe/grpc.ts';
import { makeDial, ways } from './infra.ts';
import { findClosedPort, serveRaw } from './server.ts';

const path = '/grpc.health.v1.Health/Check';
const plain = (bytes: Buffer): Buffer => bytes;

/** A server whose health is as `answer` says: it gets the request's bytes and gives the response's. */
async function serve(answer: (request: Buffer) => Buffer | 'never' | 'unimplemented'): Promise<number> {
  const server = new Server();
  const method = {
    path,
    requestStream: false,
    responseStream: false,
    requestDeserialize: plain,
    requestSerialize: plain,
    responseDeserialize: plain,
    responseSerialize: plain,
  };
  server.addService(
    { check: method },
    {
      check: (call: { request: Buffer }, reply: (error: object | null, value?: Buffer) => void) => {
        const value = answer(call.request);
        if (value === 'unimplemented') reply({ code: status.UNIMPLEMENTED, details: 'no such method' });
        else if (value !== 'never') reply(null, value);
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  onTestFinished(() => server.forceShutdown());
  return port;
}

describe.each(ways)('%s', (way) => {
  const check = (port: number, service = '', timeoutMs = 1_000) =>
    checkGrpc({ kind: 'grpc', port, service }, '127.0.0.1', timeoutMs, makeDial(way));

  test('a server that serves is healthy, and is asked for the service by name', async () => {
    const asked: string[] = [];
    const port = await serve((request) => {
      asked.push(request.toString('hex'));
      return Buffer.from([0x08, 1]);
    });

    expect(await check(port)).toEqual({ verdict: 'success', output: 'service healthy' });
    expect(await check(port, 'db')).toEqual({ verdict: 'success', output: 'service healthy' });
    expect(asked).toEqual(['', '0a026462']);
  });

  test.each([
    ['not serving', () => Buffer.from([0x08, 2]), 'service unhealthy (responded with "NOT_SERVING")'],
    ['unknown, which protobuf leaves out', () => Buffer.alloc(0), 'service unhealthy (responded with "UNKNOWN")'],
    [
      'without the protocol',
      () => 'unimplemented' as const,
      'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): no such method',
    ],
  ])('a server that is %s fails', async (_name, answer, output) => {
    expect(await check(await serve(answer))).toEqual({ verdict: 'failure', output });
  });

  test('a server that does not answer in time fails', async () => {
    const result = await check(await serve(() => 'never'), '', 200);
    expect(result).toEqual({ verdict: 'failure', output: 'timeout: health rpc did not complete within 0.2s' });
  });

  test('nobody there is a failure, no error of the prober’s', async () => {
    const port = await findClosedPort();
    const output = `error: health rpc to 127.0.0.1:${port} failed: dial tcp 127.0.0.1:${port}: connect: connection refused`;
    expect(await check(port)).toEqual({ verdict: 'failure', output });
  });

  test('a server that hangs up at once is a failure', async () => {
    const port = await serveRaw((socket) => socket.destroy());
    expect((await check(port)).verdict).toBe('failure');
  });
});
