import type { Style } from './style.ts';
import { countCharacters, pad } from '../text.ts';

/** `pod`: as `up` shows many sources side by side; `kubectl`: as `kubectl logs --prefix`. */
export type LogPrefix = 'pod' | 'kubectl' | 'none';

export interface LogEntry {
  readonly pod: string;
  readonly container: string;
  readonly line: { readonly bytes: Uint8Array; readonly time: string; readonly continues?: true };
  readonly timestamps: boolean;
  readonly prefix: LogPrefix;
  /** How wide the names are, see {@link prefixWidth}; only for `pod`. */
  readonly width: number;
  readonly style: Style;
}

/**
 * One line of a container's log. What the container wrote stays as it is, byte for byte, colours included; behind a prefix
 * it gets the line end that it lacks, so that the next prefix begins a line.
 */
export function formatLog({ pod, container, line, timestamps, prefix, width, style }: LogEntry): Buffer {
  const time = timestamps ? `${line.time} ` : '';
  switch (prefix) {
    case 'none':
      return Buffer.concat([Buffer.from(line.continues === true ? '' : time), line.bytes]);
    case 'kubectl':
      return wholeLine(`[pod/${pod}/${container}] ${time}`, line.bytes);
    case 'pod': {
      const name = sourceName(pod, container);
      return wholeLine(`${style.podColor(name)(`${pad(name, width)}  |`)} ${time}`, line.bytes);
    }
  }
}

const lineEnd = 0x0a;

const wholeLine = (before: string, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(before), bytes, ...(bytes.at(-1) === lineEnd ? [] : [Buffer.of(lineEnd)])]);

/** The width that lines up the prefixes of these sources. */
export function prefixWidth(sources: readonly { readonly pod: string; readonly container: string }[]): number {
  return Math.max(0, ...sources.map(({ pod, container }) => countCharacters(sourceName(pod, container))));
}

const sourceName = (pod: string, container: string): string => `${pod}/${container}`;
