import { expect, test } from 'vitest';
import { makeStyle } from '../../../src/output/terminal/style.ts';

const names = ['web/app', 'web/log', 'db/postgres', 'cache/redis', 'queue/nats', 'api/app'];

test('without colour nothing is added', () => {
  const style = makeStyle(false);
  expect(
    [style.ok, style.warn, style.error, style.dim, style.strong, style.podColor('web/app')].map((paint) => paint('x')),
  ).toEqual(Array(6).fill('x'));
});

test('a source keeps its colour, sources differ, and none is red', () => {
  const paint = (name: string) => makeStyle(true).podColor(name)('x');
  const colors = names.map(paint);
  expect(names.map(paint)).toEqual(colors);
  expect(new Set(colors).size).toBeGreaterThan(2);
  expect(colors).not.toContain(makeStyle(true).error('x'));
});
