import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { env as ownVariables } from 'node:process';
import { inspect } from 'node:util';
import type Docker from 'dockerode';
import type { TlsFiles } from './address.ts';

/** Where HTTP is spoken. */
export type Endpoint =
  { readonly socketPath: string } | { readonly host: string; readonly port: number; readonly tls?: TlsFiles };

/**
 * Loads dockerode (0.1 s: so only when an engine is really asked) and makes a client for exactly this endpoint.
 * @param apiVersion `1.41`; unset: the engine's newest
 */
export async function loadClient(endpoint: Endpoint, apiVersion?: string): Promise<Docker> {
  const { default: DockerClient } = await import('dockerode');
  const where = 'socketPath' in endpoint ? socketOptions(endpoint) : tcpOptions(endpoint);
  const options = { ...where, agent: oneCallAgent(endpoint) };
  const version = apiVersion === undefined ? undefined : `v${apiVersion}`;
  return withoutDockerVariables(() => new DockerClient({ ...options, ...(version === undefined ? {} : { version }) }));
}

/**
 * Every call has a connection of its own. A dockerd that shuts down takes no new ones, but serves the open ones to its
 * end: a container started over one of those is left mounted, and no later dockerd can remove it. It is closed from
 * here: asked for by `Connection: close`, dockerd leaves the rest of a body unread, and its answer may be lost with it.
 */
function oneCallAgent(endpoint: Endpoint): HttpAgent {
  // Without a server's name Node asks whether the host is an address, with a pattern that takes 12 ms to compile.
  const plain = { keepAlive: true, servername: '' };
  const agent =
    'tls' in endpoint && endpoint.tls !== undefined ? new HttpsAgent({ keepAlive: true }) : new HttpAgent(plain);
  // docker-modem formats the options of every call: 4 ms with a whole agent in them (docs/engines.md#client-options).
  return Object.assign(agent, { keepSocketAlive: () => false, [inspect.custom]: () => 'one call' });
}

function socketOptions({ socketPath }: { readonly socketPath: string }): Docker.DockerOptions {
  return { socketPath, host: undefined, port: undefined, protocol: 'http' };
}

function tcpOptions({ host, port, tls }: Exclude<Endpoint, { socketPath: string }>): Docker.DockerOptions {
  // docker-modem puts the host into a URL, where an IPv6 address stands in brackets.
  const common = { host: host.includes(':') ? `[${host}]` : host, port, socketPath: undefined };
  return tls === undefined ? { ...common, protocol: 'http' } : { ...common, protocol: 'https', ...tls };
}

/**
 * docker-modem's constructor reads DOCKER_* from the process, prefers them to its options and throws over a bad value
 * (docs/engines.md#client-options), so they are hidden from it. They are back before anything else can run.
 */
function withoutDockerVariables<T>(make: () => T): T {
  const hidden = Object.entries(ownVariables).filter(([name]) => name.startsWith('DOCKER_'));
  for (const [name] of hidden) delete ownVariables[name];
  try {
    return make();
  } finally {
    for (const [name, value] of hidden) ownVariables[name] = value;
  }
}
