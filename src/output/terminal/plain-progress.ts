/** How the Pods get on, line by line: one for each change, and why a Pod is not ready when that changes. */
import { oneLine } from '../text.ts';
import type { Note, PodLine, Scene } from './progress.ts';
import { waitTail } from './rows.ts';

export interface PlainProgress {
  /** Says what is new; a Pod that is in the scene no more is gone. */
  update(scene: Pick<Scene, 'pods' | 'silent'>, nowMs: number): void;
}

interface Said {
  readonly status: string;
  /** Stays until the Pod is well or another is told. */
  readonly reason: string | undefined;
}

export function makePlainProgress(say: (note: Note) => void): PlainProgress {
  /** By the Pod's name. */
  const said = new Map<string, Said>();

  function tell(pod: PodLine, nowMs: number): void {
    const before = said.get(pod.name);
    const status = plainStatus(pod);
    const wait = pod.waits.find(({ lineFromMs = nowMs }) => lineFromMs <= nowMs);
    const isNews = wait !== undefined && !isRepeated(wait.text, before?.reason);
    const reason = isNews ? wait.text : pod.state === 'ok' ? undefined : before?.reason;
    said.set(pod.name, { status, reason });
    if (status === before?.status && !isNews) return;
    const until = wait?.until === undefined ? '' : waitTail(wait, nowMs);
    say({
      level: pod.state === 'ok' ? 'good' : pod.state === 'failed' ? 'warning' : 'normal',
      about: pod.name,
      text: `${status}${isNews ? `: ${oneLine(wait.text)}` : ''}${until}`,
      pod: { ready: pod.ready, status: pod.status, ...(wait === undefined ? {} : { reason: wait.text }) },
    });
  }

  return {
    update({ pods, silent }, nowMs) {
      const names = new Set(pods.map(({ name }) => name));
      for (const name of said.keys()) {
        if (names.has(name) || silent.has(name)) continue;
        say({ level: 'normal', about: name, text: 'deleted' });
        said.delete(name);
      }
      for (const pod of pods) tell(pod, nowMs);
    },
  };
}

/** How many are ready is news only of a Pod that runs and is not all ready. */
function plainStatus({ status, ready, state }: PodLine): string {
  if (status !== 'Running') return status;
  return state === 'ok' ? 'Ready' : `Running ${ready}`;
}

/** The same but for its numbers, which may be a port, a time or a count; another HTTP status is another cause. */
function isRepeated(text: string, before: string | undefined): boolean {
  return before !== undefined && withoutNumbers(text) === withoutNumbers(before);
}

const withoutNumbers = (text: string): string => text.replaceAll(/(?<!HTTP |exit code )\b\d+/g, '#');
