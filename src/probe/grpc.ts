/** A gRPC health check (pkg/probe/grpc/grpc.go): plaintext, grpc.health.v1.Health/Check. */
import type { ServiceError } from '@grpc/grpc-js';
import type { ProbeHandler, ProbeResult } from '../core/probes/check.ts';
import { EngineError } from '../engine/port.ts';
import { describeFailure, joinHostPort } from './address.ts';
import type { Dial } from './dial.ts';
import { openRelay } from './relay.ts';

type GrpcHandler = Extract<ProbeHandler, { kind: 'grpc' }>;

const method = '/grpc.health.v1.Health/Check';
const userAgent = 'kube-probe/1.36';
const statusNames = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** Asks the server for its health. Whatever fails is a failure of the probe, except that the engine could not dial. */
export async function checkGrpc(
  handler: GrpcHandler,
  address: string,
  timeoutMs: number,
  dial: Dial,
): Promise<ProbeResult> {
  const abort = new AbortController();
  const deadline = Date.now() + timeoutMs;
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  const target = joinHostPort(address, handler.port);
  try {
    const connection = await dial(address, handler.port, abort.signal);
    const relay = await openRelay(connection);
    try {
      const result = await ask(relay.address, target, handler.service, timeoutMs, deadline);
      // Our own end of the connection comes at the same moment as the deadline of the call.
      return abort.signal.aborted && result.verdict === 'failure' ? lateText(timeoutMs) : result;
    } finally {
      relay.close();
    }
  } catch (error) {
    if (abort.signal.aborted) return lateText(timeoutMs);
    if (error instanceof EngineError || !(error instanceof Error)) throw error;
    return failure(`error: health rpc to ${target} failed: ${describeFailure(error, address, handler.port)}`);
  } finally {
    clearTimeout(timer);
  }
}

async function ask(
  relay: string,
  target: string,
  service: string,
  timeoutMs: number,
  deadline: number,
): Promise<ProbeResult> {
  // Heavy, and only some Pods ask for it. As a CommonJS module its names are on the default export once bundled.
  const { Client, credentials, status } = (await import('@grpc/grpc-js')).default;
  const client = new Client(relay, credentials.createInsecure(), {
    'grpc.default_authority': target,
    'grpc.primary_user_agent': userAgent,
    'grpc.enable_retries': 0,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_http_proxy': 0,
  });
  try {
    return await new Promise<ProbeResult>((resolve) => {
      client.makeUnaryRequest(method, encodeRequest, decodeStatus, service, { deadline }, (error, code) => {
        if (error === null) resolve(judge(code ?? 0));
        else if (error.code === status.DEADLINE_EXCEEDED) resolve(lateText(timeoutMs));
        else resolve(failureText(error, target, error.code === status.UNIMPLEMENTED));
      });
    });
  } finally {
    client.close();
  }
}

function judge(code: number): ProbeResult {
  if (statusNames[code] === 'SERVING') return { verdict: 'success', output: 'service healthy' };
  return failure(`service unhealthy (responded with ${JSON.stringify(statusNames[code] ?? String(code))})`);
}

function failureText(error: ServiceError, target: string, isUnimplemented: boolean): ProbeResult {
  if (!isUnimplemented) return failure(`error: health rpc to ${target} failed: ${error.details}`);
  return failure(
    `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${error.details}`,
  );
}

function lateText(timeoutMs: number): ProbeResult {
  return failure(`timeout: health rpc did not complete within ${timeoutMs / 1000}s`);
}

function failure(output: string): ProbeResult {
  return { verdict: 'failure', output };
}

/** HealthCheckRequest: field 1, the service's name; protobuf leaves an empty string out. */
function encodeRequest(service: string): Buffer {
  const name = Buffer.from(service);
  return name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name]);
}

/** HealthCheckResponse: field 1, an enum below 128; absent it is 0. */
function decodeStatus(message: Buffer): number {
  return message[0] === 0x08 ? (message[1] ?? 0) : 0;
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
