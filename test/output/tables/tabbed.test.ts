import { expect, test } from 'vitest';
import { alignTabs } from '../../../src/output/tables/tabbed.ts';

test('cells are aligned over neighbouring lines that have them', () => {
  expect(alignTabs(['Name:\tweb', 'IPs:', '  IP:\t10.0.0.1', 'Status:\tRunning'])).toEqual([
    'Name:  web',
    'IPs:',
    '  IP:    10.0.0.1',
    'Status:  Running',
  ]);
});

test('a second column is as wide as its own block', () => {
  expect(alignTabs(['a\tlong one\tx', 'bb\tb\ty', 'c\tz', 'd\tsecond\tw'])).toEqual([
    'a   long one  x',
    'bb  b         y',
    'c   z',
    'd   second  w',
  ]);
});

test('what follows the last tab moves nothing, control characters are shown', () => {
  expect(alignTabs(['a\tvery long text', 'b\tc\nd\x1b[1m'])).toEqual(['a  very long text', 'b  c\\nd\uFFFD[1m']);
  expect(alignTabs([])).toEqual([]);
});
