/** What a command gets of the machine it runs on; `src/world.ts` makes the real one, a test its own. */
import type { UidSource } from '../core/state/uid.ts';
import type { Engine } from '../engine/port.ts';
import type { Clock } from '../platform/clock.ts';
import type { Prober } from '../probe/port.ts';

export interface InputStream extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  /** Only of a terminal: each key comes as it is pressed, and none means anything here. */
  setRawMode?(raw: boolean): unknown;
}

export interface OutputStream {
  readonly isTTY?: boolean;
  /** A terminal's size, in characters. */
  readonly columns?: number;
  readonly rows?: number;
  /** Tells of another size. */
  on?(event: 'resize', call: () => void): unknown;
  off?(event: 'resize', call: () => void): unknown;
  /** Calls `written` when the reader's side has taken it, or never will. */
  write(text: string | Uint8Array, written?: () => void): boolean;
}

/** A podrun that this one has started. */
export interface StartedSelf {
  /** What it said on its file descriptor 3 until it closed that; a NUL at the end, which `text` is without, says that it has begun. */
  readonly said: Promise<{ readonly text: string; readonly hasBegun: boolean }>;
  /** Its exit code; 1 for one that a signal ended. */
  readonly ended: Promise<number>;
  /** This podrun does not wait for it any more. */
  letGo(): void;
}

export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  /** A folder of the installed package. */
  readonly codeFolder: string;
  readonly pid: number;
  /** Whether a process has that number, somebody else's as well. */
  isThere(this: void, pid: number): boolean;
  /** A Ctrl-C of the terminal reaches this process and all that it has started. */
  isInForeground(this: void): boolean;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly clock: Clock;
  /** The machine's own, by its name in the time zone database. */
  readonly timeZone: string;
  /** The folder of all that may vanish. */
  readonly stateRoot: string;
  /** A word that no other podrun has. */
  readonly id: string;
  readonly seed: UidSource['seed'];
  /**
   * The engine that `host` names, else the one that the environment leads to. Rejects with an EngineError.
   * @param host as DOCKER_HOST
   */
  connect(host: string | undefined): Promise<Engine>;
  makeProber(engine: Engine): Promise<Prober>;
  /**
   * Starts this podrun anew in a session of its own: it outlives this one and its terminal.
   * @param input what its standard input holds; @param log an open file for its standard output and error, closed here
   */
  startSelf(words: readonly string[], input: string, log: number): StartedSelf;
  /** Calls back for each SIGINT, SIGTERM and SIGHUP until the returned function is called. */
  onSignal(call: (signal: NodeJS.Signals) => void): () => void;
}

/** Cursor moves: on a terminal, outside CI. */
export function isInteractive(world: World, stream: OutputStream): boolean {
  return stream.isTTY === true && (world.env['CI'] ?? '') === '' && world.env['TERM'] !== 'dumb';
}

/** Colours: on a terminal, unless NO_COLOR or --no-color says otherwise. */
export function hasColor(world: World, stream: OutputStream, color: boolean): boolean {
  return color && stream.isTTY === true && (world.env['NO_COLOR'] ?? '') === '' && world.env['TERM'] !== 'dumb';
}
