import { makeLiveProgress } from './live-progress.ts';
import { makeStyle } from './style.ts';
import { oneLine } from './text.ts';

/** What is told of one Pod while it is on its way. */
export interface PodLine {
  readonly name: string;
  /** `1/2` */
  readonly ready: string;
  /** kubectl's STATUS. */
  readonly status: string;
  /** What is under way, or a message. */
  readonly detail?: string;
  readonly state: 'waiting' | 'ok' | 'failed';
}

export interface Progress {
  /** The Pods as they are now; one that is not named any more is gone. */
  update(pods: readonly PodLine[]): void;
  /** A line that stays, above whatever is still changing. */
  note(line: string): void;
  /** Leaves what was last said, and the cursor as it was. Nothing is shown afterwards. */
  end(): Promise<void>;
}

/** The part of a terminal's stream that progress needs. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
}

export interface ProgressOptions {
  /** Lines that change in place; else a line for each change. */
  readonly interactive: boolean;
  readonly color: boolean;
}

/** Tells how the Pods get on: on a terminal in place, else line by line. */
export function makeProgress(stream: ProgressStream, { interactive, color }: ProgressOptions): Progress {
  return interactive ? makeLiveProgress(stream, makeStyle(color)) : makePlainProgress(stream);
}

function makePlainProgress(stream: ProgressStream): Progress {
  let said: ReadonlyMap<string, string> = new Map();
  let ended = false;
  const say = (line: string): void => {
    if (!ended) stream.write(`${line}\n`);
  };
  return {
    update(pods) {
      const now = new Map(pods.map((pod) => [pod.name, plainStatus(pod)]));
      for (const name of said.keys()) if (!now.has(name)) say(`${name}: deleted`);
      for (const pod of pods) {
        const status = now.get(pod.name) ?? '';
        if (said.get(pod.name) !== status) say(`${pod.name}: ${status}${failureText(pod)}`);
      }
      said = now;
    },
    note: say,
    end() {
      ended = true;
      return Promise.resolve();
    },
  };
}

/** How many are ready is news only of a Pod that runs and is not all ready. */
function plainStatus({ status, ready, state }: PodLine): string {
  if (status !== 'Running') return status;
  return state === 'ok' ? 'Ready' : `Running ${ready}`;
}

function failureText({ state, detail }: PodLine): string {
  return state === 'failed' && detail !== undefined && detail !== '' ? `: ${oneLine(detail)}` : '';
}
