import type { EngineContainer } from '../core/runtime/snapshot.ts';

/** What was last seen of a container. */
export interface Known {
  readonly container: EngineContainer;
  /** Our clock, before the inspect was asked for. */
  readonly lookedAtMs: number;
  /** Our clock, before the last question whose answer proved that this still holds. */
  readonly provedAtMs: number;
}

/** What the adapter remembers between two snapshots. It decides nothing: it only saves questions. */
export interface Memory {
  known(id: string): Known | undefined;
  learn(container: EngineContainer, askedAtMs: number): void;
  /** A list proved that what is known still holds. */
  prove(id: string, askedAtMs: number): void;
  /** Something happened to the container: look again whatever a list says. */
  doubt(id: string): void;
  isDoubted(id: string): boolean;
  /** The engine told that it killed a process of this container for its memory. */
  noteOom(id: string): void;
  sawOom(id: string): boolean;
  /**
   * While a call of ours is in flight on a container, the call holds its lock and an inspect would wait for that.
   * @param own the event of the engine's that the call brings about: `start ID`
   */
  hold<T>(ids: readonly string[], own: string | undefined, run: () => Promise<T>): Promise<T>;
  isHeld(id: string): boolean;
  /** True for an event that a call of ours, still in flight, brought about: its answer will tell more. */
  isOwn(event: string): boolean;
  /** Drops what is known of containers that are gone. */
  forget(isGone: (container: EngineContainer) => boolean): void;
}

export function createMemory(): Memory {
  const containers = new Map<string, Known>();
  const doubts = new Map<string, number>();
  const held = new Map<string, number>();
  const expected = new Set<string>();
  const oomed = new Set<string>();

  const addHold = (id: string, by: 1 | -1): void => {
    const count = (held.get(id) ?? 0) + by;
    if (count === 0) held.delete(id);
    else held.set(id, count);
  };

  return {
    known: (id) => containers.get(id),
    learn(container, askedAtMs) {
      containers.set(container.id, { container, lookedAtMs: askedAtMs, provedAtMs: askedAtMs });
    },
    prove(id, askedAtMs) {
      const known = containers.get(id);
      if (known && askedAtMs > known.provedAtMs) containers.set(id, { ...known, provedAtMs: askedAtMs });
    },
    doubt(id) {
      if (containers.has(id)) doubts.set(id, Date.now());
    },
    isDoubted: (id) => (doubts.get(id) ?? -Infinity) >= (containers.get(id)?.lookedAtMs ?? 0),
    noteOom: (id) => void oomed.add(id),
    sawOom: (id) => oomed.has(id),
    async hold(ids, own, run) {
      for (const id of ids) addHold(id, 1);
      if (own !== undefined) expected.add(own);
      try {
        return await run();
      } finally {
        for (const id of ids) addHold(id, -1);
        if (own !== undefined) expected.delete(own);
      }
    },
    isHeld: (id) => held.has(id),
    isOwn: (event) => expected.has(event),
    forget(isGone) {
      for (const [id, { container }] of containers) {
        if (!isGone(container)) continue;
        containers.delete(id);
        doubts.delete(id);
        oomed.delete(id);
      }
    },
  };
}
