import { EngineError } from '../../engine/port.ts';

/** The exit code of a command that the runtime cannot run, as shells have it; undefined where the error tells of something else. */
export function refusalCode(error: unknown): number | undefined {
  if (!(error instanceof EngineError) || !error.message.startsWith('OCI runtime exec failed')) return undefined;
  return /exec: ".*": (executable file not found|stat .*: no such file or directory)/s.test(error.message) ? 127 : 126;
}
