/**
 * What BuildKit asks of whoever builds, by gRPC over a connection that the engine turns round: who it is at a registry
 * (moby.filesync.v1.Auth), and whether it is still there. The context itself is sent as with the classic builder.
 */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { ServiceDefinition, UntypedHandleCall } from '@grpc/grpc-js';
import { call } from '../transport/call.ts';
import { engineError } from '../transport/failure.ts';
import { textField, writeTexts } from './protobuf.ts';
import { loginKey } from '../images/registry-auth.ts';
import type { RegistryAuth } from '../images/registry-auth.ts';
import type { Session } from '../session.ts';

export interface BuildSession {
  /** The `session` of the build's call. */
  readonly id: string;
  close(): void;
}

/**
 * @param logins by registry, as `docker login` writes it
 * @returns undefined where the engine knows no sessions: it has no BuildKit
 */
export async function openBuildSession(
  session: Session,
  logins: Readonly<Record<string, RegistryAuth>>,
): Promise<BuildSession | undefined> {
  const id = randomUUID();
  const socket = await connect(session, id);
  if (socket === undefined) return undefined;
  // Heavy, and only a build asks for it. As a CommonJS module its names are on the default export once bundled.
  const { Server, ServerCredentials } = (await import('@grpc/grpc-js')).default;
  const server = new Server();
  server.addService(...auth(logins));
  server.addService(...health);
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
    'X-Docker-Expose-Session-Grpc-Method': '/moby.filesync.v1.Auth/Credentials',
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

type Service = [definition: ServiceDefinition, implementation: Readonly<Record<string, UntypedHandleCall>>];

/** One method that is asked and answers once. */
function service(path: string, answer: (request: Buffer) => Buffer): Service {
  const asIs = (message: Buffer): Buffer => message;
  const method = {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  } as const;
  const handle: UntypedHandleCall = (
    { request }: { request: Buffer },
    done: (error: null, response: Buffer) => void,
  ): void => done(null, answer(request));
  return [{ method }, { method: handle }];
}

/** CredentialsRequest: 1 the host; CredentialsResponse: 1 the user's name, 2 the password or a token. */
const auth = (logins: Readonly<Record<string, RegistryAuth>>): Service =>
  service('/moby.filesync.v1.Auth/Credentials', (request) => {
    const login = logins[loginKey(textField(request, 1))];
    if (login === undefined) return Buffer.alloc(0);
    const { username = '', password = '', identitytoken } = login;
    return writeTexts(identitytoken === undefined ? { 1: username, 2: password } : { 2: identitytoken });
  });

/** HealthCheckResponse: 1 the status, SERVING. */
const health = service('/grpc.health.v1.Health/Check', () => Buffer.from([0x08, 1]));
