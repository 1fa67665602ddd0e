import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Tunnel } from '../port.ts';
import type { Session } from '../session.ts';
import { ExecConnection, execStdio, infraOf } from '../transport/exec-connection.ts';
import { failed } from '../transport/failure.ts';
import { readFrames } from '../transport/frames.ts';

/** Opens a way into the network of a container; see the port. Each connection is the stdio of an exec in its infra. */
export async function openTunnel(session: Session, id: string): Promise<Tunnel> {
  const infraId = await infraOf(session, id);
  const folder = `/tmp/podrun-${randomBytes(8).toString('hex')}`;
  const guard = await execStdio(session, infraId, ['sh', '-c', guardScript, 'sh', folder]);
  guard.on('error', () => undefined);
  const connections = new Set<Duplex>();
  const close = (): void => {
    guard.destroy();
    for (const connection of connections) connection.destroy();
  };
  session.closed.addEventListener('abort', close, { once: true });
  let loud: string | undefined;
  let isReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => (isReady = resolve));
  let written = '';
  const read = async (): Promise<void> => {
    for await (const { payload } of readFrames(guard)) {
      if (loud === undefined) written += payload.toString();
      loud ??= /^ready(.*)\n/.exec(written)?.[1]?.trim();
      if (loud !== undefined) isReady();
    }
  };
  const ended = read()
    .catch(() => undefined)
    .then(close);
  await Promise.race([ready, ended]);
  if (loud === undefined) throw failed('refused', `the infra cannot dial: ${written.trim()}`);
  const nc = loud;
  let count = 0;
  return {
    async connect(addresses, port) {
      const name = String((count += 1));
      // It begins with a byte that hardly anything ends with: what may be its beginning is held back for a moment.
      const endMark = `\x1c${randomBytes(16).toString('hex')}`;
      const words = [folder, name, endMark, relayScript, nc, String(port), ...addresses];
      const stdio = await execStdio(session, infraId, ['sh', '-c', dialScript, 'sh', ...words]);
      const dropped = (): void => void (guard.writable && guard.write(`${name}\n`));
      const connection = new ExecConnection(stdio, { endMark, dropped });
      connections.add(connection);
      connection.once('close', () => connections.delete(connection));
      if (guard.destroyed) connection.destroy(failed('gone', 'the infra has ended'));
      return connection.connected(AbortSignal.any([session.closed]));
    },
    ended,
    close,
  };
}

/**
 * One a tunnel. It ends the process group of each connection whose name it is told, and all of them when its input ends:
 * with podrun, however that ends. A connection that has not begun yet finds that it is not to.
 *
 * Nothing in busybox shuts down one half of a socket that it was given, but httpd: when it has answered. A CGI program that
 * writes nothing is answered by nothing, so that nothing is all that the other side gets before the end. Should this httpd
 * write anything, or none be there, the end of our half is not passed on ([why](docs/decisions/port-forward.md)). See
 * test/contract/tunnel.cases.ts.
 */
const guardScript = `
cd / && mkdir -p "$1/cgi-bin" && printf '#!/bin/sh\\n' >"$1/cgi-bin/none" && chmod 700 "$1/cgi-bin/none" || exit
printf 'GET /cgi-bin/none HTTP/1.0\\r\\n\\r\\n' >"$1/request"
[ -z "$(httpd -i -h "$1" <"$1/request" 2>&1)" ] || rm "$1/request"
case "$(nc --help 2>&1)" in *-v*) echo ready -vv ;; *) echo ready ;; esac
exec 2>/dev/null
while read -r name; do
  : >"$1/not-$name"
  group=$(cat "$1/$name")
  [ -n "$group" ] && kill -9 "-$group" && rm -f "$1/$name" "$1/not-$name"
done
for file in "$1"/[0-9]*; do kill -9 "-$(cat "$file")"; done
rm -rf "$1"
`;

/** Tries one address after the other. What else there is to know of nc is in src/engine/transport/dial.ts. */
const dialScript = `
folder=$1 name=$2 mark=$3 relay=$4 loud=$5 port=$6
shift 6
echo $$ >"$folder/$name" && [ ! -e "$folder/not-$name" ] || exit
exec 5<&0 6>&1
export folder name mark
for address; do nc $loud "$address" "$port" -e sh -c "$relay" && break; done
rm -f "$folder/$name"
`;

/** Its standard input and output are the connection. A read that fails is a reset: there is nothing left to write either. */
const relayScript = `
echo + >&6
{ dd bs=64k <&5; httpd -i -h "$folder" <"$folder/request"; } 2>/dev/null 6>&- &
dd bs=64k >&6 2>/dev/null
code=$?
echo "$mark$code" >&6
[ $code = 0 ] || { rm -f "$folder/$name"; kill -9 0; }
exec 5<&- 6>&-
wait
exit 0
`;
