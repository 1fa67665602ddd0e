import type { OutputStream } from './world.ts';

/** So much of what a slow reader has not taken waits in memory; then whoever writes has to wait. */
const mostWaitingBytes = 16 * 1024 * 1024;

/** Writes in order and loses nothing; what it returns is to be waited for before the next write. */
export function pacedWriter(stream: OutputStream): (bytes: Uint8Array) => Promise<void> | undefined {
  let waitingBytes = 0;
  const writers: (() => void)[] = [];
  return (bytes) => {
    waitingBytes += bytes.length;
    stream.write(bytes, () => {
      waitingBytes -= bytes.length;
      if (waitingBytes < mostWaitingBytes) for (const goOn of writers.splice(0)) goOn();
    });
    return waitingBytes < mostWaitingBytes ? undefined : new Promise((resolve) => writers.push(resolve));
  };
}
