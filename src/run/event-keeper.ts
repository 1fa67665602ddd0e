/** Keeps what happens to the Pods while podrun supervises them: in memory for who asks, on disk for who comes later. */
import type { Event } from 'kubernetes-types/core/v1.js';
import { changesSince, eventObject, foldEvents } from '../core/events/event-log.ts';
import { eventsOf } from '../core/events/events.ts';
import type { State } from '../core/state/state.ts';
import type { Node } from '../core/runtime/node.ts';
import type { Input, Step } from '../core/state/input.ts';
import { causesText } from '../output/reasons/causes-text.ts';
import type { Clock } from '../platform/clock.ts';
import { loadEvents, saveEvents } from '../state/events.ts';

const saveEveryMs = 1_000;

export interface EventKeeper {
  stepped(input: Input, before: State, after: Step): void;
  /** The events that changed after so many changes of the log, and how many there are now. */
  since(changes: number): { readonly events: readonly Event[]; readonly changes: number };
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

/** Goes on from the file as an earlier podrun left it. A write that fails only makes who comes later know less. */
export async function keepEvents(path: string, clock: Clock, node: Pick<Node, 'name'>): Promise<EventKeeper> {
  let log = await loadEvents(path);
  let saved = log;
  let writing: Promise<void> = Promise.resolve();
  let cancel: (() => void) | undefined;

  function save(): void {
    cancel = undefined;
    const current = log;
    writing = writing.then(() => saveEvents(path, current)).catch(() => {});
    saved = current;
  }

  return {
    stepped(input, before, after) {
      const nowMs = clock.nowMs();
      log = foldEvents(log, eventsOf(before, after, input, { log, nowMs, causesText }));
      if (log !== saved) cancel ??= clock.at(nowMs + saveEveryMs, save);
    },
    since: (changes) => ({
      events: changesSince(log, changes).map((entry) => eventObject(entry, node)),
      changes: log.changes,
    }),
    async close() {
      cancel?.();
      if (log !== saved) save();
      await writing;
    },
  };
}
