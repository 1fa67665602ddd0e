/** The control socket: it answers, so the project is owned; it refuses, so whoever had it is dead. One JSON value a line. */
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { JobOutcome } from '../core/jobs/ends.ts';

export interface Owner {
  readonly project: string;
  readonly pid: number;
  readonly dir: string;
  readonly startedAt: string;
}

/** What one podrun may ask of the one that supervises. */
export type Request =
  | { readonly op: 'status' }
  /** The Pods now, and with them all other objects of the project; with `watch` again whenever one has changed. */
  | { readonly op: 'objects'; readonly watch: boolean }
  /** Changes a field of a workload by hand, by its key `NAMESPACE/KIND/NAME`. */
  | {
      readonly op: 'hand';
      readonly object: string;
      readonly change: {
        readonly replicas?: number;
        readonly paused?: boolean;
        readonly template?: string;
        readonly restartedAt?: string;
      };
    }
  /** Makes a Job of a CronJob's template, by the key `NAMESPACE/CronJob/NAME`. */
  | { readonly op: 'createJob'; readonly cron: string; readonly name: string }
  /** The Pods now, and again whenever they have changed. */
  | { readonly op: 'watch' }
  /** The same, with how far what the file asks for has come. */
  | { readonly op: 'progress' }
  /**
   * Reads the project from these files, with these options, from now on, and tells as for `progress`.
   * `id`: a word of the asker's own; `from`: what only a podrun of the same version reads.
   */
  | { readonly op: 'apply'; readonly id: string; readonly from: unknown }
  /** The events that changed after so many changes; with `watch` also those to come. */
  | { readonly op: 'events'; readonly since: number; readonly watch: boolean }
  /** Sets a condition of a Pod, by its key: for readiness gates. */
  | {
      readonly op: 'condition';
      readonly pod: string;
      readonly type: string;
      readonly status: 'True' | 'False' | 'Unknown';
      readonly reason?: string;
      readonly message?: string;
    }
  /** Restarts the containers of a Pod, by its key, or one of them. */
  | { readonly op: 'restart'; readonly pod: string; readonly container?: string }
  /** Deletes a Pod, by its key. */
  | { readonly op: 'delete'; readonly pod: string; readonly graceSeconds?: number }
  /** Holds Pods down, and controllers with all of theirs, by name; tells the Pods until it ends. */
  | { readonly op: 'hold'; readonly names: readonly string[]; readonly graceSeconds?: number }
  /** Brings them up again, by name, and by the names of all their Pods; tells the Pods until it ends. */
  | { readonly op: 'release'; readonly names: readonly string[]; readonly pods: readonly string[] }
  | { readonly op: 'down'; readonly graceSeconds?: number; readonly volumes: boolean; readonly kill: boolean };

/** How far what the file asks for has come. */
export interface Progress {
  /** The keys of the Pods that it asks for: those of Jobs and those that are left alone are not among them. */
  readonly wanted: readonly string[];
  /** The Jobs that it asks for, but those that CronJobs begin. */
  readonly jobs: readonly JobOutcome[];
  /** A line for each Pod that is looked after, as `up` shows it. */
  readonly lines: readonly unknown[];
  /** All is as the file says, and nothing is under way. */
  readonly settled: boolean;
  /** Calls of the engine are under way, or what became of one is not known. */
  readonly busy: boolean;
  /**
   * The files that were handed over and have been read, by the askers' words; `problem`: why they are not taken;
   * `isUnchanged`: they say what was said before.
   */
  readonly applied: readonly { readonly id: string; readonly problem?: string; readonly isUnchanged?: true }[];
  /** What each who follows is to be told once. */
  readonly notes?: readonly string[];
}

