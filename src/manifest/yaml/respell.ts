/** At a place of a text, how many characters are taken away and what is put there. */
export interface Edit {
  readonly at: number;
  readonly cut: number;
  readonly put: string;
}

/** A text that means to the YAML library what the original means to go-yaml, with the way back. */
export interface Respelt {
  readonly text: string;
  /** The place in the original of a place in `text`. */
  readonly toOriginal: (offset: number) => number;
}

/** Spells a text so that the YAML library takes what go-yaml takes. */
export function respell(text: string, edits: readonly Edit[]): Respelt {
  const stretches: Stretch[] = [{ at: 0, from: 0 }];
  let out = '';
  let from = 0;
  for (const { at, cut, put } of edits) {
    out += text.slice(from, at) + put;
    from = at + cut;
    stretches.push({ at: out.length, from });
  }
  return { text: out + text.slice(from), toOriginal: (offset) => toOriginal(stretches, offset) };
}

/** A piece of the original, where it stands now. */
interface Stretch {
  readonly at: number;
  readonly from: number;
}

function toOriginal(stretches: readonly Stretch[], offset: number): number {
  let [low, high] = [0, stretches.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((stretches[middle]?.at ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const { at, from } = stretches[low] ?? { at: 0, from: 0 };
  // What was put in stands where the next piece begins.
  return Math.min(from + offset - at, stretches[low + 1]?.from ?? Infinity);
}
