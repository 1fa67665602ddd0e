import { call } from '../transport/call.ts';
import type { Deadlines } from '../transport/call.ts';
import { engineError } from '../transport/failure.ts';
import type Docker from 'dockerode';

/** Containers held still by us for a moment. Two who hold one at a time share the pause: the last lets it go. */
export interface Pauses {
  /** Pauses all that run, runs, and lets them go whatever happened. */
  during<T>(ids: readonly string[], run: () => Promise<T>): Promise<T>;
  holds(id: string): boolean;
  /** Settles when nobody holds the container still. */
  released(id: string): Promise<void>;
  /**
   * Waits until nobody holds the container still, and keeps that off while a command begins in it: a pause that comes
   * while runc starts one is never let go again by the engine, nor is the command.
   * @param hasBegun settles when it has begun, or never will
   * @returns to be called when it is over
   */
  keepOff(id: string, hasBegun: () => Promise<void>): Promise<() => void>;
}

interface Pause {
  holders: number;
  /** True when it is we who paused it: what a human paused stays so. */
  readonly ours: Promise<boolean>;
  /** Settles when the last holder has let go. */
  readonly over: Promise<void>;
  readonly end: () => void;
}

export function createPauses(docker: Docker, deadlines: Deadlines): Pauses {
  const pauses = new Map<string, Pause>();
  const beginnings = new Map<string, ReadonlySet<() => Promise<void>>>();

  const pauseWhenFree = async (id: string): Promise<boolean> => {
    await Promise.all([...(beginnings.get(id) ?? [])].map((hasBegun) => hasBegun()));
    return pauseContainer(docker, deadlines, id);
  };

  const acquire = async (id: string): Promise<void> => {
    // One that is being let go is waited for: its unpause may be under way.
    let pause = pauses.get(id);
    while (pause?.holders === 0) {
      await pause.over;
      pause = pauses.get(id);
    }
    if (pause === undefined) {
      let end = (): void => undefined;
      const over = new Promise<void>((resolve) => (end = resolve));
      pause = { holders: 0, ours: pauseWhenFree(id), over, end };
      pauses.set(id, pause);
    }
    pause.holders += 1;
    await pause.ours;
  };

  const release = async (id: string): Promise<void> => {
    const pause = pauses.get(id);
    if (pause === undefined) return;
    pause.holders -= 1;
    if (pause.holders > 0) return;
    try {
      if (await pause.ours.catch(() => true)) await unpauseContainer(docker, deadlines, id);
    } finally {
      pauses.delete(id);
      pause.end();
    }
  };

  return {
    async during(ids, run) {
      const acquired = await Promise.allSettled(ids.map(acquire));
      try {
        for (const result of acquired) if (result.status === 'rejected') throw result.reason;
        return await run();
      } finally {
        await Promise.all(ids.map(release));
      }
    },
    holds: (id) => pauses.has(id),
    released: async (id) => pauses.get(id)?.over,
    async keepOff(id, hasBegun) {
      for (let pause = pauses.get(id); pause !== undefined; pause = pauses.get(id)) await pause.over;
      beginnings.set(id, new Set([...(beginnings.get(id) ?? []), hasBegun]));
      return () => {
        const others = [...(beginnings.get(id) ?? [])].filter((other) => other !== hasBegun);
        if (others.length === 0) beginnings.delete(id);
        else beginnings.set(id, new Set(others));
      };
    },
  };
}

/** @returns whether it was we who paused it; one that does not run can do no harm */
async function pauseContainer(docker: Docker, deadlines: Deadlines, id: string): Promise<boolean> {
  try {
    await call(deadlines.changeMs, (abortSignal) => docker.getContainer(id).pause({ abortSignal }));
    return true;
  } catch (error) {
    const { kind, message } = engineError(error).failure;
    if (kind === 'gone' || /is not running|already paused/i.test(message)) return false;
    throw error;
  }
}

async function unpauseContainer(docker: Docker, deadlines: Deadlines, id: string): Promise<void> {
  try {
    await call(deadlines.changeMs, (abortSignal) => docker.getContainer(id).unpause({ abortSignal }));
  } catch (error) {
    const { kind, message } = engineError(error).failure;
    if (kind !== 'gone' && !/is not (paused|running)/i.test(message)) throw error;
  }
}
