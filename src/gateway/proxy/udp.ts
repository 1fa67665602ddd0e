/** Takes datagrams to one port of a Service; each client has a socket of its own to one of the targets. */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import type { GatewayTarget } from '../../model/service/gateway.ts';
import { targetKey } from './affinity.ts';
import { Choice } from './choice.ts';
import type { PortState } from './choice.ts';
import type { Listening, Place } from './listening.ts';
import type { Room } from '../room.ts';

/** A client that is silent for so long is forgotten, as by the kernel's nf_conntrack_udp_timeout_stream. */
const idleMs = 120_000;

interface Session {
  readonly socket: Socket;
  readonly target: GatewayTarget;
  readonly timer: NodeJS.Timeout;
  end(): void;
}

export function listenUdp({ address, port }: Place, state: PortState, room: Room): Promise<Listening> {
  const choice = new Choice(state);
  const server = createSocket('udp4');
  const sessions = new Map<string, Session>();

  function sessionOf(client: RemoteInfo): Session | undefined {
    const key = `${client.address}:${client.port}`;
    const known = sessions.get(key);
    if (known !== undefined) return known;
    const [target] = choice.inOrder(client.address, Date.now());
    const leave = target === undefined ? undefined : room.enter();
    if (target === undefined || leave === undefined) return undefined;
    const socket = createSocket('udp4');
    const end = (): void => {
      if (sessions.get(key) !== session) return;
      sessions.delete(key);
      clearTimeout(session.timer);
      socket.close(leave);
    };
    const session: Session = { socket, target, timer: setTimeout(end, idleMs).unref(), end };
    // Nobody listens there, or no descriptor is left: as a datagram that is lost.
    socket.on('error', end);
    socket.on('message', (payload) => {
      session.timer.refresh();
      server.send(payload, client.port, client.address, ignore);
    });
    socket.connect(target.port, target.address);
    sessions.set(key, session);
    return session;
  }

  server.on('message', (payload, client) => {
    const session = sessionOf(client);
    if (session === undefined) return;
    session.timer.refresh();
    choice.took(client.address, session.target, Date.now());
    const { socket } = session;
    // The first one waits for its socket to be connected, which takes no answer of the target's.
    if (isConnected(socket)) socket.send(payload, ignore);
    else socket.once('connect', () => socket.send(payload, ignore));
  });

  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.bind({ address, port, exclusive: true }, () => {
      server.off('error', reject);
      server.on('error', ignore);
      resolve({
        update(next) {
          choice.update(next);
          const kept = new Set(next.targets.map(targetKey));
          for (const session of [...sessions.values()]) if (!kept.has(targetKey(session.target))) session.end();
        },
        close() {
          for (const session of [...sessions.values()]) session.end();
          return new Promise((closed) => server.close(() => closed()));
        },
      });
    });
  });
}

function isConnected(socket: Socket): boolean {
  try {
    return socket.remoteAddress().port > 0;
  } catch {
    return false;
  }
}

function ignore(): void {
  // A datagram that cannot be sent is lost.
}
