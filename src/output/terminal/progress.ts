import { makeLiveProgress } from './live-progress.ts';
import { makeStyle } from './style.ts';
import { oneLine } from '../text.ts';

/** What is told of one Pod while it is on its way. */
export interface PodLine {
  readonly name: string;
  /** `1/2` */
  readonly ready: string;
  /** kubectl's STATUS. */
  readonly status: string;
  /** What is under way: it changes all the time. */
  readonly detail?: string;
  /** Why it is not ready, in Kubernetes' words. */
  readonly why?: string;
  readonly state: 'waiting' | 'ok' | 'failed';
}

export interface Progress {
  /**
   * The Pods as they are now; one that is not named any more is gone.
   * @param silent the names of others that are there, of which nothing is to be told
   */
  update(pods: readonly PodLine[], silent?: ReadonlySet<string>): void;
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
  /** By name; the reason stays until the Pod is well or another is told. */
  const said = new Map<string, { readonly status: string; readonly why: string | undefined }>();
  let ended = false;
  const say = (line: string): void => {
    if (!ended) stream.write(`${line}\n`);
  };
  return {
    update(pods, silent) {
      const names = new Set(pods.map(({ name }) => name));
      for (const name of said.keys()) {
        if (names.has(name) || silent?.has(name) === true) continue;
        say(`${name}: deleted`);
        said.delete(name);
      }
      for (const pod of pods) {
        const before = said.get(pod.name);
        const status = plainStatus(pod);
        const isNews = pod.why !== undefined && !isRepeated(pod.why, before?.why);
        if (status !== before?.status || isNews)
          say(`${pod.name}: ${status}${isNews ? `: ${oneLine(pod.why ?? '')}` : ''}`);
        const why = isNews ? pod.why : pod.state === 'ok' ? undefined : before?.why;
        said.set(pod.name, { status, why });
      }
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

/** ImagePullBackOff's reason ends in that of ErrImagePull. */
const isRepeated = (why: string, before: string | undefined): boolean => before !== undefined && why.endsWith(before);
