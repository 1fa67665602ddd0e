import { failed } from './failure.ts';

/** One write of a container's process as the engine stored or passed it: at most 16 KiB. */
export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly payload: Buffer;
}

/**
 * Takes the engine's multiplexed stream apart: 8 bytes of head (stream, three zeros, length), then the payload.
 * Our own, because docker-modem's recurses once a frame and overflows the stack (ENGINE.md 13).
 * Leaving the loop destroys the stream. Throws where the bytes are no such stream.
 */
export async function* readFrames(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, Buffer.from(chunk as Buffer)]);
    let at = 0;
    while (rest.length - at >= headBytes) {
      const length = rest.readUInt32BE(at + 4);
      const kind = rest[at];
      if ((kind !== 0 && kind !== 1 && kind !== 2) || rest.readUIntBE(at + 1, 3) !== 0) {
        throw failed('refused', 'the engine sent an unframed stream (the container has a terminal)');
      }
      if (rest.length - at - headBytes < length) break;
      yield {
        stream: kind === 2 ? 'stderr' : 'stdout',
        payload: rest.subarray(at + headBytes, at + headBytes + length),
      };
      at += headBytes + length;
    }
    rest = rest.subarray(at);
  }
}

const headBytes = 8;
