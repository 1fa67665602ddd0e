/** Runs before each test file: a test in which Node warns of something, say of listeners that pile up, has failed. */
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect } from 'vitest';

const warnings: string[] = [];
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));

afterEach(async () => {
  // Node tells of a warning at the next tick.
  await setImmediate();
  expect(warnings.splice(0)).toEqual([]);
});
