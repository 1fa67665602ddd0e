import { Duplex } from 'node:stream';
import type { Session } from '../session.ts';
import { call } from './call.ts';
import { engineError, failed } from './failure.ts';
import { readFrames } from './frames.ts';

export interface ConnectionOptions {
  /**
   * Each half ends by itself: the end of our side is the end of the exec's standard input, and the end of the other side
   * is this on its output, followed by a line that is `0`, or another number after a reset. Unset: whoever ends first
   * ends all.
   */
  readonly endMark?: string;
  /** It was let go of before both sides had ended. */
  readonly dropped?: () => void;
}

/**
 * A mark is one write to a pipe, so that a reader has it whole, but where its buffer is full: then the rest is there already.
 * What looks like the beginning of one for longer are bytes of the other side.
 */
const wholeMarkWithinMs = 100;

/**
 * The stdio of an exec that dials, as a connection: the first line of the exec's output is `+`, all else are bytes of the
 * other side.
 */
export class ExecConnection extends Duplex {
  readonly #stdio: Duplex;
  readonly #endMark: Buffer | undefined;
  readonly #dropped: () => void;
  #isConnected = false;
  /** The exec has ended: nothing of it is left to be ended. */
  #isOver = false;
  #hasMark = false;
  #hasEnded = false;
  /** What may be the beginning of a mark. */
  #held: Buffer = Buffer.alloc(0);
  #release: NodeJS.Timeout | undefined;
  #errors = '';
  #resume = (): void => undefined;

  constructor(stdio: Duplex, { endMark, dropped = () => undefined }: ConnectionOptions = {}) {
    super({ allowHalfOpen: endMark !== undefined });
    this.#stdio = stdio;
    this.#endMark = endMark === undefined ? undefined : Buffer.from(endMark);
    this.#dropped = dropped;
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

  override _final(done: (error?: Error | null) => void): void {
    if (this.#endMark === undefined) return done();
    this.#stdio.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#release);
    const bothEnded = error === null && this.#hasEnded && this.writableFinished;
    // What we wrote last may still be on its way; the exec ends by itself.
    if (this.#endMark === undefined || !bothEnded) {
      this.#stdio.destroy();
      if (!this.#isOver) this.#dropped();
    }
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
    this.#isOver = true;
    const error = connectionError(this.#errors);
    if (error !== undefined && !(this.#isConnected && this.#endMark !== undefined)) throw error;
    if (!this.#isConnected) throw failed('refused', `the infra cannot dial: ${this.#errors.trim()}`);
    if (this.#endMark === undefined) this.push(null);
    else if (!this.#hasEnded || !this.writableFinished) throw resetError();
  }

  async #take(payload: Buffer): Promise<void> {
    if (this.#isConnected) return this.#passOn(payload);
    this.#held = Buffer.concat([this.#held, payload]);
    if (this.#held.length < connectedMark.length) return;
    const mark = this.#held.subarray(0, connectedMark.length).toString();
    // Where the engine cannot run the shell, its reason stands here (docs/engines.md#execs).
    if (mark !== connectedMark) throw failed('refused', `the infra cannot dial: ${this.#held.toString().trim()}`);
    const rest = this.#held.subarray(connectedMark.length);
    this.#held = Buffer.alloc(0);
    this.#isConnected = true;
    this.emit('connect');
    return this.#passOn(rest);
  }

  async #passOn(payload: Buffer): Promise<void> {
    if (this.#endMark === undefined) return this.#pass(payload);
    clearTimeout(this.#release);
    const all = Buffer.concat([this.#held, payload]);
    if (!this.#hasMark) {
      const at = all.indexOf(this.#endMark);
      const end = at < 0 ? all.length - beginningAtEnd(all, this.#endMark) : at;
      this.#hasMark = at >= 0;
      this.#held = all.subarray(at < 0 ? end : at + this.#endMark.length);
      if (at < 0 && this.#held.length > 0) this.#release = setTimeout(() => this.#letGo(), wholeMarkWithinMs);
      await this.#pass(all.subarray(0, end));
    } else this.#held = all;
    if (!this.#hasMark || this.#hasEnded || !this.#held.includes('\n')) return;
    this.#hasEnded = true;
    if (this.#held.toString().trim() === '0') this.push(null);
    else this.destroy(resetError());
  }

  /** It was none: whoever waits for an answer has all of it. */
  #letGo(): void {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    void this.#pass(held);
  }

  /** Waits while nobody reads. */
  async #pass(payload: Buffer): Promise<void> {
    if (payload.length === 0 || this.destroyed || this.push(Buffer.from(payload))) return;
    await new Promise<void>((resolve) => (this.#resume = resolve));
  }
}

/** The infra in whose network a container is; that of a container with a network of its own is itself. */
export async function infraOf({ docker, deadlines }: Session, id: string): Promise<string> {
  const container = await call(deadlines.lookMs, (abortSignal) => docker.getContainer(id).inspect({ abortSignal }));
  const mode = container.HostConfig.NetworkMode ?? '';
  return mode.startsWith('container:') ? mode.slice('container:'.length) : id;
}

/** Starts a command in a running container, with all three of its streams in one: its output in frames. */
export async function execStdio(
  { docker, deadlines }: Session,
  id: string,
  command: readonly string[],
  signal?: AbortSignal,
): Promise<Duplex> {
  const exec = await call(deadlines.lookMs, (abortSignal) =>
    docker.getContainer(id).exec({
      Cmd: [...command],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      abortSignal,
    }),
  );
  signal?.throwIfAborted();
  return call(deadlines.lookMs, (abortSignal) =>
    docker.getExec(exec.id).start({ hijack: true, stdin: true, abortSignal }),
  );
}

/** How many of the last bytes are the first ones of a mark. */
function beginningAtEnd(bytes: Buffer, mark: Buffer): number {
  let length = Math.min(bytes.length, mark.length - 1);
  while (length > 0 && !bytes.subarray(-length).equals(mark.subarray(0, length))) length -= 1;
  return length;
}

const resetError = (): Error => Object.assign(new Error('Connection reset by peer'), { code: 'ECONNRESET' });

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

const connectedMark = '+\n';
const maxErrorBytes = 4096;
