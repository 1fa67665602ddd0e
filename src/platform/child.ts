/** A command with the standard streams, environment and terminal of this process. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

export interface Child {
  /**
   * Its exit code, as a shell has it: 128 and the number of the signal that ended it; 127 where there is no such command,
   * 126 where it cannot be run.
   */
  readonly ended: Promise<{ readonly code: number; readonly problem?: string }>;
  kill(signal: NodeJS.Signals): void;
}

export function startChild(
  command: string,
  args: readonly string[],
  { env, cwd }: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string },
): Child {
  let child: ChildProcess;
  try {
    child = spawn(command, args, { stdio: 'inherit', env: { ...env }, cwd });
  } catch (error) {
    // A NUL in an argument or a variable, or more of them than the system takes.
    return { ended: Promise.resolve({ code: 126, problem: (error as Error).message }), kill: () => {} };
  }
  const ended = new Promise<{ readonly code: number; readonly problem?: string }>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: error.code === 'ENOENT' ? 127 : 126, problem: error.message }),
    );
    child.once('exit', (code, signal) =>
      resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) }),
    );
  });
  return { ended, kill: (signal) => void child.kill(signal) };
}
