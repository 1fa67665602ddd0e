const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES: ReadonlyMap<string, number> = new Map([...ALPHABET].map((letter, value) => [letter, value]));
const QUARTET = /^[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/](?:=|[A-Za-z0-9+/]))$/;

/**
 * The bytes of a base64 text as Go's StdEncoding reads it: line breaks count for nothing, padding is needed. A text that
 * is none gives the position of what is wrong, as Go counts it.
 */
export function decodeBase64(text: string): Uint8Array | { readonly illegalAt: number } {
  const plain = text.replaceAll(/[\r\n]/g, '');
  const illegalAt = plain.search(/[^A-Za-z0-9+/=]|=(?!=?$)/);
  if (illegalAt >= 0) return { illegalAt };
  const last = plain.slice(-4);
  if (plain.length % 4 !== 0 || (last !== '' && !QUARTET.test(last))) return { illegalAt: plain.length };
  const letters = plain.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4));
  let [bits, held, at] = [0, 0, 0];
  for (const letter of letters) {
    bits = ((bits << 6) | (VALUES.get(letter) ?? 0)) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[at++] = (bits >> held) & 0xff;
  }
  return bytes;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that bytes are in UTF-8; undefined where they are none. */
export function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
