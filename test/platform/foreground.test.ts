import { expect, test } from 'vitest';
import { isInForeground, ownsTerminal } from '../../src/platform/foreground.ts';

test.each([
  ['4711 (node) S 1 4711 4711 34816 4711 4194304 0', true],
  ['4711 (a) b) S 1 4700 4700 34816 4700 4194304 0', true],
  ['4711 (node) S 1 4711 4700 34816 4700 4194304 0', false],
  ['4711 (node) S 1 4711 4711 0 -1 4194304 0', false],
  ['', false],
])('%s', (stat, isOwn) => {
  expect(ownsTerminal(stat)).toBe(isOwn);
});

test('a process that is not there is in no foreground', () => {
  expect(isInForeground(2 ** 30)).toBe(false);
});
