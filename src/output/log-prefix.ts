import type { Style } from './style.ts';
import { countCharacters, pad } from './text.ts';

/** `pod`: as `up` shows many sources side by side; `kubectl`: as `kubectl logs --prefix`. */
export type LogPrefix = 'pod' | 'kubectl' | 'none';

export interface LogEntry {
  readonly pod: string;
  readonly container: string;
  readonly line: { readonly text: string; readonly time: string };
  readonly timestamps: boolean;
  readonly prefix: LogPrefix;
  /** How wide the names are, see {@link prefixWidth}; only for `pod`. */
  readonly width: number;
  readonly style: Style;
}

/** One line of a container's log, without a line end. What the container wrote stays as it is, colours included. */
export function formatLog({ pod, container, line, timestamps, prefix, width, style }: LogEntry): string {
  const text = timestamps ? `${line.time} ${line.text}` : line.text;
  switch (prefix) {
    case 'none':
      return text;
    case 'kubectl':
      return `[pod/${pod}/${container}] ${text}`;
    case 'pod': {
      const name = sourceName(pod, container);
      return `${style.podColor(name)(`${pad(name, width)}  |`)} ${text}`;
    }
  }
}

/** The width that lines up the prefixes of these sources. */
export function prefixWidth(sources: readonly { readonly pod: string; readonly container: string }[]): number {
  return Math.max(0, ...sources.map(({ pod, container }) => countCharacters(sourceName(pod, container))));
}

const sourceName = (pod: string, container: string): string => `${pod}/${container}`;
