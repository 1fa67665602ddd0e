/** Ports of this machine that lead into a Pod: what client-go/tools/portforward/portforward.go does. */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { joinHostPort } from '../../probe/address.ts';
import type { World } from '../../run/world.ts';
import type { ForwardedPort, ListenAddress } from '../options/forward-ports.ts';
import { joinStreams } from './join-streams.ts';

export interface Forwarding {
  /** How many of the ports are listened on. */
  readonly listening: number;
  /** Ends it and all connections. */
  close(): void;
}

/** A connection to a port of the Pod, both halves of which end by themselves. */
export type DialPod = (port: number) => Promise<Duplex>;

/**
 * Listens on every address for every port; a port that is taken is told, and no reason to leave the others.
 * @param told what went wrong with one connection is for: `an error occurred forwarding 8080 -> 80: ...`
 */
export async function forwardPorts(
  world: World,
  ports: readonly ForwardedPort[],
  addresses: readonly ListenAddress[],
  dial: DialPod,
  told: (error: unknown, port: number) => string,
): Promise<Forwarding> {
  const servers: Server[] = [];
  const streams = new Set<Duplex>();
  const keep = <S extends Duplex>(stream: S): S => {
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
    return stream;
  };

  async function carry(socket: Socket, { local, remote }: ForwardedPort): Promise<void> {
    keep(socket).on('error', () => undefined);
    world.stdout.write(`Handling connection for ${local}\n`);
    try {
      const connection = keep(await dial(remote));
      joinStreams(socket, connection);
    } catch (error) {
      socket.destroy();
      world.stderr.write(`podrun: an error occurred forwarding ${local} -> ${remote}: ${told(error, remote)}\n`);
    }
  }

  /** The port that is listened on; the error where it cannot be. */
  async function listenAt(host: string, port: ForwardedPort): Promise<ForwardedPort | string> {
    const forwarded = { ...port };
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void carry(socket, forwarded));
    try {
      await listening(server, host, port.local);
    } catch (error) {
      return `unable to create listener: Error listen ${host.includes(':') ? 'tcp6' : 'tcp4'} ${joinHostPort(host, port.local)}: bind: ${bindText(error)}`;
    }
    servers.push(server);
    forwarded.local = (server.address() as AddressInfo).port;
    world.stdout.write(`Forwarding from ${joinHostPort(host, forwarded.local)} -> ${port.remote}\n`);
    return forwarded;
  }

  let count = 0;
  for (const port of ports) {
    let current = port;
    const errors: { readonly text: string; readonly address: ListenAddress }[] = [];
    for (const address of addresses) {
      const answer = await listenAt(address.host, current);
      if (typeof answer === 'string') errors.push({ text: answer, address });
      else current = answer;
    }
    if (!isFailure(addresses, errors)) count += 1;
    else {
      const texts = errors.map(({ text }) => text).join(' ');
      const what = `Listeners failed to create with the following errors: [${texts}]`;
      world.stderr.write(`podrun: Unable to listen on port ${current.local}: ${what}\n`);
    }
  }
  return {
    listening: count,
    close() {
      for (const server of servers) server.close();
      for (const stream of streams) stream.destroy();
    },
  };
}

/** All of localhost's, or any other. */
function isFailure(addresses: readonly ListenAddress[], errors: readonly { readonly address: ListenAddress }[]) {
  const failedAt = errors.map(({ address }) => address);
  const local = addresses.filter(({ ofLocalhost }) => ofLocalhost);
  return (
    failedAt.some(({ ofLocalhost }) => !ofLocalhost) ||
    (local.length > 0 && local.every((address) => failedAt.includes(address)))
  );
}

const listening = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, ipv6Only: host.includes(':') }, () => {
      server.off('error', reject);
      // One that could not be taken for want of descriptors is lost; the others go on.
      server.on('error', () => undefined);
      resolve();
    });
  });

/** The system's words, as Go has them. */
function bindText(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return bindTexts[code ?? ''] ?? message;
}

const bindTexts: Readonly<Record<string, string>> = {
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EACCES: 'permission denied',
  EAFNOSUPPORT: 'address family not supported by protocol',
};
