import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { signalProcess } from '../containers/end-process.ts';
import { EngineError } from '../port.ts';
import type { CommandOptions, CommandSession, Output } from '../port.ts';
import type { Session } from '../session.ts';
import { call } from '../transport/call.ts';
import { failed } from '../transport/failure.ts';
import { readOutput, resizeInTime } from './output.ts';

/** Starts a command in a container with its streams left to the caller; see the port. */
export async function openCommand(session: Session, id: string, options: CommandOptions): Promise<CommandSession> {
  const { docker, deadlines } = session;
  const marker = `PODRUN_EXEC=${randomBytes(12).toString('hex')}`;
  const made = await call(deadlines.lookMs, (abortSignal) =>
    docker.getContainer(id).exec({
      Cmd: [...options.command],
      Env: [marker],
      Tty: options.tty,
      AttachStdin: options.stdin,
      AttachStdout: true,
      AttachStderr: true,
      abortSignal,
    }),
  );
  const exec = docker.getExec(made.id);
  const stdio: Duplex = await call(deadlines.lookMs, (abortSignal) =>
    exec.start({ hijack: true, stdin: true, Tty: options.tty, abortSignal }),
  );
  stdio.on('error', () => undefined);
  const inspect = () => call(deadlines.lookMs, (abortSignal) => exec.inspect({ abortSignal }));

  async function exitCode(): Promise<number> {
    // The engine notes the end a moment after the output's; a process that closed its output may go on for long.
    for (let ms = lookAgainMs; ; ms = Math.min(2 * ms, lookLateMs)) {
      const state = await inspect().catch(ofGone);
      if (!state.Running && state.ExitCode !== null) return state.ExitCode;
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }

  async function* output(): AsyncGenerator<Output> {
    let first = true;
    for await (const piece of readOutput(stdio, options.tty)) {
      const isRefusal = first && piece.payload.toString('latin1', 0, refusal.length) === refusal;
      first = false;
      // Docker 20.10 tells a command that it cannot run among its output.
      if (isRefusal && (await exitCode()) === cannotRun) throw failed('refused', piece.payload.toString().trim());
      yield piece;
    }
  }

  return {
    input: stdio,
    output: output(),
    // The process may not have begun, or have ended.
    resize: ({ columns, rows }) =>
      resizeInTime(() => call(deadlines.lookMs, (abortSignal) => exec.resize({ w: columns, h: rows, abortSignal }))),
    exitCode,
    signal: (signal) => signalProcess(session, id, marker, signal),
    close: () => void stdio.destroy(),
  };
}

/** With its container the engine forgets an exec; all that was in it was killed. */
function ofGone(error: unknown): { readonly Running: boolean; readonly ExitCode: number | null } {
  if (error instanceof EngineError && error.failure.kind === 'gone') return { Running: false, ExitCode: killed };
  throw error;
}

const refusal = 'OCI runtime exec failed';
const cannotRun = 126;
const killed = 137;
const lookAgainMs = 10;
const lookLateMs = 1_000;
