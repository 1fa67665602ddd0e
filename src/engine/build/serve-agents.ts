import { createConnection } from 'node:net';
import type { Server, ServerDuplexStream, UntypedHandleCall } from '@grpc/grpc-js';
import { bytesField, textField, writeBytes } from './protobuf.ts';
import { serveMethod, serveUnary } from './serve.ts';

const checkPath = '/moby.sshforward.v1.SSH/CheckAgent';
const forwardPath = '/moby.sshforward.v1.SSH/ForwardAgent';
export const agentPaths = [checkPath, forwardPath];

/**
 * CheckAgentRequest: 1 the id. ForwardAgent carries what is written to the agent and what it answers, in BytesMessages: 1
 * the bytes; the id is in its metadata. The keys themselves stay with the agent.
 * @param agents their sockets, by id
 */
export function serveAgents(server: Server, agents: Readonly<Record<string, string>>): void {
  const socketOf = (id: string): string | undefined => {
    const name = id === '' ? 'default' : id;
    return Object.hasOwn(agents, name) ? agents[name] : undefined;
  };
  serveUnary(server, checkPath, (request) =>
    socketOf(textField(request, 1)) === undefined ? undefined : Buffer.alloc(0),
  );
  const forward = (call: ServerDuplexStream<Buffer, Buffer>): void => {
    const path = socketOf(String(call.metadata.get('buildkit.ssh.id')[0] ?? ''));
    if (path === undefined) return void call.end();
    const agent = createConnection(path);
    agent.on('data', (bytes: Buffer) => void call.write(writeBytes(1, bytes)));
    agent.on('error', () => call.end());
    agent.on('end', () => call.end());
    call.on('data', (message: Buffer) => void agent.write(bytesField(message, 1)));
    // What was written last may still be on its way, also when a step is done so soon that its call is cut off.
    call.on('end', () => agent.end());
    for (const event of ['error', 'cancelled']) call.on(event, () => agent.destroySoon());
  };
  serveMethod(server, forwardPath, true, forward as UntypedHandleCall);
}
