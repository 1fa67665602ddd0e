/** DNS over TCP: each packet behind its length (RFC 1035, 4.2.2). */
import type { Readable } from 'node:stream';

export function frame(packet: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(packet.length);
  return Buffer.concat([length, packet]);
}

/** Calls back for each packet. No more is kept than one packet and what came with its end. */
export function readFrames(stream: Readable, call: (packet: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 2) {
      const length = rest.readUInt16BE(0);
      if (rest.length < 2 + length) return;
      call(rest.subarray(2, 2 + length));
      rest = rest.subarray(2 + length);
    }
  });
}
