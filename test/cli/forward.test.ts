/** Forwarded ports over loopback sockets, with the Pod's side played by servers of the test. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EngineError } from '../../src/engine/port.ts';
import type { ListenAddress } from '../../src/cli/options/forward-ports.ts';
import { dialPod } from '../../src/cli/streams/dial-pod.ts';
import { forwardPorts } from '../../src/cli/streams/forward.ts';
import type { World } from '../../src/run/world.ts';

const local: ListenAddress = { host: '127.0.0.1', ofLocalhost: true };
const noTunnel = { connect: () => Promise.reject(new EngineError({ kind: 'refused', message: 'no tunnel' })) };

/** A server of the Pod's. */
async function serve(handle: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function makeWorld() {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (piece: string) => ((written[name] += piece), true),
  });
  return { written, world: { stdout: stream('stdout'), stderr: stream('stderr') } as unknown as World };
}

async function forward(remote: number, tunnel = noTunnel, addresses: readonly ListenAddress[] = [local]) {
  const { world, written } = makeWorld();
  const dial = dialPod('direct', tunnel, '127.0.0.1');
  const told = (error: unknown): string => (error as Error).message;
  const forwarding = await forwardPorts(world, [{ local: 0, remote }], addresses, dial, told);
  onTestFinished(() => forwarding.close());
  const port = Number(/:(\d+) ->/.exec(written.stdout)?.[1]);
  const dialLocal = async (): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  };
  return { forwarding, written, port, dialLocal };
}

test('says what kubectl says, and carries many at once', async () => {
  const remote = await serve((socket) => void socket.pipe(socket));
  const { written, port, dialLocal } = await forward(remote);
  const sockets = await Promise.all(Array.from({ length: 300 }, dialLocal));
  const answers = sockets.map((socket, n) => text(socket.end(`this is ${n}`)));
  expect(await Promise.all(answers)).toEqual(sockets.map((_, n) => `this is ${n}`));
  const handling = Array<string>(300).fill(`Handling connection for ${port}\n`);
  expect(written).toEqual({
    stdout: `Forwarding from 127.0.0.1:${port} -> ${remote}\n${handling.join('')}`,
    stderr: '',
  });
});

test('who has ended its half still gets the whole answer', async () => {
  const remote = await serve((socket) => void socket.resume().on('end', () => socket.end('x'.repeat(1_000_000))));
  const { dialLocal } = await forward(remote);
  expect((await text((await dialLocal()).end('asked'))).length).toBe(1_000_000);
});

test('who has heard the end may go on', async () => {
  let heard: Promise<string> | undefined;
  const remote = await serve((socket) => {
    heard = text(socket);
    socket.end('bye');
  });
  const { dialLocal } = await forward(remote);
  const socket = await dialLocal();
  expect(String((await once(socket, 'data'))[0])).toBe('bye');
  await once(socket, 'end');
  socket.end('still here');
  expect(await heard).toBe('still here');
});

test('a reset is passed on both ways', async () => {
  let served: (socket: Socket) => void = () => undefined;
  const remote = await serve((socket) => served(socket));
  const { dialLocal } = await forward(remote);

  served = (socket) => void socket.once('data', () => socket.resetAndDestroy());
  const reset = await dialLocal();
  reset.write('asked');
  await expect(once(reset, 'close')).rejects.toMatchObject({ code: 'ECONNRESET' });

  const atServer = new Promise((resolve) => {
    served = (socket) => void socket.resume().once('error', resolve).write('hello');
  });
  const resetting = await dialLocal();
  await once(resetting, 'data');
  resetting.resetAndDestroy();
  expect(await atServer).toMatchObject({ code: 'ECONNRESET' });
});

test('who writes waits for who reads', async () => {
  const bytes = 100_000_000;
  /** What each connection was sent so far, in the order in which they came. */
  const sent: number[] = [];
  const remote = await serve((socket) => {
    const piece = Buffer.alloc(1_000_000);
    const index = sent.push(0) - 1;
    const send = (): void => {
      while ((sent[index] ?? 0) < bytes) {
        sent[index] = (sent[index] ?? 0) + piece.length;
        if (!socket.write(piece)) return (void socket.once('drain', send), undefined);
      }
      socket.end();
    };
    send();
  });
  const { dialLocal } = await forward(remote);
  const read = async (socket: Socket): Promise<number> => {
    let got = 0;
    socket.on('data', (piece: Buffer) => (got += piece.length));
    await once(socket.resume(), 'end');
    return got;
  };
  const waiting = await dialLocal();
  waiting.pause();
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  // In the time in which another one has it all.
  expect(await read(await dialLocal())).toBe(bytes);
  expect(sent[0]).toBeLessThan(bytes / 2);
  expect(await read(waiting)).toBe(bytes);
});

test('a connection that fails ends no other, and is told', async () => {
  const remote = await serve((socket) => void socket.pipe(socket));
  const { written, dialLocal } = await forward(remote);
  const going = await dialLocal();
  going.write('one');
  await once(going, 'data');
  const refused = await forward(1);
  expect(await text((await refused.dialLocal()).end())).toBe('');
  expect(refused.written.stderr).toBe(`podrun: an error occurred forwarding ${refused.port} -> 1: no tunnel\n`);
  going.write('two');
  expect(String((await once(going, 'data'))[0])).toBe('two');
  expect(written.stderr).toBe('');
});

test('a port that only the Pod’s loopback has is reached by the tunnel', async () => {
  const remote = await serve((socket) => void socket.pipe(socket));
  const asked: unknown[] = [];
  const tunnel = {
    connect: async (addresses: readonly string[], port: number) => {
      asked.push([addresses, port]);
      const socket = connect({ port: remote, host: '127.0.0.1', allowHalfOpen: true });
      await once(socket, 'connect');
      return socket;
    },
  };
  const { dialLocal } = await forward(1, tunnel as unknown as typeof noTunnel);
  expect(await text((await dialLocal()).end('well'))).toBe('well');
  expect(asked).toEqual([[['127.0.0.1', '::1'], 1]]);
});

test('a port is not listened on where one of the addresses is taken; of localhost’s one is enough', async () => {
  const taken = await serve(() => undefined);
  const { world, written } = makeWorld();
  const ports = [{ local: taken, remote: 80 }];
  const listen = (addresses: readonly ListenAddress[]) =>
    forwardPorts(
      world,
      ports,
      addresses,
      () => Promise.reject(new Error('never')),
      () => '',
    );
  const other = { host: '127.0.0.2', ofLocalhost: true };
  const half = await listen([local, other]);
  expect([half.listening, written]).toEqual([1, { stdout: `Forwarding from 127.0.0.2:${taken} -> 80\n`, stderr: '' }]);
  half.close();
  const none = await listen(
    [local, { host: '127.0.0.3', ofLocalhost: false }].map((each) => ({ ...each, ofLocalhost: false })),
  );
  none.close();
  expect([none.listening, written.stderr]).toEqual([
    0,
    `podrun: Unable to listen on port ${taken}: Listeners failed to create with the following errors: [unable to create listener: Error listen tcp4 127.0.0.1:${taken}: bind: address already in use]\n`,
  ]);
});
