import type { Readable } from 'node:stream';
import type { Output } from '../port.ts';
import { engineError } from '../transport/failure.ts';
import { readFrames } from '../transport/frames.ts';

/** What a process writes, as the engine passes it on: without a terminal both streams in frames. Throws EngineError. */
export async function* readOutput(stream: Readable, tty: boolean): AsyncGenerator<Output> {
  try {
    if (!tty) yield* readFrames(stream as AsyncIterable<Buffer>);
    else for await (const payload of stream as AsyncIterable<Buffer>) yield { stream: 'stdout', payload };
  } catch (error) {
    throw engineError(error);
  }
}
