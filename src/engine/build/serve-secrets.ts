import type { Server } from '@grpc/grpc-js';
import { textField, writeBytes } from './protobuf.ts';
import { serveUnary } from './serve.ts';

export const secretPath = '/moby.buildkit.secrets.v1.Secrets/GetSecret';

/**
 * GetSecretRequest: 1 the id; GetSecretResponse: 1 what it holds. BuildKit has it in memory while the step runs.
 * @param secrets in base64, by id
 */
export function serveSecrets(server: Server, secrets: Readonly<Record<string, string>>): void {
  serveUnary(server, secretPath, (request) => {
    const id = textField(request, 1);
    const content = Object.hasOwn(secrets, id) ? secrets[id] : undefined;
    return content === undefined ? undefined : writeBytes(1, Buffer.from(content, 'base64'));
  });
}
