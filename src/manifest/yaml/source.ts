/** Places in a text. */

/** One file's text and where it comes from. */
export interface SourceFile {
  /** The file as the user named it. */
  readonly path: string;
  readonly text: string;
  /** The absolute folder that relative host paths start from. */
  readonly dir: string;
  /** Files of one layer add up; what a later layer has goes over what an earlier one has. */
  readonly layer: number;
}

/** A text that nodes stand in, with all that is needed to point into it. */
export interface Source {
  /** The file as the user named it. */
  readonly file: string;
  /** The absolute folder that relative host paths start from. */
  readonly dir: string;
  readonly text: string;
  /** The offset at which each line begins. */
  readonly lineStarts: readonly number[];
}

/** A stretch of one line, counted from 1. */
export interface Span {
  readonly line: number;
  readonly col: number;
  readonly width: number;
}

export function toSource({ path, dir, text }: SourceFile): Source {
  return { file: path, dir, text, lineStarts: lineStartsOf(text) };
}

/** A stretch of text as line, column and the width on its first line. */
export function spanAt({ text, lineStarts }: Source, from: number, to: number): Span {
  const start = Math.min(from, text.length);
  let [low, high] = [0, lineStarts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= start) low = middle;
    else high = middle - 1;
  }
  const lineStart = lineStarts[low] ?? 0;
  const lineEnd = (lineStarts[low + 1] ?? text.length + 1) - 1;
  const end = text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd;
  return { line: low + 1, col: start - lineStart + 1, width: Math.max(1, Math.min(to, end) - start) };
}

/** The offset at which each line of a text begins. The YAML library's own counter misses some in broken texts. */
function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
