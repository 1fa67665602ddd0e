import { expect, test } from 'vitest';
import { emptySnapshot } from '../../src/core/runtime/snapshot.ts';
import type { Snapshot } from '../../src/core/runtime/snapshot.ts';
import { initialState } from '../../src/core/state/state.ts';
import { EngineError } from '../../src/engine/port.ts';
import type { Engine } from '../../src/engine/port.ts';
import { startLoop } from '../../src/run/loop.ts';
import { self } from '../core/make.ts';
import { StandingClock } from './standing-clock.ts';

/** An engine whose looks are answered by hand, and whose event feed breaks by hand. */
function makeEngine() {
  const looks: ((snapshot: Snapshot) => void)[] = [];
  const feeds: ((error: EngineError) => void)[] = [];
  const engine = {
    snapshot: () => new Promise<Snapshot>((resolve) => looks.push(resolve)),
    watch(_project: string, _hint: () => void, lost: (error: EngineError) => void) {
      feeds.push(lost);
      return { close: () => undefined };
    },
  } as unknown as Engine;
  return { engine, looks, feeds };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a look that falls due during a look is made after it, and looks go on', async () => {
  const clock = new StandingClock();
  const { engine, looks, feeds } = makeEngine();
  const nothing = () => Promise.reject(new Error('nothing is to be checked'));
  const prober = { check: nothing, runHook: nothing };
  startLoop(initialState(self, [1, 2, 3, 4], 0), { engine, prober, clock }, {});
  const answer = async () => {
    looks.at(-1)?.(emptySnapshot);
    await settled();
  };
  await answer();
  clock.advance(15);
  expect(looks).toHaveLength(2);

  feeds[0]?.(new EngineError({ kind: 'away', message: 'the feed broke' }));
  clock.advance(15);
  expect(looks).toHaveLength(2);
  await answer();
  clock.advance(15);

  expect(looks).toHaveLength(3);
  await answer();
  clock.advance(15);
  await answer();
  const before = looks.length;
  clock.advance(10_000);
  expect(looks).toHaveLength(before + 1);
});
