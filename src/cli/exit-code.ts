/** What a command's exit code says; from 124 on as `timeout` and shells have it. */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  noEngine: 3,
  owned: 4,
  timedOut: 124,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** 128 and the signal's number, as shells say it. */
export function signalCode(signal: NodeJS.Signals): number {
  if (signal === 'SIGTERM') return exitCode.terminated;
  return signal === 'SIGHUP' ? exitCode.hungUp : exitCode.interrupted;
}

/** An end that the user can do something about: its message is all that is told, and its code ends the process. */
export class CommandError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
  }
}

/** Takes a command's exit code when it has one. */
export type Run = (command: Promise<number>) => Promise<void>;
