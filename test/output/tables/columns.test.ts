import { expect, test } from 'vitest';
import { alignColumns, headerRow } from '../../../src/output/tables/columns.ts';

test('columns are three spaces apart, at least six wide, and end without spaces', () => {
  const rows = [headerRow(['Name', 'Of', 'Age']), ['a-long-name', 'x', '5s'], ['b', 'y', '']];
  expect(alignColumns(rows)).toEqual(['NAME          OF    AGE', 'a-long-name   x     5s', 'b             y']);
});

test('a character outside the basic plane is one column, a line end does not break the row', () => {
  expect(
    alignColumns([
      ['😀😀😀😀', 'x'],
      ['a\nb', 'y'],
    ]),
  ).toEqual(['😀😀😀😀   x', 'a\\nb   y']);
});

test('a table that grows remembers its widths', () => {
  const widths: number[] = [];
  expect(alignColumns([['a-long-name', 'x']], widths)).toEqual(['a-long-name   x']);
  expect(alignColumns([['b', 'y']], widths)).toEqual(['b             y']);
});
