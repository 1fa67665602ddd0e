import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createRawServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { certificate } from './certificate.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on 127.0.0.1 that ends with the test; its port. */
export async function serve(handler: Handler): Promise<number> {
  return listen(createServer(handler));
}

export async function serveTls(handler: Handler): Promise<number> {
  return listen(createTlsServer(certificate, handler));
}

export async function serveRaw(handler: (socket: Socket) => void): Promise<number> {
  return listen(createRawServer(handler));
}

/** A port where nobody listens. */
export async function findClosedPort(): Promise<number> {
  const server = createRawServer();
  const port = await open(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listen(server: Server | HttpServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return open(server);
}

async function open(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
