/** What the steps of builds write, kept until it is known which of them fails. */
import { stripVTControlCharacters } from 'node:util';

/** When and where a piece was written: what is told twice is one piece. */
export interface Moment {
  readonly seconds: number;
  readonly nanos: number;
  /** 1 and 2, as a process has them. */
  readonly stream: number;
}

export interface StepOutputs {
  add(step: string, moment: Moment, text: Buffer): void;
  /** All of it in the order in which it was written, in whole lines without colours; '' where it wrote nothing. */
  of(step: string): string;
}

type Piece = Moment & { readonly text: Buffer };

interface StepOutput {
  bytes: number;
  /** By moment, in the order in which they came. */
  readonly pieces: Map<string, Piece>;
}

/** The most that is kept of one step; BuildKit itself cuts it off at 2 MiB (solver/llbsolver/ops/exec.go). */
const mostBytes = 4 * 1024 * 1024;
/** The most that is kept of all of them: those go first that have been silent for longest. */
const mostInAllBytes = 64 * 1024 * 1024;

export function keepOutputs(): StepOutputs {
  /** In the order in which they last wrote. */
  const steps = new Map<string, StepOutput>();
  let bytes = 0;

  function forgetSilent(): void {
    for (const [silent, kept] of steps) {
      if (bytes <= mostInAllBytes) return;
      bytes -= kept.bytes;
      steps.delete(silent);
    }
  }

  return {
    add(step, moment, text) {
      const kept = steps.get(step) ?? { bytes: 0, pieces: new Map<string, Piece>() };
      steps.delete(step);
      steps.set(step, kept);
      const key = `${moment.seconds}.${moment.nanos}/${moment.stream}`;
      if (kept.pieces.has(key)) return;
      const before = kept.bytes;
      kept.pieces.set(key, { ...moment, text });
      kept.bytes += text.length;
      for (const [oldest, piece] of kept.pieces) {
        if (kept.bytes <= mostBytes || kept.pieces.size === 1) break;
        kept.bytes -= piece.text.length;
        kept.pieces.delete(oldest);
      }
      bytes += kept.bytes - before;
      forgetSilent();
    },
    of(step) {
      const pieces = [...(steps.get(step)?.pieces.values() ?? [])];
      const sorted = pieces.toSorted((a, b) => a.seconds - b.seconds || a.nanos - b.nanos);
      return plain(Buffer.concat(sorted.map(({ text }) => text)).toString('utf8'));
    },
  };
}

/** A line that was written over again and again, as a bar of progress is, is what it was last. */
function plain(text: string): string {
  const lines = stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    .replaceAll(/^\n+|\n+$/g, '')
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r') + 1));
  return lines.join('') === '' ? '' : `${lines.join('\n')}\n`;
}

/** Outputs that builds share which go on at one time. */
export interface SharedOutputs {
  during<T>(build: (outputs: StepOutputs) => Promise<T>): Promise<T>;
}

export function shareOutputs(): SharedOutputs {
  let outputs = keepOutputs();
  let underWay = 0;
  return {
    async during(build) {
      underWay += 1;
      try {
        return await build(outputs);
      } finally {
        underWay -= 1;
        if (underWay === 0) outputs = keepOutputs();
      }
    },
  };
}
