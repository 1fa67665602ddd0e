/** Methods of gRPC over plain buffers: what they carry is read and written by hand. */
import type { MethodDefinition, Server, UntypedHandleCall } from '@grpc/grpc-js';

/**
 * One method that is asked and answers once.
 * @param answer undefined: there is no such thing
 */
export function serveUnary(server: Server, path: string, answer: (request: Buffer) => Buffer | undefined): void {
  const handle: UntypedHandleCall = (
    { request }: { request: Buffer },
    done: (error: object | null, response?: Buffer) => void,
  ): void => {
    const response = answer(request);
    if (response === undefined) done({ code: notFound, details: 'not found' });
    else done(null, response);
  };
  serveMethod(server, path, false, handle);
}

/** google.rpc.Code */
const notFound = 5;

export function serveMethod(server: Server, path: string, isStream: boolean, handle: UntypedHandleCall): void {
  const asIs = (message: Buffer): Buffer => message;
  const method: MethodDefinition<Buffer, Buffer> = {
    ...{ path, requestStream: isStream, responseStream: isStream },
    ...{ requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs },
  };
  server.addService({ method }, { method: handle });
}
