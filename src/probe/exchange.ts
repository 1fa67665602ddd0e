import { request as openRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Dial } from './dial.ts';

export interface Target {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** The same in one piece, for messages and for relative redirects. */
  readonly url: string;
}

export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly location: string | undefined; readonly body: string }
  | { readonly kind: 'timeout'; readonly phase: Phase }
  | { readonly kind: 'broken'; readonly error: Error };

type Phase = 'dial' | 'headers' | 'body';

const maxBodyBytes = 10 * 1024;

/** One request on a connection of its own. Always settles once `signal` is aborted; never rejects. */
export function exchange(
  target: Target,
  headers: OutgoingHttpHeaders,
  signal: AbortSignal,
  dial: Dial,
): Promise<Reply> {
  return new Promise((resolve) => {
    let phase: Phase = 'dial';
    let connection: Duplex | undefined;
    // No agent: a connection of its own, closed after the one answer, and no proxy.
    const { host, port, path, isTls } = target;
    const request = openRequest({
      host,
      port,
      path,
      headers,
      method: 'GET',
      // Go's client reads what a shell script or an old server answers: lines that end in LF alone, and loose headers.
      insecureHTTPParser: true,
      defaultPort: isTls ? 443 : 80,
      createConnection: (_options, done) => {
        dial(host, port, signal).then(
          (dialled) => {
            phase = 'headers';
            connection = dialled;
            done(null, isTls ? speakTls(dialled, host) : dialled);
          },
          (error: Error) => settle({ kind: 'broken', error }),
        );
        return undefined;
      },
    });
    const settle = (reply: Reply) => {
      signal.removeEventListener('abort', onAbort);
      request.destroy();
      connection?.destroy();
      resolve(reply);
    };
    const onAbort = () => settle({ kind: 'timeout', phase });
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();

    // The listener stays: what is destroyed may still report an error.
    request.on('error', (error) => settle({ kind: 'broken', error }));
    request.on('close', () => settle({ kind: 'broken', error: new Error('EOF') }));
    request.on('response', (response) => {
      phase = 'body';
      const {
        statusCode: status = 0,
        headers: { location },
      } = response;
      readBody(
        response,
        (body) => settle({ kind: 'answer', status, location, body }),
        (error) => settle({ kind: 'broken', error }),
      );
    });
    request.end();
  });
}

/** Kubernetes checks no certificate, so nothing is gained by refusing an old key either. */
function speakTls(socket: Duplex, host: string): Duplex {
  const ciphers = 'DEFAULT@SECLEVEL=0';
  return connectTls({ socket, rejectUnauthorized: false, ciphers, servername: isIP(host) === 0 ? host : '' });
}

/** Calls `done` with all of it or with its first 10 KiB, or `broke`. */
function readBody(response: IncomingMessage, done: (body: string) => void, broke: (error: Error) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const finish = () => done(Buffer.concat(chunks).subarray(0, maxBodyBytes).toString());
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= maxBodyBytes) finish();
  });
  response.on('end', finish);
  response.on('error', () => broke(new Error('unexpected EOF')));
}
