/** The one file that knows how colours are made. */
import { createColors } from 'picocolors';

export type Paint = (text: string) => string;

/** Colours by what they mean. Without colour every one gives its text back. */
export interface Style {
  readonly ok: Paint;
  readonly warn: Paint;
  readonly error: Paint;
  readonly dim: Paint;
  readonly strong: Paint;
  /** The colour of one source of log lines, always the same for the same name. Never red: that is an error's. */
  podColor(name: string): Paint;
}

/** What stands before a Pod that is as it should be, has failed, or is on its way when nobody looks any more. */
export const marks = { ok: '✔', failed: '✖', waiting: '-' } as const;

/** The style for a stream: with `color` false its texts carry no codes. */
export function makeStyle(color: boolean): Style {
  const { green, yellow, red, dim, bold, ...more } = createColors(color);
  const palette: readonly Paint[] = [
    more.cyan,
    yellow,
    green,
    more.magenta,
    more.blue,
    more.cyanBright,
    more.yellowBright,
    more.greenBright,
    more.magentaBright,
    more.blueBright,
  ];
  return {
    ok: green,
    warn: yellow,
    error: red,
    dim,
    strong: bold,
    podColor: (name) => palette[hash(name) % palette.length] ?? String,
  };
}

/** FNV-1a, 32 bits: near names get far colours. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return value;
}
