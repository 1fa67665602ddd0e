/** Asks the engine's or the machine's own resolver what is not the project's. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { isReplyTo, question } from './answer.ts';
import type { Query } from './answer.ts';
import { frame, readFrames } from './frames.ts';

export interface Resolver {
  readonly address: string;
  readonly port: number;
}

/** So many are asked for at once; the next one fails at once. */
const mostOutstanding = 512;
const withinMs = 5_000;

export class Forwarder {
  #outstanding = 0;
  readonly #resolver: Resolver | undefined;

  /** @param resolver unset: nobody is asked */
  constructor(resolver: Resolver | undefined) {
    this.#resolver = resolver;
  }

  /**
   * The reply, under the query's own id; undefined where there is none.
   * @param name what is asked for: the query's own name, or the one that it stands for
   */
  async ask(query: Query, name: string, way: 'udp' | 'tcp'): Promise<Buffer | undefined> {
    const resolver = this.#resolver;
    if (resolver === undefined || this.#outstanding >= mostOutstanding) return undefined;
    this.#outstanding += 1;
    try {
      // Nobody who does not see the question can guess its id and its port.
      const id = randomInt(0x1_0000);
      const packet = question(query, name, id);
      const isAnswer = (reply: Buffer): boolean => isReplyTo(reply, query, name, id);
      const reply = await (way === 'udp' ? askUdp : askTcp)(resolver, packet, isAnswer);
      reply?.writeUInt16BE(query.id, 0);
      return reply;
    } catch {
      return undefined;
    } finally {
      this.#outstanding -= 1;
    }
  }
}

type Ask = (resolver: Resolver, packet: Buffer, isAnswer: (reply: Buffer) => boolean) => Promise<Buffer | undefined>;

const askUdp: Ask = ({ address, port }, packet, isAnswer) =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    const timer = setTimeout(() => settle(undefined), withinMs);
    const settle = (reply: Buffer | undefined): void => {
      clearTimeout(timer);
      socket.removeAllListeners().on('error', () => undefined);
      socket.close();
      resolve(reply);
    };
    socket.on('error', () => settle(undefined));
    socket.on('message', (reply) => {
      if (isAnswer(reply)) settle(reply);
    });
    socket.connect(port, address, () => socket.send(packet, () => undefined));
  });

const askTcp: Ask = ({ address, port }, packet, isAnswer) =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: withinMs });
    const timer = setTimeout(() => settle(undefined), withinMs);
    const settle = (reply: Buffer | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reply);
    };
    socket.on('error', () => settle(undefined)).on('close', () => settle(undefined));
    readFrames(socket, (reply) => {
      if (isAnswer(reply)) settle(reply);
    });
    socket.write(frame(packet));
  });
