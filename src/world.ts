/** The composition root: the machine that podrun really runs on. Of what is bundled this file and the entrances beside it read `process`, and no other. */
import { randomBytes, randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { systemClock } from './platform/clock.ts';
import { isInForeground } from './platform/foreground.ts';
import type { OutputStream, StartedSelf, World } from './run/world.ts';
import { stateRoot } from './state/paths.ts';

/** How long the search for an engine may take. */
const connectWithinMs = 2_000;

const endings: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** For the command line: the process is podrun's own. */
export function realWorld(): World {
  const { env, stdin, stdout, stderr } = process;
  return {
    ...machine(env, process.cwd()),
    ...{ stdin, stdout, stderr },
    // Asked for by few commands, and the question takes Node a while.
    get timeZone() {
      return ownTimeZone();
    },
    startSelf,
    onSignal: listenForEnd([stdout, stderr]),
  };
}

/** What the process of somebody else says of what the library may use of it. */
export interface Guest {
  /** From the working directory on; unset: that. */
  readonly cwd?: string | undefined;
  /** Over the process's own. */
  readonly env?: World['env'] | undefined;
  /** Is given what would be printed, line by line. */
  readonly tell?: ((line: string) => void) | undefined;
}

/** For the library: the process is its user's. Its streams and signals are not touched, and nothing is started in the background. */
export function guestWorld({ cwd = '.', env, tell }: Guest): World {
  const nowhere = { write: (_: string | Uint8Array, written?: () => void) => (written?.(), true) };
  return {
    ...machine({ ...process.env, ...env }, resolve(cwd)),
    get timeZone() {
      return ownTimeZone();
    },
    stdin: Readable.from([]),
    stdout: nowhere,
    stderr: tell === undefined ? nowhere : linesTo(tell),
    startSelf() {
      throw new Error('the library starts no podrun in the background');
    },
    onSignal: () => () => {},
  };
}

/** What a process has of its own. */
type Own = 'stdin' | 'stdout' | 'stderr' | 'startSelf' | 'onSignal' | 'timeZone';

/** What is the same for both. */
function machine(env: World['env'], cwd: string): Omit<World, Own> {
  const home = env['HOME'] ?? homedir();
  const words = randomBytes(16);
  return {
    ...{ env, cwd, home, codeFolder: import.meta.dirname, pid: process.pid, isThere, clock: systemClock },
    isInForeground: () => isInForeground(process.pid),
    stateRoot: stateRoot(env, home),
    id: randomUUID().slice(0, 8),
    seed: [words.readUInt32LE(0), words.readUInt32LE(4), words.readUInt32LE(8), words.readUInt32LE(12)],
    async connect(host) {
      const { connectEngine } = await import('./engine/connect.ts');
      return connectEngine({ env, home, deadlineMs: connectWithinMs, ...(host === undefined ? {} : { host }) });
    },
    async makeProber(engine) {
      const { makeProber } = await import('./probe/prober.ts');
      return makeProber(engine);
    },
  };
}

/** Passes what is written on as lines, each once it is whole. */
function linesTo(tell: (line: string) => void): OutputStream {
  let rest = '';
  return {
    write(text, written) {
      const lines = `${rest}${String(text)}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) tell(line);
      written?.();
      return true;
    },
  };
}

function startSelf(words: readonly string[], input: string, log: number): StartedSelf {
  const [, self = ''] = process.argv;
  const child = spawn(process.execPath, ['--', self, ...words], {
    detached: true,
    stdio: ['pipe', log, log, 'pipe'],
  });
  closeSync(log);
  const [stdin, , , told] = child.stdio;
  // One that dies at once reads nothing; how it ended says so.
  stdin?.on('error', () => {}).end(input);
  const said = text(told as Readable).then((all) => ({ text: all.replace(/\0$/, ''), hasBegun: all.endsWith('\0') }));
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
  return { said, ended, letGo: () => child.unref() };
}

/** UTC where TZ names a zone that is none, as for Go. */
function ownTimeZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions() as Partial<Intl.ResolvedDateTimeFormatOptions>;
  return timeZone === undefined || timeZone === 'Etc/Unknown' ? 'UTC' : timeZone;
}

/**
 * A terminal that was closed, or a reader that has ended (`podrun up | head`), shows in a write that fails: that is a
 * SIGHUP too, once, and not one after another signal. Without a listener it would end podrun on the spot.
 */
function listenForEnd(streams: readonly NodeJS.WriteStream[]): World['onSignal'] {
  const listeners = new Set<(signal: NodeJS.Signals) => void>();
  let isTold = false;
  const tell = (signal: NodeJS.Signals): void => {
    isTold = true;
    for (const call of listeners) call(signal);
  };
  for (const stream of streams)
    stream.on('error', () => {
      if (!isTold) tell('SIGHUP');
    });
  return (call) => {
    listeners.add(call);
    if (listeners.size === 1) for (const signal of endings) process.on(signal, tell);
    return () => {
      listeners.delete(call);
      if (listeners.size === 0) for (const signal of endings) process.off(signal, tell);
    };
  };
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
