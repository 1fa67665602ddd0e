import type { Failure, FailureKind } from '../../core/runtime/action.ts';
import { EngineError } from '../port.ts';

/**
 * Sorts whatever a call to the engine threw. Never throws.
 * The statuses and texts are Docker Engine 20.10's; see test/contract for each that is relied on.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof EngineError) return error.failure;
  const { statusCode, code, name } = fieldsOf(error);
  const message = engineText(error);
  if (typeof statusCode === 'number') return { kind: kindOfAnswer(statusCode, message), message };
  if (name === 'AbortError') return { kind: 'unknown', message: 'the call was ended before the engine answered' };
  return { kind: 'away', message: awayText(code, message) };
}

export function engineError(error: unknown): EngineError {
  return error instanceof EngineError ? error : new EngineError(failureOf(error));
}

export function failed(kind: FailureKind, message: string, detail?: string): EngineError {
  return new EngineError({ kind, message, ...(detail === undefined ? {} : { detail }) });
}

function kindOfAnswer(statusCode: number, message: string): FailureKind {
  if (noSandbox.some((pattern) => pattern.test(message))) return 'noSandbox';
  if (statusCode === 404)
    return /no such image|does not match the specified platform/i.test(message) ? 'noImage' : 'gone';
  if (statusCode === 409 || statusCode === 304) return 'conflict';
  return 'refused';
}

/** The infra is down, or went while the container was being joined to it; the engine's status differs each time. */
const noSandbox: readonly RegExp[] = [
  /cannot join \S+ of a non running container/i,
  /can't join \S+ of container/i,
  /lstat \/proc\/\d+\/ns\//,
];

/**
 * The engine's own words. docker-modem keeps them in `json.message`, or, for an answer that is a stream, only behind the
 * ` - ` of its own `(HTTP code 409) unexpected - text `; its `reason` is a fixed text and often wrong.
 */
function engineText(error: unknown): string {
  const { json, message, statusCode } = fieldsOf(error);
  const text = isRecord(json) && typeof json['message'] === 'string' ? json['message'] : String(message ?? error);
  const own = /^\(HTTP code \d+\) .*? - /s.exec(text);
  const words = (own ? text.slice(own[0].length) : text).trim();
  return words === '' ? `the engine answered ${String(statusCode)} without a word` : words;
}

function awayText(code: unknown, message: string): string {
  const reason = typeof code === 'string' ? awayReasons[code] : undefined;
  return reason === undefined ? `the engine does not answer: ${message}` : `the engine does not answer: ${reason}`;
}

const awayReasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such socket',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  EACCES:
    'permission denied: the user is not in the socket\'s group (`sudo usermod -aG docker "$USER"`, then log in anew)',
  EPERM: 'permission denied',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be looked up now',
  ETIMEDOUT: 'no answer from the host',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
};

interface ErrorFields {
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly name?: unknown;
  readonly json?: unknown;
  readonly message?: unknown;
}

function fieldsOf(error: unknown): ErrorFields {
  return isRecord(error) ? error : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
