import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goDuration, readRfc3339, rfc3339 } from '../../../src/core/runtime/time.ts';
import { nextUid } from '../../../src/core/state/uid.ts';
import type { UidSource } from '../../../src/core/state/uid.ts';
import { times } from '../../effort.ts';

describe('rfc3339', () => {
  const expected = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');

  test.each([
    0, 951_782_399_999, 951_782_400_000, 951_868_800_000, 1_709_164_800_000, 4_107_542_400_000, 253_402_300_799_000,
  ])('%i', (ms) => {
    expect(rfc3339(ms)).toBe(expected(ms));
  });

  test('is as Date has it, up to the year 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) => {
        expect(rfc3339(ms)).toBe(expected(ms));
        expect(readRfc3339(expected(ms))).toBe(Math.floor(ms / 1000) * 1000);
      }),
      { numRuns: times(2_000) },
    );
  });
});

test.each([
  [0, '0s'],
  [10_000, '10s'],
  [59_499, '59s'],
  [80_000, '1m20s'],
  [160_000, '2m40s'],
  [300_000, '5m0s'],
])('%i ms is %s in Go', (ms, text) => {
  expect(goDuration(ms)).toBe(text);
});

test('UIDs are version 4 in form, and none comes twice', () => {
  let source: UidSource = { seed: [1, 2, 3, 4], made: 0 };
  const seen = new Set<string>();
  for (let i = 0; i < 2_000; i += 1) {
    const next = nextUid(source);
    expect(next.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    seen.add(next.uid.slice(0, 8));
    source = next.source;
  }
  expect(seen.size).toBe(2_000);
});
