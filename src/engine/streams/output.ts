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

/**
 * The engine takes a size only once the process runs: as docker's own client, ten tries (docker/cli, tty.go). Never rejects:
 * the process may have ended.
 */
export async function resizeInTime(resize: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; tries <= mostTries; tries += 1) {
    try {
      await resize();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, tries * retryMs));
    }
  }
}

const mostTries = 10;
const retryMs = 10;
