import type { Duplex } from 'node:stream';
import { ExecConnection, execStdio, infraOf } from './exec-connection.ts';
import type { DialTarget } from '../port.ts';
import type { Session } from '../session.ts';

/** Connects from the network of a container; see the port. The stdio of an exec in its infra is the connection. */
export async function dial(session: Session, id: string, to: DialTarget, signal: AbortSignal): Promise<Duplex> {
  const infraId = await infraOf(session, id);
  signal.throwIfAborted();
  const seconds = Math.ceil(to.timeoutMs / 1000) + spareSeconds;
  const command = ['sh', '-c', script, 'sh', to.address, String(to.port), String(seconds)];
  const stdio = await execStdio(session, infraId, command, signal);
  return new ExecConnection(stdio).connected(AbortSignal.any([signal, session.closed]));
}

/**
 * busybox's nc says nothing of a connection made, and with `-w` nothing of one not made either; with `-e` it runs a
 * program once it is connected, which has the connection as its standard input and output, and that one can tell: the
 * first line on our output is `+`. There are two ncs in busybox: the small one (Debian) always writes why it cannot
 * connect, the big one (the official image) only with -vv, which the small one does not know. The big one takes the
 * descriptors 3 and 4 for itself, so ours are above.
 *
 * Whoever ends first ends all: `kill -9 0` is for the exec's own process group. Our closing comes as the end of the first
 * dd's input, also while nc still waits for an answer. The timeout is there if that should ever get lost; busybox leaves
 * its watcher behind for at most a second. It is dd that copies, since busybox's cat does so by sendfile(2), which holds
 * what comes from a socket back. All that is in test/contract/dial.cases.ts.
 */
const script = `
exec 6>&1
case "$(nc --help 2>&1)" in *-v*) loud=-vv ;; *) loud= ;; esac
(timeout -s KILL "$3" dd bs=64k; kill -9 0) 2>/dev/null 6>&- | (
  exec 5<&0
  nc $loud "$1" "$2" -e sh -c 'echo + >&6; dd bs=64k <&5 2>/dev/null & exec dd bs=64k >&6'
  kill -9 0
)
`;
const spareSeconds = 2;
