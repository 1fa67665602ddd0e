/** Where an engine may be: the words of flags, variables and docker contexts made into addresses. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failed } from './failure.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsFiles }
  /** `remotePath` is the engine's socket there. */
  | { readonly kind: 'ssh'; readonly destination: string; readonly port?: number; readonly remotePath: string };

/** The contents of ca.pem, cert.pem and key.pem, as far as they are there. */
export interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

export interface Candidate {
  readonly address: Address;
  /** What named it: `DOCKER_HOST`, `docker context "desktop"`, `the default socket`. */
  readonly from: string;
}

export interface Candidates {
  /** The user named one: no other is tried. */
  readonly isExplicit: boolean;
  readonly candidates: readonly Candidate[];
}

/**
 * In docker's own order: `-H`, DOCKER_HOST, DOCKER_CONTEXT, the current context, then the usual sockets.
 * Rejects with `refused` where what is named is no address, or a context that is not there.
 */
export async function findCandidates(env: Environment, home: string, host: string | undefined): Promise<Candidates> {
  const named = host ? { text: host, from: '-H' } : { text: env['DOCKER_HOST'] ?? '', from: 'DOCKER_HOST' };
  if (named.text !== '') {
    const tls = env['DOCKER_TLS_VERIFY'] ? await readTls(env['DOCKER_CERT_PATH'] || configDir(env, home)) : undefined;
    return { isExplicit: true, candidates: [{ address: parseAddress(named.text, named.from, tls), from: named.from }] };
  }
  const context = env['DOCKER_CONTEXT'] || (await currentContext(configDir(env, home)));
  if (context !== undefined && context !== 'default') {
    return { isExplicit: true, candidates: [await contextCandidate(configDir(env, home), context)] };
  }
  return { isExplicit: false, candidates: usualSockets(env, home) };
}

/** The folder of docker's own config.json. */
export function configDir(env: Environment, home: string): string {
  return env['DOCKER_CONFIG'] || join(home, '.docker');
}

/** As the user would write it. */
export function addressText(address: Address): string {
  switch (address.kind) {
    case 'unix':
      return `unix://${address.path}`;
    case 'tcp':
      return `tcp://${address.host}:${address.port}`;
    case 'ssh':
      return `ssh://${address.destination}${address.port === undefined ? '' : `:${address.port}`}`;
  }
}

/** @param from what named it, for the message of the EngineError that is thrown for no address */
export function parseAddress(text: string, from: string, tls?: TlsFiles): Address {
  if (text.startsWith('/')) return { kind: 'unix', path: text };
  if (text.startsWith('unix://') && text.length > 'unix://'.length) return { kind: 'unix', path: text.slice(7) };
  const url = parseUrl(/^[a-z]+:\/\//i.test(text) ? text : `tcp://${text}`);
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
  if (url !== undefined && host !== '') {
    if (url.protocol === 'ssh:' && !host.startsWith('-')) {
      return {
        kind: 'ssh',
        destination: `${url.username === '' ? '' : `${decodeURIComponent(url.username)}@`}${host}`,
        ...(url.port === '' ? {} : { port: Number(url.port) }),
        remotePath: url.pathname.length > 1 ? url.pathname : '/var/run/docker.sock',
      };
    }
    if (url.protocol === 'tcp:' || url.protocol === 'http:' || url.protocol === 'https:') {
      const withTls = tls ?? (url.protocol === 'https:' ? {} : undefined);
      const port = url.port === '' ? (withTls ? 2376 : 2375) : Number(url.port);
      return { kind: 'tcp', host, port, ...(withTls === undefined ? {} : { tls: withTls }) };
    }
  }
  throw failed(
    'refused',
    `${from}: ${JSON.stringify(text)} is no engine's address; write unix:///PATH, tcp://HOST:PORT or ssh://[USER@]HOST`,
  );
}

/** `tcp` and `ssh` are no special schemes to URL, which then keeps what it does not understand in the path. */
function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

async function currentContext(dir: string): Promise<string | undefined> {
  const text = await readIfThere(join(dir, 'config.json'));
  if (text === undefined) return undefined;
  try {
    const { currentContext: name } = JSON.parse(text.toString('utf8')) as { readonly currentContext?: string };
    return name === '' ? undefined : name;
  } catch {
    throw failed('refused', `${join(dir, 'config.json')} is no JSON`);
  }
}

interface ContextMeta {
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
}

/** Docker keeps a context under the SHA-256 of its name. */
async function contextCandidate(dir: string, name: string): Promise<Candidate> {
  const from = `docker context ${JSON.stringify(name)}`;
  const id = createHash('sha256').update(name).digest('hex');
  const text = await readIfThere(join(dir, 'contexts', 'meta', id, 'meta.json'));
  if (text === undefined) throw failed('refused', `${from} is not there; \`docker context ls\` shows those that are`);
  const { Host: host, SkipTLSVerify: skip } =
    (JSON.parse(text.toString('utf8')) as ContextMeta).Endpoints?.docker ?? {};
  if (!host) throw failed('refused', `${from} has no docker endpoint`);
  if (skip) throw failed('refused', `${from} skips the check of the engine's certificate, which podrun does not`);
  const tls = await readTls(join(dir, 'contexts', 'tls', id, 'docker'));
  const hasTls = tls.ca !== undefined || tls.cert !== undefined;
  return { address: parseAddress(host, from, hasTls ? tls : undefined), from };
}

async function readTls(dir: string): Promise<TlsFiles> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readIfThere(join(dir, file))),
  );
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw failed('refused', `${path} cannot be read: ${String(code)}`);
  }
}

function usualSockets(env: Environment, home: string): readonly Candidate[] {
  const runtimeDir = env['XDG_RUNTIME_DIR'];
  const inRuntimeDir = (path: string): readonly string[] => (runtimeDir ? [join(runtimeDir, path)] : []);
  const named: readonly (readonly [from: string, paths: readonly string[]])[] = [
    ['the default socket', ['/var/run/docker.sock']],
    ['rootless Docker', inRuntimeDir('docker.sock')],
    ['Docker Desktop', [join(home, '.docker/run/docker.sock'), join(home, '.docker/desktop/docker.sock')]],
    ['Podman', [...inRuntimeDir('podman/podman.sock'), '/run/podman/podman.sock']],
  ];
  return named.flatMap(([from, paths]) => paths.map((path) => ({ address: { kind: 'unix', path } as const, from })));
}
