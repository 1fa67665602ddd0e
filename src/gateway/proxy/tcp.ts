/** Takes TCP connections to one port of a Service and joins each to a connection to one of its targets. */
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { GatewayTarget } from '../../model/service/gateway.ts';
import { Choice } from './choice.ts';
import type { PortState } from './choice.ts';
import type { Listening, Place } from './listening.ts';
import type { Room } from '../room.ts';

/** A target that does not answer at all holds a client for no longer. */
const connectWithinMs = 10_000;
/** How many targets are tried before the client is told that none takes it. */
const mostTries = 3;
/** A peer that vanished without a word is found out by this. */
const keepAliveMs = 60_000;

export function listenTcp({ address, port }: Place, state: PortState, room: Room): Promise<Listening> {
  const choice = new Choice(state);
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
    const leave = room.enter();
    if (leave === undefined) return void client.on('error', ignore).resetAndDestroy();
    client.once('close', leave);
    serve(client, choice);
  });
  return listen(server, address, port).then(() => ({
    update: (next) => choice.update(next),
    // Connections that are open go on.
    close: () => new Promise((closed) => server.close(() => closed()).unref()),
  }));
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject);
      // Descriptors may run out: the next connection is another chance.
      server.on('error', ignore);
      resolve();
    });
  });
}

function serve(client: Socket, choice: Choice): void {
  const from = client.remoteAddress ?? '';
  const targets = choice.inOrder(from, Date.now()).slice(0, mostTries);
  client.on('error', ignore);
  void reach(targets, client).then((found) => {
    if (found === undefined) return void client.resetAndDestroy();
    choice.took(from, found.target, Date.now());
    join(client, found.socket);
  });
}

interface Found {
  readonly socket: Socket;
  readonly target: GatewayTarget;
}

/** The first target that takes the connection; undefined where none does, or the client has gone meanwhile. */
async function reach(targets: readonly GatewayTarget[], client: Socket): Promise<Found | undefined> {
  for (const target of targets) {
    const socket = await dial(target, client);
    if (client.destroyed) return void socket?.on('error', ignore).destroy();
    if (socket !== undefined) return { socket, target };
  }
  return undefined;
}

function dial({ address, port }: GatewayTarget, client: Socket): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true });
    const timer = setTimeout(() => settle(undefined), connectWithinMs);
    const gone = (): void => settle(undefined);
    const settle = (result: Socket | undefined): void => {
      clearTimeout(timer);
      client.off('close', gone);
      if (result === undefined) socket.destroy();
      resolve(result);
    };
    client.once('close', gone);
    socket.on('error', gone);
    socket.once('connect', () => {
      socket.off('error', gone);
      settle(socket);
    });
    socket.on('error', ignore);
  });
}

/** Each half ends by itself, each side waits for the other's reader, and a reset of one is a reset of the other. */
function join(client: Socket, target: Socket): void {
  for (const [one, other] of [
    [client, target],
    [target, client],
  ] as const) {
    one.setKeepAlive(true, keepAliveMs);
    one.on('error', () => other.resetAndDestroy());
    one.once('close', () => {
      if (!other.writableEnded) other.end();
      if (!one.readableEnded) other.destroy();
    });
    one.pipe(other);
  }
}

function ignore(): void {
  // What became of the connection is in its 'close'.
}