/** Each answer; after most requests that are not `status` they go on until the supervisor ends: see {@link followUp}. */
export interface Answer {
  readonly owner: Owner;
  /** False while its engine is silent: the Pods are as last known. */
  readonly engineAnswers: boolean;
  /** Kubernetes Pods, as JSON; none in an answer about events. */
  readonly pods: readonly unknown[];
  /** After `status`: what it was told when it began, for its life. */
  readonly fixed?: {
    readonly infraImage: string;
    /** Unset: it serves no Services. */
    readonly servicesImage?: string;
    readonly allowSysctl: readonly string[];
    readonly finishedBound: number;
  };
  /** Why nothing was done. */
  readonly problem?: string;
  /** The keys of the Pods that were named. */
  readonly named?: readonly string[];
  /** Asked for objects: all that are no Pods, as Kubernetes has them, as JSON; Secrets with their values. */
  readonly objects?: readonly unknown[];
  /** Asked for events: Kubernetes Events, as JSON, and what to ask `since` for those after them. */
  readonly events?: { readonly items: readonly unknown[]; readonly changes: number };
  /** After `progress`, `apply` and `release`. */
  readonly progress?: Progress;
}

export type Lock =
  | { readonly kind: 'taken'; readonly control: Control }
  /** Without an owner: one has the socket, and does not answer. */
  | { readonly kind: 'owned'; readonly owner: Owner | undefined };

export interface Control {
  /** Tells every client that follows. */
  publish(): void;
  /** False when another podrun has taken the project over. */
  isOurs(): Promise<boolean>;
  close(): Promise<void>;
}

/** How long a supervisor may take to answer before it counts as hung; it is still not taken over. */
const answerWithinMs = 2_000;

/**
 * Takes the project's lock by listening on its socket, or says who has it. A socket that nobody listens on is replaced
 * at once. Of two who replace it in the same moment the later one has it; the other finds out by {@link Control.isOurs}.
 */
export async function takeControl(path: string, answer: (request: Request) => Answer): Promise<Lock> {
  const followers = new Map<Socket, Follower>();
  const open = () => openSocket(path, (socket) => serve(socket, answer, followers));
  let ours = await open();
  if (!(await linkNew(ours.name, path))) {
    const other = await ask(path, { op: 'status' });
    if (other.kind !== 'nobody') {
      await ours.close();
      return { kind: 'owned', owner: other.kind === 'answer' ? other.answer.owner : undefined };
    }
    await rename(ours.name, path);
  } else await rm(ours.name, { force: true });

  /** The state folder may vanish at any moment: then the lock is taken anew, unless another podrun was faster. */
  async function holdOn(): Promise<boolean> {
    const inode = await inodeOf(path);
    if (inode !== undefined) return inode === ours.inode;
    const before = ours;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    ours = await open();
    const taken = await linkNew(ours.name, path);
    await rm(ours.name, { force: true });
    void before.close();
    return taken;
  }

  let asking: Promise<boolean> | undefined;
  // Where the folder cannot be made there is no lock that another could have.
  const isOurs = () =>
    (asking ??= holdOn()
      .catch(() => true)
      .finally(() => (asking = undefined)));
  return {
    kind: 'taken',
    control: {
      publish: () => followers.forEach((follower, socket) => sendNews(socket, follower, answer)),
      isOurs,
      async close() {
        await asking;
        if ((await inodeOf(path)) === ours.inode) await rm(path, { force: true });
        followers.forEach((_follower, socket) => socket.end());
        await ours.close();
      },
    },
  };
}

interface OwnSocket {
  /** A name that is nobody else's, until it is linked to the lock's. */
  readonly name: string;
  readonly inode: number;
  /** Resolves when its last client has gone. */
  close(): Promise<void>;
}

async function openSocket(path: string, serveOne: (socket: Socket) => void): Promise<OwnSocket> {
  const name = `${path}.${uniqueWord()}`;
  const server = createServer(serveOne);
  await listen(server, name);
  await chmod(name, 0o600);
  const { ino } = await stat(name);
  return { name, inode: ino, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

const inodeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ ino }) => ino,
    () => undefined,
  );

/** `silent`: one has the socket and does not answer in time; it is stopped, or hangs. */
export type Asked =
  { readonly kind: 'answer'; readonly answer: Answer } | { readonly kind: 'nobody' } | { readonly kind: 'silent' };

