import { randomBytes } from 'node:crypto';
import type { Failure } from '../../core/runtime/action.ts';
import { call, openStream } from '../transport/call.ts';
import { signalProcess } from './end-process.ts';
import { engineError, failed } from '../transport/failure.ts';
import { readFrames } from '../transport/frames.ts';
import type { ExecResult } from '../port.ts';
import type { Session } from '../session.ts';

/** As {@link ExecResult}, with the whole failure for those in this room. */
export type CommandResult =
  | { readonly kind: 'exit'; readonly code: number; readonly output: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Runs a command in a running container; see the port. Never rejects for what the world does. */
export async function execCommand(
  session: Session,
  id: string,
  command: readonly string[],
  timeoutMs: number,
): Promise<ExecResult> {
  const result = await runCommand(session, id, command, timeoutMs);
  return result.kind === 'failed' ? { kind: 'error', message: result.failure.message } : result;
}

/**
 * Runs a command, as the container's user unless told otherwise, and gives its exit code with the first 10 KiB that it
 * wrote. At the timeout the answer is given at once. The process, which the engine never ends (docs/engines.md#execs), is
 * ended behind it, and until that is done no further command starts in the container.
 */
export async function runCommand(
  session: Session,
  id: string,
  command: readonly string[],
  timeoutMs: number,
  user?: string,
): Promise<CommandResult> {
  const stop = new AbortController();
  const marker = randomBytes(12).toString('hex');
  let started = false;
  let execId: string | undefined;
  const run = async (): Promise<CommandResult> => {
    await session.endings.get(id);
    if (stop.signal.aborted) return { kind: 'timeout' };
    started = true;
    const made = (id: string): void => void (execId = id);
    return perform(session, id, { command, user }, marker, made, AbortSignal.any([stop.signal, session.closed]));
  };
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<CommandResult>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'timeout' }), timeoutMs);
  });
  const running = run().catch((error: unknown): CommandResult => ({
    kind: 'failed',
    failure: engineError(error).failure,
  }));
  const result = await Promise.race([running, timeout]);
  clearTimeout(timer);
  stop.abort();
  if (result.kind === 'timeout' && started) {
    const ending = running
      .then(() => (execId === undefined ? undefined : waitForStart(session, execId)))
      .then(() => signalProcess(session, id, `${markerName}=${marker}`))
      .finally(() => session.endings.delete(id));
    session.endings.set(id, ending);
  }
  return result;
}

/**
 * Runs a command of ours in an infra, for 20 s unless told otherwise, and gives what it wrote. Rejects with `noSandbox` when that does not run, `refused`
 * when it fails.
 */
export async function runInInfra(
  session: Session,
  id: string,
  command: readonly string[],
  timeoutMs = ownCommandMs,
): Promise<string> {
  const result = await runCommand(session, id, command, timeoutMs);
  if (result.kind === 'timeout') throw failed('unknown', 'no answer from the infra');
  if (result.kind === 'failed') {
    const { kind, message } = result.failure;
    throw kind === 'gone' || kind === 'conflict' ? failed('noSandbox', message) : failed(kind, message);
  }
  if (result.code === 0) return result.output;
  if (result.code === 137) throw failed('noSandbox', 'the infra ended');
  throw failed('refused', result.output.trim() || `exit code ${result.code}`);
}

const ownCommandMs = 20_000;
const markerName = 'PODRUN_PROBE';

async function perform(
  session: Session,
  id: string,
  { command, user }: { readonly command: readonly string[]; readonly user: string | undefined },
  marker: string,
  made: (execId: string) => void,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { docker, deadlines } = session;
  let tell = (_execId?: string): void => undefined;
  const execId = new Promise<string | undefined>((resolve) => (tell = resolve));
  const begun = execId.then((made) => (made === undefined ? undefined : () => waitForStart(session, made)));
  const letGo = await session.pauses.keepOff(id, async () => (await begun)?.());
  let isOver = false;
  try {
    const exec = await call(deadlines.lookMs, (abortSignal) =>
      docker.getContainer(id).exec({
        Cmd: [...command],
        Env: [`${markerName}=${marker}`],
        ...(user === undefined ? {} : { User: user }),
        AttachStdout: true,
        AttachStderr: true,
        abortSignal,
      }),
    );
    if (signal.aborted) return { kind: 'timeout' };
    made(exec.id);
    tell(exec.id);
    const result = await follow(session, exec.id, signal);
    isOver = true;
    return result;
  } finally {
    tell();
    void begun.then((wait) => (isOver ? undefined : wait?.())).finally(letGo);
  }
}

