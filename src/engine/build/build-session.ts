/**
 * What BuildKit asks of whoever builds, by gRPC over a connection that the engine turns round: who it is at a registry
 * (moby.filesync.v1.Auth), secrets and SSH agents, and whether it is still there. The context itself is sent as with the
 * classic builder.
 */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Server } from '@grpc/grpc-js';
import { authPath, serveAuth } from './serve-auth.ts';
import { secretPath, serveSecrets } from './serve-secrets.ts';
import { agentPaths, serveAgents } from './serve-agents.ts';
import { serveUnary } from './serve.ts';
import { call } from '../transport/call.ts';
import { engineError } from '../transport/failure.ts';
import type { RegistryAuth } from '../images/registry-auth.ts';
import type { Session } from '../session.ts';

export interface BuildSession {
  /** The `session` of the build's call. */
  readonly id: string;
  close(): void;
}

/** What it may ask for. */
export interface Served {
  /** By registry, as `docker login` writes it. */
  readonly logins: Readonly<Record<string, RegistryAuth>>;
  /** In base64, by the Dockerfile's names. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The sockets of SSH agents, by the Dockerfile's names. */
  readonly agents: Readonly<Record<string, string>>;
}

/** @returns undefined where the engine knows no sessions: it has no BuildKit */
export async function openBuildSession(session: Session, served: Served): Promise<BuildSession | undefined> {
  const id = randomUUID();
  const socket = await connect(session, id);
  if (socket === undefined) return undefined;
  // Heavy, and only a build asks for it. As a CommonJS module its names are on the default export once bundled.
  const { Server, ServerCredentials } = (await import('@grpc/grpc-js')).default;
  const server = new Server();
  serve(server, served);
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  socket.on('error', () => undefined);
  injector.injectConnection(socket);
  return {
    id,
    close: () => {
      server.forceShutdown();
      socket.destroy();
    },
  };
}

async function connect({ docker, deadlines }: Session, id: string): Promise<Duplex | undefined> {
  const modem = docker.modem as { dial(options: object, done: (error: Error | null, socket: Duplex) => void): void };
  const headers = {
    Upgrade: 'h2c',
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Name': 'podrun',
    'X-Docker-Expose-Session-Grpc-Method': [authPath, secretPath, ...agentPaths],
  };
  try {
    return await call(deadlines.lookMs, (abortSignal) => {
      const options = { method: 'POST', path: '/session', hijack: true, headers, abortSignal, statusCodes: {} };
      return new Promise<Duplex>((resolve, reject) => {
        modem.dial(options, (error, socket) => (error === null ? resolve(socket) : reject(error)));
      });
    });
  } catch (error) {
    if (engineError(error).failure.kind === 'away') throw error;
    return undefined;
  }
}

function serve(server: Server, { logins, secrets, agents }: Served): void {
  serveAuth(server, logins);
  serveSecrets(server, secrets);
  serveAgents(server, agents);
  // HealthCheckResponse: 1 the status, SERVING.
  serveUnary(server, '/grpc.health.v1.Health/Check', () => Buffer.from([0x08, 1]));
}
