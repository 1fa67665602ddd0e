import { expect, test } from 'vitest';

import { parseDotenv } from '../../src/manifest/dotenv.ts';

test.each<[string, string, Record<string, string>]>([
  ['nothing', '', {}],
  ['lines', 'A=1\nB=two words\n', { A: '1', B: 'two words' }],
  ['Windows lines', 'A=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['a byte order mark', '\uFEFFA=1', { A: '1' }],
  ['spaces', '  A = 1  \n', { A: '1' }],
  ['export', 'export A=1', { A: '1' }],
  ['comments', '# A=1\nB=2 # two\nC=a#b\nD=# none', { B: '2', C: 'a#b', D: '' }],
  ['no value', 'A=\nB=2', { A: '', B: '2' }],
  ['single quotes', "A='x # $y \\n'", { A: 'x # $y \\n' }],
  ['double quotes', 'A="x # y\\n\\"z\\"" # c', { A: 'x # y\n"z"' }],
  ['quotes over lines', 'A="one\ntwo"\nB=\'three\nfour\'\nC=5', { A: 'one\ntwo', B: 'three\nfour', C: '5' }],
  ['the last of two', 'A=1\nA=2', { A: '2' }],
  ['an equals sign in the value', 'URL=postgres://x?a=b', { URL: 'postgres://x?a=b' }],
  ['what assigns nothing', 'just words\n1A=x\nA=1', { A: '1' }],
  ['a quote that does not end', 'A="x\nB=2', { A: '"x', B: '2' }],
])('%s', (_, text, variables) => {
  expect(parseDotenv(text)).toEqual(variables);
});
