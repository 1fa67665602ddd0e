import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expand, expandEnv } from '../../../src/core/spec/expand.ts';

describe('$(VAR) in a text', () => {
  const values = new Map([
    ['A', '1'],
    ['EMPTY', ''],
    ['REF', '$(A)'],
  ]);

  test.each([
    ['plain', 'plain'],
    ['$(A)', '1'],
    ['x$(A)y$(A)', 'x1y1'],
    ['$(EMPTY)', ''],
    ['$(UNKNOWN)', '$(UNKNOWN)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$1'],
    ['$$', '$'],
    ['$$$$', '$$'],
    ['$A', '$A'],
    ['${A}', '${A}'],
    ['$(A', '$(A'],
    ['a$', 'a$'],
    ['$()', '$()'],
    ['$', '$'],
    ['$(REF)', '$(A)'],
    ['$(A)$', '1$'],
    ['$(A))', '1)'],
  ])('%s becomes %s', (text, expected) => {
    expect(expand(text, values)).toBe(expected);
  });

  test('text without a dollar is never changed', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('$')),
        (text) => expand(text, values) === text,
      ),
    );
  });
});

test('an entry sees those before it, and a later one wins', () => {
  const env = [
    ['A', '1'],
    ['B', '$(A)2'],
    ['C', '$(D)'],
    ['D', 'x'],
    ['E', '$$(A)'],
    ['A', '$(A)!'],
  ].map(([name = '', value = '']) => ({ name, value }));
  expect([...expandEnv(env)]).toEqual([
    ['A', '1!'],
    ['B', '12'],
    ['C', '$(D)'],
    ['D', 'x'],
    ['E', '$(A)'],
  ]);
});
