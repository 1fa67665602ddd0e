import fc from 'fast-check';
import { expect, test } from 'vitest';
import { schedules } from './schedule.ts';
import type { Schedule } from './schedule.ts';
import { simulate } from './simulate.ts';
import { times } from '../effort.ts';

const { PODRUN_SCHEDULES, PODRUN_SEED, PODRUN_PATH } = process.env;
const numRuns = Number(PODRUN_SCHEDULES ?? times(300));
/** A soak draws anew each time; the tests of every day are the same ones. */
const seed = Number(PODRUN_SEED ?? (PODRUN_SCHEDULES === undefined ? 1 : Date.now() % 2 ** 31));
const lastLines = 80;
/** A soak takes half an hour: what it says so far counts also when it is ended by hand. */
const toldEach = 5_000;

test(
  `${numRuns} schedules of faults: nothing forbidden, all as the file says in the end, nothing left`,
  { timeout: 240_000 + numRuns * 500 },
  () => {
    let clean = 0;
    const property = fc.property(schedules, (schedule) => {
      expect(simulate(schedule).steps).toBeGreaterThan(0);
      clean += 1;
      if (clean % toldEach === 0) console.log(`${clean} of ${numRuns} schedules of seed ${seed} are clean`);
    });
    const found = fc.check(property, { numRuns, seed, ...(PODRUN_PATH === undefined ? {} : { path: PODRUN_PATH }) });
    const [schedule] = found.counterexample ?? [];
    if (schedule === undefined) return;
    throw new Error(
      `replay with PODRUN_SEED=${seed} PODRUN_PATH=${found.counterexamplePath ?? ''}\n${story(schedule)}`,
      {
        cause: found.errorInstance,
      },
    );
  },
);

/** The smallest schedule that fails, and what happened in it at last. */
function story(schedule: Schedule): string {
  const lines: string[] = [];
  try {
    simulate(schedule, (line) => lines.push(line));
  } catch (error) {
    lines.push(String(error));
  }
  return [JSON.stringify(schedule), ...lines.slice(-lastLines)].join('\n');
}
