/** The two ways to dial, without an engine: what would be run in an infra is run here, by this machine's busybox. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import { dial } from '../../src/engine/transport/dial.ts';
import type { Session } from '../../src/engine/session.ts';
import { chooseDial, type Dial, type DialPort } from '../../src/probe/dial.ts';

export const ways = ['direct', 'infra'] as const;
export type Way = (typeof ways)[number];

/** The part of an engine that dials that way. When the test ends, all that dialled must have ended, too. */
export function makeDialPort(way: Way): DialPort {
  return { info: { reach: way }, dial: (id, to, signal) => dial(fakeSession(), id, to, signal) };
}

/** @param host the handler's own */
export const makeDial = (way: Way, host?: string): Dial =>
  chooseDial(makeDialPort(way), { containerId: 'c1', host, timeoutMs: 5_000 });

/** As much of a session as dialling uses. */
function fakeSession(): Session {
  let command: readonly string[] = [];
  const docker = {
    getContainer: (id: string) => ({
      inspect: () => Promise.resolve({ HostConfig: { NetworkMode: 'container:infra' } }),
      exec({ Cmd }: { readonly Cmd: readonly string[] }) {
        if (id !== 'infra') throw new Error(`an exec in ${id}`);
        command = Cmd;
        return Promise.resolve({ id: 'exec' });
      },
    }),
    getExec: () => ({ start: () => Promise.resolve(busybox === undefined ? relay(command) : run(busybox, command)) }),
  };
  const session: Partial<Session> = {
    docker: docker as unknown as Session['docker'],
    deadlines: { lookMs: 5_000, inspectMs: 5_000, changeMs: 5_000, pullSilenceMs: 5_000, buildSilenceMs: 1_000 },
    closed: new AbortController().signal,
  };
  return session as Session;
}

const busybox = ['/usr/bin/busybox', '/bin/busybox'].find((path) => existsSync(path));

/** The stdio of a process group of its own, framed; closing it closes the process's input, as the engine does. */
function run(program: string, [, ...args]: readonly string[]): Duplex {
  const folder = mkdtempSync(join(tmpdir(), 'podrun-applets-'));
  for (const name of ['sh', 'nc', 'dd', 'timeout']) symlinkSync(program, join(folder, name));
  const child = spawn(join(folder, 'sh'), args, { detached: true, env: { PATH: folder } });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  onTestFinished(async () => {
    await ended;
    rmSync(folder, { recursive: true });
  });
  child.stdin.on('error', () => undefined);
  const stdio = frameStream(
    (chunk, done) => child.stdin.write(chunk, done),
    () => child.stdin.end(),
  );
  child.stdout.on('data', (data: Buffer) => stdio.push(frame(1, data)));
  child.stderr.on('data', (data: Buffer) => stdio.push(frame(2, data)));
  child.on('close', () => stdio.push(null));
  return stdio;
}

/** The same where there is no busybox. */
function relay(command: readonly string[]): Duplex {
  const [host = '', port = ''] = command.slice(-3);
  const socket = connect({ host, port: Number(port) });
  const stdio = frameStream(
    (chunk, done) => socket.write(chunk, done),
    () => socket.destroy(),
  );
  const words: Record<string, string> = { ECONNREFUSED: 'Connection refused', ECONNRESET: 'Connection reset by peer' };
  socket.on('connect', () => stdio.push(frame(1, Buffer.from('+\n'))));
  socket.on('data', (data: Buffer) => stdio.push(frame(1, data)));
  socket.on('error', (error: NodeJS.ErrnoException) =>
    stdio.push(frame(2, Buffer.from(`nc: ${words[error.code ?? ''] ?? error.message}\n`))),
  );
  socket.on('close', () => stdio.push(null));
  return stdio;
}

function frameStream(write: (chunk: Buffer, done: () => void) => void, close: () => void): Duplex {
  return new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => write(chunk, () => done()),
    destroy(error, done) {
      close();
      done(error);
    },
  });
}

function frame(stream: 1 | 2, payload: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}
