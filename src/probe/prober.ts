import type { ProbeRequest, ProbeResult } from '../core/check.ts';
import { checkExec, type ExecPort } from './exec.ts';
import { checkGrpc } from './grpc.ts';
import { runHook } from './hook.ts';
import { checkHttp } from './http.ts';
import type { Prober } from './port.ts';
import { checkTcp } from './tcp.ts';

/** The prober's own trouble is worth another try at once, so many in all (maxProbeRetries). */
const maxTries = 3;

/** A prober that dials directly and runs commands through the engine. */
export function makeProber(engine: ExecPort): Prober {
  return {
    check: (request) => checkWithRetries(engine, request),
    runHook: (containerId, handler, address) => runHook(engine, containerId, handler, address),
  };
}

async function checkWithRetries(engine: ExecPort, request: ProbeRequest): Promise<ProbeResult> {
  const endMs = performance.now() + request.timeoutMs;
  for (let tries = 1; ; tries += 1) {
    const result = await checkOnce(engine, request).catch(toError);
    if (result.verdict !== 'error' || tries === maxTries || performance.now() >= endMs) return result;
  }
}

async function checkOnce(engine: ExecPort, request: ProbeRequest): Promise<ProbeResult> {
  const { handler, timeoutMs } = request;
  switch (handler.kind) {
    case 'exec':
      return checkExec(engine, request.containerId, handler, timeoutMs);
    case 'httpGet':
      return checkHttp(handler, request.address, timeoutMs);
    case 'tcpSocket':
      return checkTcp(handler, request.address, timeoutMs);
    case 'grpc':
      return checkGrpc(handler, request.address, timeoutMs);
  }
}

function toError(error: unknown): ProbeResult {
  return { verdict: 'error', output: error instanceof Error ? error.message : String(error) };
}