/** Asks the project's supervisor, if one lives. */
export function ask(path: string, request: Request): Promise<Asked> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const timer = setTimeout(() => done({ kind: 'silent' }), answerWithinMs);
    socket.on('error', () => done({ kind: 'nobody' }));
    socket.on('close', () => done({ kind: 'nobody' }));
    eachLine(socket, (line) => done({ kind: 'answer', answer: JSON.parse(line) as Answer }));
    send(socket, request);
    function done(asked: Asked): void {
      clearTimeout(timer);
      resolve(asked);
      socket.destroy();
    }
  });
}

/**
 * Asks, and reads on: each later answer as it comes, until the supervisor ends or `signal` says so. Rejects if there
 * is none.
 */
export function follow(
  path: string,
  request: Request,
  answered: (answer: Answer) => void,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const leave = () => socket.destroy();
    socket.on('error', reject);
    socket.on('close', () => {
      signal?.removeEventListener('abort', leave);
      resolve();
    });
    eachLine(socket, (line) => {
      if (signal?.aborted !== true) answered(JSON.parse(line) as Answer);
    });
    signal?.addEventListener('abort', leave);
    if (signal?.aborted === true) leave();
    else send(socket, request);
  });
}

/** Who is told of what comes. */
interface Follower {
  /** What answers the next news. */
  request: Request;
  /** What was sent last: the same again is no news. */
  sent: string;
}

function serve(socket: Socket, answer: (request: Request) => Answer, followers: Map<Socket, Follower>): void {
  socket.on('error', () => socket.destroy());
  socket.on('close', () => followers.delete(socket));
  // A reader that was slow has missed answers: it gets the newest.
  socket.on('drain', () => {
    const follower = followers.get(socket);
    if (follower !== undefined) sendNews(socket, follower, answer);
  });
  eachLine(socket, (line) => {
    const request = parseRequest(line);
    if (request === undefined) return void socket.destroy();
    const first = answer(request);
    send(socket, first);
    const next = followUp(request, first);
    if (next !== undefined) followers.set(socket, { request: next, sent: JSON.stringify(first) });
  });
}

/** Sends what is new to who follows; a reader that does not read gets nothing until it does. */
function sendNews(socket: Socket, follower: Follower, answer: (request: Request) => Answer): void {
  if (socket.writableNeedDrain) return;
  const news = answer(follower.request);
  const text = JSON.stringify(news);
  if (text === follower.sent || news.events?.items.length === 0) return;
  follower.request = followUp(follower.request, news) ?? follower.request;
  follower.sent = text;
  socket.write(`${text}\n`);
}

/** What to ask for after an answer; undefined where one answer was all. */
function followUp(request: Request, answer: Answer): Request | undefined {
  switch (request.op) {
    case 'status':
    case 'hand':
    case 'createJob':
    case 'condition':
    case 'restart':
    case 'delete':
      return undefined;
    case 'watch':
    case 'hold':
    case 'down':
      return { op: 'watch' };
    case 'progress':
    case 'apply':
    case 'release':
      return { op: 'progress' };
    case 'objects':
      return request.watch ? request : undefined;
    case 'events':
      return request.watch ? { ...request, since: answer.events?.changes ?? request.since } : undefined;
  }
}

const ops: readonly string[] = [
  'status',
  'objects',
  'hand',
  'createJob',
  'watch',
  'progress',
  'apply',
  'events',
  'condition',
  'restart',
  'delete',
  'hold',
  'release',
  'down',
] satisfies readonly Request['op'][];

function parseRequest(line: string): Request | undefined {
  try {
    const request = JSON.parse(line) as Request;
    return ops.includes(request.op) ? request : undefined;
  } catch {
    return undefined;
  }
}

/** readline passes the socket's errors on as its own; who opened the socket deals with them. */
function eachLine(socket: Socket, call: (line: string) => void): void {
  createInterface({ input: socket })
    .on('line', call)
    .on('error', () => {});
}

function send(socket: Socket, value: unknown): void {
  socket.write(`${JSON.stringify(value)}\n`);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve());
  });
}

/** True when the name was free and is ours now; one step, so that only one of several gets it. */
async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

const uniqueWord = (): string => randomBytes(6).toString('hex');
