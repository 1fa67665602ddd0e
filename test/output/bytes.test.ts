import { expect, test } from 'vitest';
import { bytesOf, humanBytes } from '../../src/output/bytes.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1540, '1.5 kB'],
  [9_960, '10 kB'],
  [999_499, '999 kB'],
  [999_500, '1 MB'],
  [40_200_000, '40 MB'],
  [3_210_000_000, '3.2 GB'],
  [5_000_000_000_000_000, '5000 TB'],
])('%i bytes are %s', (bytes, text) => {
  expect(humanBytes(bytes)).toBe(text);
});

test.each([
  [12_000_000, 40_000_000, '12 of 40 MB'],
  [100_000, 40_000_000, '0.1 of 40 MB'],
  [0, 2_000_000_000, '0 of 2 GB'],
  [12_000_000, 0, '12 MB'],
])('%i of %i bytes', (current, total, text) => {
  expect(bytesOf(current, total)).toBe(text);
});
