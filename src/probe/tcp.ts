import type { ProbeHandler, ProbeResult } from '../core/probes/check.ts';
import { EngineError } from '../engine/port.ts';
import { describeFailure, joinHostPort } from './address.ts';
import type { Dial } from './dial.ts';

/** Does anybody accept a connection there? Nothing is sent (pkg/probe/tcp). Rejects for the prober's own trouble. */
export async function checkTcp(
  handler: Extract<ProbeHandler, { kind: 'tcpSocket' }>,
  address: string,
  timeoutMs: number,
  dial: Dial,
): Promise<ProbeResult> {
  const host = handler.host ?? address;
  const { port } = handler;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const connection = await dial(host, port, abort.signal);
    connection.on('error', () => undefined);
    connection.destroy();
    return { verdict: 'success', output: '' };
  } catch (error) {
    if (abort.signal.aborted)
      return { verdict: 'failure', output: `dial tcp ${joinHostPort(host, port)}: i/o timeout` };
    if (error instanceof EngineError || !(error instanceof Error)) throw error;
    return { verdict: 'failure', output: describeFailure(error, host, port) };
  } finally {
    clearTimeout(timer);
  }
}
