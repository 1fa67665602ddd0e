import type { Duplex, Readable, Writable } from 'node:stream';
import type { EngineAction, Failure } from '../core/runtime/action.ts';
import type { Outcome } from '../core/runtime/outcome.ts';
import type { Node } from '../core/runtime/node.ts';
import type { Snapshot } from '../core/runtime/snapshot.ts';

/** What podrun asks of a container engine. Every promise settles: each call races a deadline of our own. */
export interface Engine {
  readonly info: EngineInfo;
  /** All objects that carry the project's label. Rejects with {@link EngineError}. */
  snapshot(project: string): Promise<Snapshot>;
  /** Carries out one action. An expected failure is an outcome, never a rejection. */
  perform(action: EngineAction, progress?: (progress: ImageProgress) => void): Promise<Outcome>;
  /**
   * Calls `hint` whenever something of the project may have changed: it means "look again" and carries no truth. What a
   * call brings about while it is under way is in its outcome, and no hint.
   * Calls `lost` once when the feed breaks; the caller looks and then watches anew.
   */
  watch(project: string, hint: () => void, lost: (error: EngineError) => void): Subscription;
  /** The lines that a container wrote. Ends with the container when following; `signal` ends it at once. */
  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine>;
  /** Runs a command in a running container. After `timeoutMs` the answer is a timeout and the process is ended where it can be reached. */
  exec(id: string, command: readonly string[], timeoutMs: number): Promise<ExecResult>;
  /**
   * Starts a command in a running container, its streams left to the caller. Rejects with EngineError, `conflict` or `gone`
   * where the container does not run.
   */
  openCommand(id: string, options: CommandOptions): Promise<CommandSession>;
  /** Takes part in the streams of a running container's first process. Rejects as {@link openCommand}. */
  openAttach(id: string, options: AttachOptions): Promise<Session>;
  /** What a running container uses, measured for about a second; undefined where it does not run. */
  usage(id: string): Promise<ContainerUsage | undefined>;
  /** What is at a path in a container, running or not; a symlink there is followed. Undefined where nothing is. */
  statPath(id: string, path: string): Promise<PathStat | undefined>;
  /** A tar of what is at a path, its first name the path's last; an error of the stream is the engine's. */
  readPath(id: string, path: string): Promise<Readable>;
  /** Unpacks a tar into a folder of a container, owners and modes as they stand there. No path leads out of the container. */
  writePath(id: string, folder: string, tar: Readable): Promise<void>;
  /**
   * Connects from the network of a running container, its infra dialling; destroying the connection ends what dialled.
   * Rejects with the `code` that a socket of our own would have, and with {@link EngineError} where it cannot be dialled so.
   * When `signal` is aborted, nothing is left behind, whenever that is settled.
   */
  dial(id: string, to: DialTarget, signal: AbortSignal): Promise<Duplex>;
  /**
   * Opens a way into the network of a running container, its infra dialling, for as many connections as are asked for.
   * Rejects as {@link openCommand}.
   */
  openTunnel(id: string): Promise<Tunnel>;
  /** All projects that have anything on this engine, by name. */
  projects(): Promise<readonly ListedProject[]>;
  close(): void;
}

export interface ListedProject {
  readonly name: string;
  /**
   * When the youngest of its objects was made: by the engine's clock, put into this machine's time. Infinity where the engine
   * does not say.
   */
  readonly newestAtMs: number;
  /** The lease that all of its objects carry; unset where one of them has none, or another. */
  readonly lease?: string;
}

export interface EngineInfo {
  /** The engine's own stable id. */
  readonly id: string;
  /** The name of its machine: the Pods' nodeName. */
  readonly name: string;
  /** Where it was reached, in words for a message: `unix:///var/run/docker.sock`. */
  readonly address: string;
  readonly apiVersion: string;
  readonly machine: Machine;
  /** How a Pod's address is dialled: from here, or from the Pod's infra where this machine does not reach it. */
  readonly reach: 'direct' | 'infra';
}

/** What the engine's machine has, and what the engine can enforce there. */
export interface Machine extends Pick<Node, 'memoryBytes' | 'storageBytes' | 'enforces'> {
  readonly cpus: number;
  /** In Go's words: `linux`, `amd64`. */
  readonly os: string;
  readonly arch: string;
}

export interface DialTarget {
  readonly address: string;
  readonly port: number;
  /** A bound on the whole connection, should its end be lost on the way. */
  readonly timeoutMs: number;
}

/** The network of a Pod from within, its loopback too. */
export interface Tunnel {
  /**
   * Connects to the first of the addresses at which somebody accepts. Each half of the connection ends by itself; a reset
   * is an error with the code `ECONNRESET`, and destroying it ends what dialled. Rejects as {@link Engine.dial}.
   */
  connect(addresses: readonly string[], port: number): Promise<Duplex>;
  /** Resolves when the tunnel has ended with the infra, or with the engine. */
  readonly ended: Promise<void>;
  /** Ends it and all its connections. */
  close(): void;
}

export interface Subscription {
  close(): void;
}

/** How far a pull, in bytes, or a build, in steps of its Dockerfile, has got. */
export interface ImageProgress {
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'steps';
}

export interface LogOptions {
  readonly follow: boolean;
  /** Only the last so many lines; unset: all. */
  readonly tail?: number;
  readonly sinceMs?: number;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** As the container wrote them, in whatever encoding: with its line end, where it has one. */
  readonly bytes: Buffer;
  /** RFC 3339 with nanoseconds, the engine's own. */
  readonly time: string;
  /** It goes on with the line before, which is too long for one. */
  readonly continues?: true;
}

export interface CommandOptions {
  readonly command: readonly string[];
  /** The command has a terminal: one output, and signals by its keys. */
  readonly tty: boolean;
  /** It has a standard input, which is {@link Session.input}; else that is empty. */
  readonly stdin: boolean;
}

/** The streams of a process in a container. */
export interface Session {
  /** The process's standard input. Ending it ends that input alone. */
  readonly input: Writable;
  /** What the process writes, to be read to its end; with a terminal all of it is `stdout`. Throws EngineError. */
  readonly output: AsyncIterable<Output>;
  /** Tells its terminal the size, in characters; never rejects. */
  resize(size: TerminalSize): Promise<void>;
  /** Lets go of the streams; the process runs on. */
  close(): void;
}

export interface CommandSession extends Session {
  /** The process's exit code, once its output has ended. Rejects with EngineError. */
  exitCode(): Promise<number>;
  /** Sends the process and its children a signal; never rejects. */
  signal(signal: NodeJS.Signals): Promise<void>;
}

export interface AttachOptions {
  /** The container has a terminal. */
  readonly tty: boolean;
  /** Its standard input, too. */
  readonly stdin: boolean;
  /** The keys that end it where the container has a terminal, as docker has them: `ctrl-p,ctrl-q`. */
  readonly detachKeys: string;
}

export interface ContainerUsage {
  /** In thousandths of a core. */
  readonly cpuMillicores: number;
  /** The working set: what the kernel cannot take back at once. */
  readonly memoryBytes: number;
}

export interface PathStat {
  /** The path itself, or where the symlink at it leads. */
  readonly path: string;
  readonly isFolder: boolean;
}

export interface Output {
  readonly stream: 'stdout' | 'stderr';
  readonly payload: Buffer;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export type ExecResult =
  | { readonly kind: 'exit'; readonly code: number; readonly output: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'error'; readonly message: string };

/** The engine could not be asked, or refused to answer. */
export class EngineError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'EngineError';
    this.failure = failure;
  }
}
