import fc from 'fast-check';
import { expect, test } from 'vitest';
import { schedules } from './schedule.ts';
import { simulate } from './simulate.ts';

const { PODRUN_SCHEDULES, PODRUN_SEED, PODRUN_PATH } = process.env;
const numRuns = Number(PODRUN_SCHEDULES ?? 2_000);

test(
  `${numRuns} schedules of faults leave all as the file says, and nothing behind`,
  { timeout: 600_000 + numRuns * 50 },
  () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        expect(simulate(schedule).steps).toBeGreaterThan(0);
      }),
      { numRuns, seed: Number(PODRUN_SEED ?? 1), ...(PODRUN_PATH === undefined ? {} : { path: PODRUN_PATH }) },
    );
  },
);
