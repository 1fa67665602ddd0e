/** The composition root: the machine that podrun really runs on. Only this file and main.ts read `process`. */
import { randomBytes, randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { systemClock } from './platform/clock.ts';
import { isInForeground } from './platform/foreground.ts';
import type { StartedSelf, World } from './run/world.ts';
import { stateRoot } from './state/paths.ts';

/** How long the search for an engine may take. */
const connectWithinMs = 2_000;

const endings: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export function realWorld(): World {
  const { env, pid, stdin, stdout, stderr } = process;
  const home = env['HOME'] ?? homedir();
  const words = randomBytes(16);
  return {
    env,
    cwd: process.cwd(),
    home,
    codeFolder: import.meta.dirname,
    pid,
    isThere,
    isInForeground: () => isInForeground(pid),
    stdin,
    stdout,
    stderr,
    clock: systemClock,
    // Asked for by few commands, and the question takes Node a while.
    get timeZone() {
      return ownTimeZone();
    },
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
    startSelf,
    onSignal: listenForEnd([stdout, stderr]),
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
