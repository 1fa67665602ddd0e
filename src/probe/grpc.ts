/** A gRPC health check (pkg/probe/grpc/grpc.go): plaintext, grpc.health.v1.Health/Check. */
import type { ServiceError } from '@grpc/grpc-js';
import type { ProbeHandler, ProbeResult } from '../core/check.ts';
import { joinHostPort } from './address.ts';

type GrpcHandler = Extract<ProbeHandler, { kind: 'grpc' }>;

const method = '/grpc.health.v1.Health/Check';
const userAgent = 'kube-probe/1.36';
const statusNames = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** Asks the server for its health. Whatever fails is a failure of the probe; nothing here is the prober's own trouble. */
export async function checkGrpc(handler: GrpcHandler, address: string, timeoutMs: number): Promise<ProbeResult> {
  // Heavy, and only some Pods ask for it. As a CommonJS module its names are on the default export once bundled.
  const { Client, credentials, status } = (await import('@grpc/grpc-js')).default;
  const target = joinHostPort(address, handler.port);
  const client = new Client(target, credentials.createInsecure(), {
    'grpc.primary_user_agent': userAgent,
    'grpc.enable_retries': 0,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_http_proxy': 0,
  });
  const deadline = Date.now() + timeoutMs;
  try {
    return await new Promise<ProbeResult>((resolve) => {
      client.makeUnaryRequest(method, encodeRequest, decodeStatus, handler.service, { deadline }, (error, code) =>
        resolve(
          error === null
            ? judge(code ?? 0)
            : failureText(error, target, timeoutMs, status.UNIMPLEMENTED, status.DEADLINE_EXCEEDED),
        ),
      );
    });
  } finally {
    client.close();
  }
}

function judge(code: number): ProbeResult {
  if (statusNames[code] === 'SERVING') return { verdict: 'success', output: 'service healthy' };
  return {
    verdict: 'failure',
    output: `service unhealthy (responded with ${JSON.stringify(statusNames[code] ?? String(code))})`,
  };
}

function failureText(
  error: ServiceError,
  target: string,
  timeoutMs: number,
  unimplemented: number,
  late: number,
): ProbeResult {
  const text = (output: string): ProbeResult => ({ verdict: 'failure', output });
  const code: number = error.code;
  if (code === unimplemented)
    return text(
      `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${error.details}`,
    );
  if (code === late) return text(`timeout: health rpc did not complete within ${timeoutMs / 1000}s`);
  return text(`error: health rpc to ${target} failed: ${error.details}`);
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
