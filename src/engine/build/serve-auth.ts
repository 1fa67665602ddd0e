import type { Server } from '@grpc/grpc-js';
import { loginKey } from '../images/registry-auth.ts';
import type { RegistryAuth } from '../images/registry-auth.ts';
import { textField, writeTexts } from './protobuf.ts';
import { serveUnary } from './serve.ts';

export const authPath = '/moby.filesync.v1.Auth/Credentials';

/** CredentialsRequest: 1 the host; CredentialsResponse: 1 the user's name, 2 the password or a token. */
export function serveAuth(server: Server, logins: Readonly<Record<string, RegistryAuth>>): void {
  serveUnary(server, authPath, (request) => {
    const login = logins[loginKey(textField(request, 1))];
    if (login === undefined) return Buffer.alloc(0);
    const { username = '', password = '', identitytoken } = login;
    return writeTexts(identitytoken === undefined ? { 1: username, 2: password } : { 2: identitytoken });
  });
}
