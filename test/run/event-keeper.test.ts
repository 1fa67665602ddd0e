import { withEntry } from '../../src/core/state/entries.ts';
import { remember } from '../core/memory.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Clock } from '../../src/platform/clock.ts';
import { keepEvents } from '../../src/run/event-keeper.ts';
import { loadEvents } from '../../src/state/events.ts';
import { makePod, makeState, ref } from '../core/make.ts';
import { makeScratch } from '../scratch.ts';

const node = { name: 'laptop' };

/** A clock that stands, and timers that a test fires. */
function makeClock() {
  const timers: (() => void)[] = [];
  const clock: Clock = {
    nowMs: () => 5_000,
    at(_atMs, call) {
      timers.push(call);
      return () => timers.splice(timers.indexOf(call), 1);
    },
  };
  return { clock, timers };
}

/** A step in which a Pod with that uid was begun with. */
function begin(uid: string) {
  const before = makeState();
  const state = remember(makeState(), 'default/web', ({ applied }) => ({
    newUid: uid,
    applied: withEntry(applied, uid, makePod('web')),
  }));
  return [{ kind: 'tick' }, before, { state, effects: [], wakeAtMs: Infinity, settled: false }] as const;
}

test('events are kept: written once for many, at the end at the latest, and read by the next podrun', async () => {
  const path = join(await makeScratch('keeper'), 'events.json');
  const { clock, timers } = makeClock();
  const keeper = await keepEvents(path, clock, node);
  keeper.stepped(...begin(ref.uid));
  keeper.stepped(...begin('second'));
  expect(timers).toHaveLength(1);
  timers.shift()?.();
  await vi.waitFor(async () => expect((await loadEvents(path)).entries).toHaveLength(2));
  keeper.stepped(...begin('third'));
  await keeper.close();
  expect(timers).toEqual([]);

  const next = await keepEvents(path, clock, node);
  expect(next.since(0)).toMatchObject({
    changes: 3,
    events: [{ reason: 'Scheduled' }, {}, { involvedObject: { uid: 'third' } }],
  });
  expect(next.since(2).events).toHaveLength(1);
});

test('a folder that cannot be written, and a file that is damaged, lose events and nothing else', async () => {
  const path = join(await makeScratch('keeper'), 'events.json');
  await writeFile(path, '{');
  const { clock } = makeClock();
  const keeper = await keepEvents(join(path, 'not-a-folder'), clock, node);
  keeper.stepped(...begin(ref.uid));
  await keeper.close();
  expect((await keepEvents(path, clock, node)).since(0).events).toEqual([]);
});
