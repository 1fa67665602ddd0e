/** Pod UIDs without randomness in the core: the shell gives 128 bits once, a counter makes each one different. */
export interface UidSource {
  readonly seed: readonly [number, number, number, number];
  readonly made: number;
}

/** The next UID, in the form of a version 4 UUID, and the source after it. */
export function nextUid(source: UidSource): { readonly uid: string; readonly source: UidSource } {
  const words = source.seed.map((word, i) => mix(word ^ mix(source.made * 4 + i + 1)));
  const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const uid = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20)];
  return { uid: uid.join('-'), source: { seed: source.seed, made: source.made + 1 } };
}

/** MurmurHash3's 32-bit finalizer: every bit of the input moves every bit of the result. */
function mix(word: number): number {
  let h = word >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
