import { failed } from './failure.ts';

/** One write of a container's process as the engine stored or passed it: at most 16 KiB. */
export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly payload: Buffer;
}

/**
 * Takes the engine's multiplexed stream apart: 8 bytes of head (stream, three zeros, length), then the payload.
 * Our own, because docker-modem's recurses once a frame and overflows the stack (docs/engines.md#logs).
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

/** The same for the output of a container that may have a terminal: that is unframed, and each line is as a frame of its own. */
export async function* readFramesOrLines(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<Frame> {
  const source = chunks[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done === true) return;
  const all = startWith(Buffer.from(first.value as Buffer), source);
  // A frame begins with its stream's number, a line of a terminal with the time that was asked for.
  if ((Buffer.from(first.value as Buffer)[0] ?? 0) <= 2) {
    yield* readFrames(all);
    return;
  }
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of all) {
    rest = Buffer.concat([rest, Buffer.from(chunk as Buffer)]);
    for (let end = rest.indexOf(lineEnd); end >= 0; end = rest.indexOf(lineEnd)) {
      yield { stream: 'stdout', payload: withoutReturn(rest.subarray(0, end + 1)) };
      rest = rest.subarray(end + 1);
    }
  }
  if (rest.length > 0) yield { stream: 'stdout', payload: rest };
}

async function* startWith(
  first: Buffer,
  rest: AsyncIterator<Buffer | string>,
): AsyncGenerator<Buffer | string, void, undefined> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** A terminal ends its lines with two characters. */
const withoutReturn = (line: Buffer): Buffer =>
  line.at(-2) === 0x0d ? Buffer.concat([line.subarray(0, -2), Buffer.from([lineEnd])]) : line;

const lineEnd = 0x0a;
const headBytes = 8;
