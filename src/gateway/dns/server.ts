/** Answers names by UDP and TCP, to clients of the project's network alone: nobody outside is ever sent anything. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { isInSubnet } from '../subnet.ts';
import { answerTo, failed, forDatagram, joined } from './answer.ts';
import type { Query, Reply } from './answer.ts';
import type { Forwarder } from './forward.ts';
import { frame, readFrames } from './frames.ts';
import type { Zone } from './zone.ts';

export interface Names {
  readonly zone: Zone;
  /** As `10.1.0.0/16`. */
  readonly network: string;
}

export interface NameServer {
  update(names: Names): void;
  close(): Promise<void>;
}

const mostConnections = 128;
const idleMs = 10_000;

/** @param place where it listens */
export async function serveNames(
  place: { readonly address: string; readonly port: number },
  first: Names,
  forwarder: Forwarder,
): Promise<NameServer> {
  let names = first;
  const mayAsk = (address: string | undefined): boolean => address !== undefined && isInSubnet(address, names.network);
  const replyTo = (packet: Buffer, way: 'udp' | 'tcp'): Promise<Buffer | undefined> =>
    complete(answerTo(packet, names.zone, shuffled), way, forwarder);

  const udp = createSocket('udp4');
  udp.on('message', (packet, client) => {
    if (!mayAsk(client.address)) return;
    void replyTo(packet, 'udp').then((reply) => {
      if (reply !== undefined) udp.send(reply, client.port, client.address, () => undefined);
    });
  });
  const tcp = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy()).setTimeout(idleMs, () => socket.destroy());
    if (!mayAsk(socket.remoteAddress)) return void socket.destroy();
    answerOnSocket(socket, replyTo);
  });
  tcp.maxConnections = mostConnections;
  try {
    await new Promise<void>((resolve, reject) => {
      udp.once('error', reject).bind({ ...place, exclusive: true }, () => resolve(void udp.off('error', reject)));
    });
    await new Promise<void>((resolve, reject) => {
      tcp
        .once('error', reject)
        .listen({ host: place.address, port: place.port }, () => resolve(void tcp.off('error', reject)));
    });
  } catch (error) {
    udp.close();
    throw error;
  }
  udp.on('error', () => undefined);
  tcp.on('error', () => undefined);
  return {
    update: (next) => void (names = next),
    async close() {
      await Promise.all([new Promise<void>((done) => udp.close(() => done())), new Promise((done) => tcp.close(done))]);
    },
  };
}

/** One query after another: what a client sends faster than it is answered waits in its connection. */
function answerOnSocket(socket: Socket, replyTo: (packet: Buffer, way: 'tcp') => Promise<Buffer | undefined>): void {
  let last = Promise.resolve();
  readFrames(socket, (packet) => {
    socket.pause();
    last = last.then(async () => {
      const reply = await replyTo(packet, 'tcp');
      if (reply === undefined) socket.destroy();
      else if (!socket.destroyed) socket.write(frame(reply), () => socket.resume());
    });
  });
}

async function complete(reply: Reply, way: 'udp' | 'tcp', forwarder: Forwarder): Promise<Buffer | undefined> {
  if (reply.kind === 'nothing') return undefined;
  if (reply.kind === 'reply') return fit(reply.packet, reply.query, way);
  const { query, name, before } = reply;
  const found = await forwarder.ask(query, name, way);
  if (found === undefined) return failed(query);
  return fit(before.length === 0 ? found : joined(query, before, found), query, way);
}

const fit = (packet: Buffer, query: Query | undefined, way: 'udp' | 'tcp'): Buffer =>
  way === 'tcp' || query === undefined ? packet : forDatagram(packet, query);

/** Fisher and Yates'. */
function shuffled<T>(list: readonly T[]): readonly T[] {
  const all = [...list];
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [all[last], all[other]] = [all[other] as T, all[last] as T];
  }
  return all;
}
