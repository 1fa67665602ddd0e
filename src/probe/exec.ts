import type { ProbeHandler, ProbeResult } from '../core/probes/check.ts';
import type { Engine } from '../engine/port.ts';

/** The one thing that a prober asks of an engine. */
export type ExecPort = Pick<Engine, 'exec'>;

const maxOutputBytes = 10 * 1024;

/** Runs the command in the container; its exit code is the verdict (pkg/probe/exec). */
export async function checkExec(
  engine: ExecPort,
  containerId: string,
  handler: Extract<ProbeHandler, { kind: 'exec' }>,
  timeoutMs: number,
): Promise<ProbeResult> {
  const result = await engine.exec(containerId, handler.command, timeoutMs);
  switch (result.kind) {
    case 'exit':
      return { verdict: result.code === 0 ? 'success' : 'failure', output: truncate(result.output) };
    case 'timeout':
      return { verdict: 'failure', output: `command ${JSON.stringify(handler.command.join(' '))} timed out` };
    case 'error':
      return { verdict: 'error', output: result.message };
  }
}

function truncate(output: string): string {
  return Buffer.from(output).subarray(0, maxOutputBytes).toString();
}
