import type { OutgoingHttpHeaders } from 'node:http';
import type { ProbeHandler, ProbeResult } from '../core/probes/check.ts';
import { EngineError } from '../engine/port.ts';
import { describeFailure, joinHostPort } from './address.ts';
import type { Dial } from './dial.ts';
import { exchange, type Reply, type Target } from './exchange.ts';

type HttpHandler = Extract<ProbeHandler, { kind: 'httpGet' }>;

const userAgent = 'kube-probe/1.36';
const maxRequests = 10;
/** Other 3xx are answers in themselves, as in Go's client. */
const redirects = [301, 302, 303, 307, 308];

/** One GET, redirects on the same host name included; the timeout spans the whole exchange (pkg/probe/http). */
export async function checkHttp(
  handler: HttpHandler,
  address: string,
  timeoutMs: number,
  dial: Dial,
): Promise<ProbeResult> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    return await follow(toTarget(handler, address), makeHeaders(handler.headers, userAgent), abort.signal, dial);
  } finally {
    clearTimeout(timer);
    // Without a reason Node makes an error with a stack for each check.
    abort.abort('over');
  }
}

async function follow(
  first: Target,
  firstHeaders: OutgoingHttpHeaders,
  signal: AbortSignal,
  dial: Dial,
): Promise<ProbeResult> {
  let target = first;
  let headers = firstHeaders;
  for (let requests = 1; ; requests += 1) {
    const reply = await exchange(target, headers, signal, dial);
    const next = readRedirect(reply, target);
    // A redirect to another host is not followed: the answer itself is judged, and told as a warning.
    if (next === undefined || (next.host !== undefined && next.host !== hostOf(first))) return judge(reply, target);
    if (next.target === undefined) return fail(target, next.problem);
    if (requests === maxRequests) return fail(next.target, `stopped after ${maxRequests} redirects`);
    // A Host header of the user's own goes along only where the redirect names no host (net/http client.go).
    if (isAbsolute(next.location)) headers = withoutHost(headers);
    target = next.target;
  }
}

function judge(reply: Reply, target: Target): ProbeResult {
  switch (reply.kind) {
    case 'timeout':
      return fail(target, timeoutTexts(target)[reply.phase]);
    case 'broken':
      if (reply.error instanceof EngineError) return { verdict: 'error', output: reply.error.message };
      return fail(target, describeFailure(reply.error, target.host, target.port));
    case 'answer':
      if (reply.status >= 200 && reply.status < 300) return { verdict: 'success', output: reply.body };
      if (reply.status >= 300 && reply.status < 400)
        return { verdict: 'warning', output: `Probe terminated redirects, Response body: ${reply.body}` };
      // The body may hold secrets, and events are read by many: Kubernetes leaves it out.
      return { verdict: 'failure', output: `HTTP probe failed with statuscode: ${reply.status}` };
  }
}

function fail(target: Target, text: string): ProbeResult {
  return { verdict: 'failure', output: `Get ${JSON.stringify(target.url)}: ${text}` };
}

function timeoutTexts(target: Target): Readonly<Record<'dial' | 'headers' | 'body', string>> {
  const whileHeaders = '(Client.Timeout exceeded while awaiting headers)';
  return {
    dial: `dial tcp ${joinHostPort(target.host, target.port)}: i/o timeout ${whileHeaders}`,
    headers: `context deadline exceeded ${whileHeaders}`,
    body: 'context deadline exceeded (Client.Timeout or context cancellation while reading body)',
  };
}

interface Redirect {
  readonly location: string;
  readonly host?: string;
  readonly target?: Target;
  readonly problem: string;
}

function readRedirect(reply: Reply, from: Target): Redirect | undefined {
  if (reply.kind !== 'answer' || !redirects.includes(reply.status) || !reply.location) return undefined;
  const { location } = reply;
  if (!URL.canParse(location, from.url))
    return { location, problem: `failed to parse Location header ${JSON.stringify(location)}` };
  const url = new URL(location, from.url);
  const isTls = url.protocol === 'https:';
  if (!isTls && url.protocol !== 'http:')
    return {
      location,
      host: url.hostname,
      problem: `unsupported protocol scheme ${JSON.stringify(url.protocol.slice(0, -1))}`,
    };
  // Brackets belong to the URL, not to the address.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
  const target = { isTls, host, port, path: url.pathname + url.search, url: url.href };
  return { location, host: url.hostname, target, problem: '' };
}

function hostOf(target: Target): string {
  return URL.canParse(target.url) ? new URL(target.url).hostname : target.host;
}

function withoutHost(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const { host, ...others } = headers;
  return others;
}

function isAbsolute(location: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(location);
}

/** Where a handler's request goes: the Pod's address where it names no host. */
export function toTarget(handler: HttpHandler, address: string): Target {
  const host = handler.host ?? address;
  const path = encodePath(handler.path);
  const url = `${handler.scheme.toLowerCase()}://${joinHostPort(host, handler.port)}${path}`;
  return { isTls: handler.scheme === 'HTTPS', host, port: handler.port, path, url };
}

/** The path with its query, as Go would send it: one that is no URL is taken as a raw path. */
function encodePath(path: string): string {
  const isRaw = /%(?![0-9a-f]{2})/i.test(path.replace(/[?#].*$/s, ''));
  const sent = isRaw ? path.replace(/[%?#]/g, encodeURIComponent) : path.replace(/#.*$/s, '');
  const encoded = sent.replace(/[^\x21-\x7e]/gu, (character) =>
    Buffer.from(character).toString('hex').replace(/../g, '%$&'),
  );
  return encoded.startsWith('/') ? encoded : `/${encoded}`;
}

/** The user's headers over Kubernetes' own. */
export function makeHeaders(list: HttpHandler['headers'], agent: string): OutgoingHttpHeaders {
  const headers: Record<string, string[]> = {};
  for (const { name, value } of list) (headers[name.toLowerCase()] ??= []).push(value);
  headers['user-agent'] ??= [agent];
  headers.accept ??= ['*/*'];
  // Go sends neither of these two when they are empty.
  for (const name of ['user-agent', 'accept']) if (headers[name]?.[0] === '') delete headers[name];
  const { host, ...others } = headers;
  return host?.[0] ? { ...others, host: host[0] } : others;
}
