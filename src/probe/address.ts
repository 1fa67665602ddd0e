import { isIPv6 } from 'node:net';

/** `host:port` as Go and Kubernetes write it. */
export function joinHostPort(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What a failed connection is called in Kubernetes' events, which are Go's own words. */
export function describeFailure(error: Error, host: string, port: number): string {
  const address = joinHostPort(host, port);
  const { code, message } = readCause(error);
  const dialText = code === undefined ? undefined : dialTexts[code];
  if (dialText !== undefined) return `dial tcp ${address}: connect: ${dialText}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: lookup ${host}: no such host`;
  if (code === 'ECONNRESET' && message === 'socket hang up') return 'EOF';
  if (code === 'ECONNRESET') return `read tcp ${address}: read: connection reset by peer`;
  if (code === 'EPROTO' && message.includes('wrong version number')) return plainAnswer;
  return message;
}

/** An https client at an http server. */
export const plainAnswer = 'http: server gave HTTP response to HTTPS client';

const dialTexts: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'cannot assign requested address',
};

/** A name with several addresses fails with one error for each of them. */
function readCause(error: Error): { readonly code: string | undefined; readonly message: string } {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const cause = first instanceof Error ? first : error;
  return { code: 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined, message: cause.message };
}
