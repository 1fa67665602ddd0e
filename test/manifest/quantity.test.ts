import { expect, test } from 'vitest';

import { parseBytes, parseQuantity } from '../../src/model/quantity.ts';

test.each<[string, bigint | undefined]>([
  ['0', 0n],
  ['1', 1_000n],
  ['+1', 1_000n],
  ['-1', -1_000n],
  ['250m', 250n],
  ['1.5', 1_500n],
  ['.5', 500n],
  ['5.', 5_000n],
  ['0.0001', 1n],
  ['-0.0001', -1n],
  ['1n', 1n],
  ['1500u', 2n],
  ['1k', 1_000_000n],
  ['1Ki', 1_024_000n],
  ['64Mi', 67_108_864_000n],
  ['1.5Gi', 1_610_612_736_000n],
  ['2G', 2_000_000_000_000n],
  ['1E', 10n ** 21n],
  ['1Ei', (1n << 60n) * 1_000n],
  ['1e3', 1_000_000n],
  ['1E3', 1_000_000n],
  ['12e-1', 1_200n],
  ['', undefined],
  ['.', undefined],
  ['Mi', undefined],
  ['1K', undefined],
  ['1mi', undefined],
  ['1 Mi', undefined],
  ['1MiB', undefined],
  ['0x10', undefined],
  ['1e', undefined],
  ['1e3Mi', undefined],
  ['1e999', undefined],
  ['--1', undefined],
  ['9'.repeat(65), undefined],
])('quantity %s is %s thousandths', (text, milli) => {
  expect(parseQuantity(text)).toBe(milli);
});

test.each<[string, bigint | undefined]>([
  ['64Mi', 67_108_864n],
  ['1m', 1n],
  ['1001m', 2n],
  ['-1m', -1n],
  ['x', undefined],
])('quantity %s is %s bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});
