import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** The built command. */
export const mainFile = join(import.meta.dirname, '../../../dist/main.js');

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Waiter {
  readonly pattern: RegExp;
  readonly settle: (match: RegExpExecArray) => void;
}

/** One podrun process: its output as it comes, and its end. */
export class Podrun {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #command: string;
  #stdout = '';
  #stderr = '';
  #output = '';
  #seenTo = 0;
  #waiter: Waiter | undefined;
  #reader: (text: string) => void = () => {};

  /** @param terminal in a terminal of its own: both streams are one, and what is typed comes in by {@link type} */
  constructor(args: readonly string[], folder: string, env: NodeJS.ProcessEnv, input?: string, terminal = false) {
    this.#command = `podrun ${args.join(' ')}`;
    const command = [process.execPath, mainFile, ...args];
    const [program = '', ...rest] = terminal ? ['script', '-qec', command.map(quote).join(' '), '/dev/null'] : command;
    this.#child = spawn(program, rest, { cwd: folder, env, stdio: 'pipe' });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#take(text);
      this.#reader(text);
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#take(text);
    });
    // A command that does not read its input closes the pipe.
    this.#child.stdin?.on('error', () => undefined);
    if (input !== undefined) this.#child.stdin?.end(input);
    else if (!terminal) this.#child.stdin?.destroy();
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (code, signal) => {
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** All that it wrote so far, both streams in the order in which they came. */
  get output(): string {
    return this.#output;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Calls back with each piece that comes on its standard output. */
  read(reader: (text: string) => void): void {
    this.#reader = reader;
  }

  /** Its standard output is not read for now: the pipe fills. */
  pauseOutput(): void {
    this.#child.stdout?.pause();
  }

  resumeOutput(): void {
    this.#child.stdout?.resume();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Types into its terminal. */
  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Reads no more of what it writes: its next write fails, as when its terminal was closed. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** Waits for the pattern in what was written since the last match, one wait at a time; the error shows all of it. */
  async waitFor(pattern: RegExp, timeoutMs = 100_000): Promise<RegExpExecArray> {
    const flags = pattern.flags.includes('m') ? pattern.flags : `${pattern.flags}m`;
    return this.#race<RegExpExecArray>(`did not write ${pattern}`, timeoutMs, (settle) => {
      this.#waiter = { pattern: new RegExp(pattern.source, flags), settle };
      this.#match();
    });
  }

  /** Waits until it ended by itself; the error shows all that was written. */
  async waitEnd(timeoutMs = 30_000): Promise<Ended> {
    return this.#race<Ended>('did not end', timeoutMs, (settle) => void this.ended.then(settle));
  }

  async #race<T>(problem: string, timeoutMs: number, begin: (settle: (value: T) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const fail = (when: string) => {
        clearTimeout(timer);
        reject(new Error(`${this.#command} ${problem} ${when}; it wrote:\n${this.#output}`));
      };
      const timer = setTimeout(() => fail(`within ${timeoutMs} ms`), timeoutMs);
      begin((value) => {
        clearTimeout(timer);
        resolve(value);
      });
      // What waits for the end itself is settled by it first.
      void this.ended.then(({ code, signal }) => setImmediate(() => fail(`before it ended with ${code ?? signal}`)));
    });
  }

  #take(text: string): void {
    this.#output += text;
    this.#match();
  }

  #match(): void {
    const match = this.#waiter?.pattern.exec(this.#output.slice(this.#seenTo));
    if (!match) return;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    this.#seenTo += match.index + match[0].length;
    waiter?.settle(match);
  }
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
