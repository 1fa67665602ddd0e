import { expect, test } from 'vitest';
import { cut, oneLine } from '../../src/output/text.ts';

test('one line: line ends and tabs are shown, what steers a terminal is replaced', () => {
  expect(oneLine('a\r\nb\nc\td')).toBe('a\\nb\\nc\\td');
  expect(oneLine('\u001b[2Jx\u202e\u0085')).toBe('\uFFFD[2Jx\uFFFD\uFFFD');
});

test('a cut counts characters and puts an ellipsis within the width', () => {
  expect(cut('abcd', 4)).toBe('abcd');
  expect(cut('abcde', 4)).toBe('abc…');
  expect(cut('😀😀😀', 2)).toBe('😀…');
});
