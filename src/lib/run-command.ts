import type { Engine } from '../engine/port.ts';
import { refusalCode } from '../run/asked/refusal-code.ts';
import type { ExecResult } from './api.ts';
import { engineTrouble } from './engine-trouble.ts';

/** Runs a command in a container to its end. One that cannot be run ends with 126 or 127, as in a shell. */
export async function runCommand(
  engine: Engine,
  container: string,
  command: readonly string[],
  input: string | Uint8Array | undefined,
): Promise<ExecResult> {
  const pieces = { stdout: new Array<Buffer>(), stderr: new Array<Buffer>() };
  const text = (stream: keyof typeof pieces): string => Buffer.concat(pieces[stream]).toString('utf8');
  try {
    const session = await engine.openCommand(container, { command, tty: false, stdin: input !== undefined });
    try {
      if (input !== undefined) session.input.end(input);
      for await (const { stream, payload } of session.output) pieces[stream].push(payload);
      const exitCode = await session.exitCode();
      return { exitCode, stdout: text('stdout'), stderr: text('stderr') };
    } finally {
      session.close();
    }
  } catch (error) {
    const exitCode = refusalCode(error);
    if (exitCode === undefined) throw engineTrouble(error);
    return { exitCode, stdout: text('stdout'), stderr: `${(error as Error).message}\n` };
  }
}
