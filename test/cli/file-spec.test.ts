import { expect, test } from 'vitest';
import { readFileSpec } from '../../src/cli/options/file-spec.ts';

test.each([
  ['web:/a', { pod: 'web', path: '/a' }],
  ['blue/web:a:b', { namespace: 'blue', pod: 'web', path: 'a:b' }],
  ['web:', { pod: 'web', path: '' }],
  ['a/b', { path: 'a/b' }],
  ['./a:b', { path: './a:b' }],
  ['/a:b', { path: '/a:b' }],
])('%s', (word, spec) => {
  expect(readFileSpec(word)).toEqual(spec);
});

test.each([':/a', 'a/b/c:/d', 'blue/:/d'])('%s is none', (word) => {
  expect(() => readFileSpec(word)).toThrow('filespec must match the canonical format');
});
