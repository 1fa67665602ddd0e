/** How the gateway is given its state: lines on a socket in its own file system, each of them acknowledged. */
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { FeedAnswer } from '../model/service/gateway.ts';
import type { Gateway } from './gateway.ts';

/** A line that is longer ends its connection. */
const mostBytes = 64 * 1024 * 1024;

/** Resolves when it listens. */
export async function listenForState(path: string, gateway: Gateway): Promise<Server> {
  await rm(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    readLines(socket, (line) => {
      const answer = (answered: FeedAnswer): void => void socket.write(`${JSON.stringify(answered)}\n`);
      gateway.take(line).then(
        (failures) => answer({ failures }),
        (error: unknown) => answer({ refused: error instanceof Error ? error.message : String(error) }),
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ path, writableAll: true }, resolve);
  });
  return server;
}

function readLines(socket: Socket, call: (line: string) => void): void {
  let parts: string[] = [];
  let length = 0;
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const [first = '', ...rest] = chunk.split('\n');
    parts.push(first);
    length += first.length;
    for (const next of rest) {
      call(parts.join(''));
      parts = [next];
      length = next.length;
    }
    if (length > mostBytes) socket.destroy();
  });
}
