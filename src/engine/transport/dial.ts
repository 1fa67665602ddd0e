import { Duplex } from 'node:stream';
import { call } from './call.ts';
import { engineError, failed } from './failure.ts';
import { readFrames } from './frames.ts';
import type { DialTarget } from '../port.ts';
import type { Session } from '../session.ts';

/** Connects from the network of a container; see the port. The stdio of an exec in its infra is the connection. */
export async function dial(session: Session, id: string, to: DialTarget, signal: AbortSignal): Promise<Duplex> {
  const { docker, deadlines } = session;
  const container = await call(deadlines.lookMs, (abortSignal) => docker.getContainer(id).inspect({ abortSignal }));
  signal.throwIfAborted();
  const mode = container.HostConfig.NetworkMode ?? '';
  const infraId = mode.startsWith('container:') ? mode.slice('container:'.length) : id;
  const seconds = Math.ceil(to.timeoutMs / 1000) + spareSeconds;
  const exec = await call(deadlines.lookMs, (abortSignal) =>
    docker.getContainer(infraId).exec({
      Cmd: ['sh', '-c', script, 'sh', to.address, String(to.port), String(seconds)],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      abortSignal,
    }),
  );
  signal.throwIfAborted();
  const stdio = await call(deadlines.lookMs, (abortSignal) =>
    docker.getExec(exec.id).start({ hijack: true, stdin: true, abortSignal }),
  );
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
const connectedMark = '+\n';
const spareSeconds = 2;
const maxErrorBytes = 4096;

/** One exec's stdio as a connection. There is no closing of one half: our end is the end of all. */
class ExecConnection extends Duplex {
  readonly #stdio: Duplex;
  #isConnected = false;
  #start: Buffer = Buffer.alloc(0);
  #errors = '';
  #resume = (): void => undefined;

  constructor(stdio: Duplex) {
    // The other side's end is the end.
    super({ allowHalfOpen: false });
    this.#stdio = stdio;
    stdio.on('error', () => undefined);
    this.#pump().catch((error: unknown) => this.destroy(error as Error));
  }

  /** Settles when the other side has accepted or refused; the abort of `signal` ends the connection at any time. */
  connected(signal: AbortSignal): Promise<Duplex> {
    const giveUp = (): void => void this.destroy(failed('unknown', 'the dial was given up'));
    signal.addEventListener('abort', giveUp, { once: true });
    this.once('close', () => signal.removeEventListener('abort', giveUp));
    if (signal.aborted) giveUp();
    return new Promise((resolve, reject) => {
      this.once('connect', () => resolve(this));
      // It stays: what is destroyed may still report an error.
      this.on('error', reject);
    });
  }

  override _read(): void {
    this.#resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#stdio.write(chunk, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#stdio.destroy();
    this.#resume();
    done(error);
  }

  async #pump(): Promise<void> {
    try {
      for await (const { stream, payload } of readFrames(this.#stdio)) {
        if (stream === 'stdout') await this.#take(payload);
        else this.#errors = (this.#errors + payload.toString()).slice(0, maxErrorBytes);
      }
    } catch (error) {
      throw engineError(error);
    }
    const error = connectionError(this.#errors);
    if (error !== undefined) throw error;
    if (!this.#isConnected) throw failed('refused', `the infra cannot dial: ${this.#errors.trim()}`);
    this.push(null);
  }

  async #take(payload: Buffer): Promise<void> {
    if (this.#isConnected) return this.#pass(payload);
    this.#start = Buffer.concat([this.#start, payload]);
    if (this.#start.length < connectedMark.length) return;
    const mark = this.#start.subarray(0, connectedMark.length).toString();
    // Where the engine cannot run the shell, its reason stands here (docs/engines.md#execs).
    if (mark !== connectedMark) throw failed('refused', `the infra cannot dial: ${this.#start.toString().trim()}`);
    this.#isConnected = true;
    this.emit('connect');
    return this.#pass(this.#start.subarray(connectedMark.length));
  }

  /** Waits while nobody reads. */
  async #pass(payload: Buffer): Promise<void> {
    if (payload.length === 0 || this.destroyed || this.push(Buffer.from(payload))) return;
    await new Promise<void>((resolve) => (this.#resume = resolve));
  }
}

/** nc and dd end a line by the C library's words for what went wrong; glibc's and musl's differ. */
function connectionError(text: string): Error | undefined {
  for (const line of text.split('\n')) {
    const code = codes[line.slice(line.lastIndexOf(': ') + 2)];
    if (code !== undefined) return Object.assign(new Error(line), { code });
  }
  return undefined;
}

const codes: Readonly<Record<string, string>> = {
  'Connection refused': 'ECONNREFUSED',
  'Connection reset by peer': 'ECONNRESET',
  'No route to host': 'EHOSTUNREACH',
  'Host is unreachable': 'EHOSTUNREACH',
  'Network is unreachable': 'ENETUNREACH',
  'Network unreachable': 'ENETUNREACH',
  'Connection timed out': 'ETIMEDOUT',
  'Operation timed out': 'ETIMEDOUT',
  'Permission denied': 'EACCES',
};
