import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Makes one connection of two: each passes on what comes as fast as the other takes it, the end of a half is the end of
 * that half there, and a reset a reset. Whatever else ends one ends the other.
 */
export function joinStreams(one: Duplex, other: Duplex): void {
  passOn(one, other);
  passOn(other, one);
  one.pipe(other);
  other.pipe(one);
}

function passOn(from: Duplex, to: Duplex): void {
  from.on('error', () => reset(to));
  from.on('close', () => {
    // What has ended both ways may still have to be written.
    if (!from.readableEnded || !from.writableFinished) reset(to);
  });
  if (from.errored !== null) reset(to);
  else if (from.destroyed) to.destroy();
}

function reset(stream: Duplex): void {
  if (stream instanceof Socket) stream.resetAndDestroy();
  else stream.destroy();
}