/** Starts an exec that is made, and waits for its end. */
async function follow(session: Session, execId: string, signal: AbortSignal): Promise<CommandResult> {
  const output = await startExec(session, execId, signal);
  if (typeof output === 'string') return { kind: 'exit', code: 126, output };
  try {
    const code = await exitCode(session, execId, output.ended, signal);
    // What it left running may hold the stream open; what it wrote itself has come by now.
    await Promise.race([output.ended, pause(lastOutputMs, signal)]);
    return { kind: 'exit', code, output: output.text() };
  } finally {
    output.close();
  }
}

/**
 * Waits until the process runs. The engine starts it although the call was cut off, a moment later
 * (docs/engines.md#execs): looked for too early it would not be found, and would run for ever.
 */
async function waitForStart(session: Session, execId: string): Promise<void> {
  // Its own: many execs wait at once, and a signal with more than ten listeners is a warning.
  const closed = AbortSignal.any([session.closed]);
  try {
    for (let looks = 0; looks < mostStartLooks; looks += 1) {
      const state = await call(session.deadlines.lookMs, (abortSignal) =>
        session.docker.getExec(execId).inspect({ abortSignal }),
      );
      if (state.Pid > 0 || state.ExitCode !== null) return;
      await pause(startLookMs, closed);
    }
  } catch {
    // The container went meanwhile, or the engine did: so did the process.
  }
}

interface Output {
  readonly text: () => string;
  /** Settles when the stream ends; that says nothing about the process. */
  readonly ended: Promise<void>;
  readonly close: () => void;
}

/** @returns the text of the refusal, where the engine answers a command that cannot be run by a 400 (later than 20.10) */
async function startExec(session: Session, execId: string, signal: AbortSignal): Promise<Output | string> {
  const closing = new AbortController();
  try {
    const stream = await openStream(
      session.deadlines.lookMs,
      AbortSignal.any([signal, closing.signal]),
      (abortSignal) => session.docker.getExec(execId).start({ Detach: false, Tty: false, abortSignal }),
    );
    stream.on('error', () => undefined);
    const written = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
    const read = async (): Promise<void> => {
      for await (const { stream: kind, payload } of readFrames(stream as AsyncIterable<Buffer>)) {
        // What is above the limit is read and dropped: unread output would block the process.
        const kept = payload.subarray(0, maxOutputBytes - written[kind].length);
        if (kept.length > 0) written[kind] = Buffer.concat([written[kind], kept]);
      }
    };
    return {
      // In this order, whichever came first (kuberuntime_container.go RunInContainer).
      text: () => Buffer.concat([written.stdout, written.stderr]).subarray(0, maxOutputBytes).toString('utf8'),
      ended: read().catch(() => undefined),
      close: () => closing.abort(),
    };
  } catch (error) {
    const { failure } = engineError(error);
    if (failure.kind === 'refused' && /OCI runtime exec failed/.test(failure.message)) return failure.message;
    throw error;
  }
}

/** The engine's own word on the process: the stream's end may come before it (a daemon that died) or long after it. */
async function exitCode(session: Session, execId: string, ended: Promise<void>, signal: AbortSignal): Promise<number> {
  let waitMs = firstLookMs;
  let streaming = true;
  const streamEnd = ended.then(() => (streaming = false));
  for (;;) {
    await Promise.race(streaming ? [streamEnd, pause(waitMs, signal)] : [pause(afterEndMs, signal)]);
    if (signal.aborted) throw failed('unknown', 'the command was cut off');
    const state = await call(session.deadlines.lookMs, (abortSignal) =>
      session.docker.getExec(execId).inspect({ abortSignal }),
    );
    if (!state.Running && state.ExitCode !== null) return state.ExitCode;
    if (streaming) waitMs = Math.min(waitMs * 2, slowestLookMs);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** The kubelet's own limit (pkg/probe/exec). */
const maxOutputBytes = 10 * 1024;
/** A command ends its stream with itself; only one that leaves a child behind is found by looking. */
const firstLookMs = 250;
const slowestLookMs = 1000;
const afterEndMs = 10;
const lastOutputMs = 50;
/** At most 10 s. */
const startLookMs = 50;
const mostStartLooks = 200;
