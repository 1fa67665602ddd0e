/** A socket between podrun and the engine: it notes each request, and may answer some itself. */
import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Relay {
  readonly socketPath: string;
  /** `GET /v1.41/containers/json?...`, in order. */
  readonly requests: string[];
  /** Takes a request instead of the engine when it returns true. */
  intercept?: (request: string, incoming: IncomingMessage, response: ServerResponse) => boolean;
  /** Says which URL the engine is asked instead. */
  rewrite?: (url: string) => string;
  /** Told the body of each create. */
  body?: (request: string, body: string) => void;
  /** Awaited before the engine's answer is passed on. */
  hold?: (request: string) => Promise<void> | undefined;
  close(): Promise<void>;
}

export async function openRelay(engineSocketPath: string): Promise<Relay> {
  const dir = await mkdtemp(join(tmpdir(), 'podrun-relay-'));
  const relay: Relay = { socketPath: join(dir, 's'), requests: [], close };
  const server = createServer((incoming, response) => {
    const line = `${incoming.method ?? ''} ${incoming.url ?? ''}`;
    relay.requests.push(line);
    if (relay.intercept?.(line, incoming, response)) return;
    const { method, url, headers } = incoming;
    const path = relay.rewrite?.(url ?? '') ?? url;
    const onward = request({ socketPath: engineSocketPath, method, path, headers, agent: false }, (answer) => {
      void (async () => {
        await relay.hold?.(line);
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        response.flushHeaders();
        answer.on('error', () => response.destroy());
        answer.pipe(response);
      })();
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
    if (line.includes('/create')) void text(incoming).then((body) => relay.body?.(line, body));
  });
  await new Promise<void>((resolve) => server.listen(relay.socketPath, resolve));

  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(dir, { recursive: true, force: true });
  }
  return relay;
}
