/** Runs before each test file: a test in which Node warns of something, say of listeners that pile up, has failed. */
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, expect } from 'vitest';

const warnings: string[] = [];
const note = ({ name, message }: Error) => warnings.push(`${name}: ${message}`);
process.on('warning', note);

afterEach(async () => {
  // Node tells of a warning at the next tick.
  await setImmediate();
  expect(warnings.splice(0)).toEqual([]);
});

// Files share a process.
afterAll(() => void process.off('warning', note));
