import type { ProbeRequest, ProbeResult } from '../core/probes/check.ts';
import { chooseDial, type DialPort } from './dial.ts';
import { checkExec, type ExecPort } from './exec.ts';
import { checkGrpc } from './grpc.ts';
import { runHook } from './hook.ts';
import { checkHttp } from './http.ts';
import type { Prober } from './port.ts';
import { checkTcp } from './tcp.ts';

/** The prober's own trouble is worth another try at once, so many in all (maxProbeRetries). */
const maxTries = 3;

/** What a prober asks of an engine. */
type ProberPort = ExecPort & DialPort;

/** A prober that dials from here or through the engine, whichever reaches the Pods, and runs commands through the engine. */
export function makeProber(engine: ProberPort): Prober {
  return {
    check: (request) => checkWithRetries(engine, request),
    runHook: (containerId, handler, address) => runHook(engine, containerId, handler, address),
  };
}

async function checkWithRetries(engine: ProberPort, request: ProbeRequest): Promise<ProbeResult> {
  const endMs = performance.now() + request.timeoutMs;
  for (let tries = 1; ; tries += 1) {
    const result = await checkOnce(engine, request).catch(toError);
    if (result.verdict !== 'error' || tries === maxTries || performance.now() >= endMs) return result;
  }
}

async function checkOnce(engine: ProberPort, request: ProbeRequest): Promise<ProbeResult> {
  const { handler, timeoutMs, containerId, address } = request;
  const host = 'host' in handler ? handler.host : undefined;
  const dial = chooseDial(engine, { containerId, host, timeoutMs });
  switch (handler.kind) {
    case 'invalid':
      return { verdict: 'error', output: handler.message };
    case 'exec':
      return checkExec(engine, containerId, handler, timeoutMs);
    case 'httpGet':
      return checkHttp(handler, address, timeoutMs, dial);
    case 'tcpSocket':
      return checkTcp(handler, address, timeoutMs, dial);
    case 'grpc':
      return checkGrpc(handler, address, timeoutMs, dial);
  }
}

function toError(error: unknown): ProbeResult {
  return { verdict: 'error', output: error instanceof Error ? error.message : String(error) };
}
