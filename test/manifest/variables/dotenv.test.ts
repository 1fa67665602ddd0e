import { expect, test } from 'vitest';

import { parseDotenv } from '../../../src/manifest/variables/dotenv.ts';

test.each<[string, string, Record<string, string>]>([
  ['nothing', '', {}],
  ['lines', 'A=1\nB=two words\n', { A: '1', B: 'two words' }],
  ['Windows lines', 'A=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['a byte order mark', '\uFEFFA=1', { A: '1' }],
  ['spaces', '  A = 1  \n', { A: '1' }],
  ['export', 'export A=1\nexport\tB=2', { A: '1', B: '2' }],
  ['comments', '# A=1\nB=2 # two\nC=a#b\nD=# none', { B: '2', C: 'a#b', D: '' }],
  ['no value', 'A=\nB=2', { A: '', B: '2' }],
  ['single quotes', "A='x # $y \\n'\nB='it\\'s'", { A: 'x # $y \\n', B: "it's" }],
  ['double quotes', 'A="x # y\\n\\"z\\"" # c\nB="\\0101\\c"', { A: 'x # y\n"z"', B: 'A\\c' }],
  ['quotes over lines', 'A="one\ntwo"\nB=\'three\nfour\'\nC=5', { A: 'one\ntwo', B: 'three\nfour', C: '5' }],
  ['the last of two', 'A=1\nA=2', { A: '2' }],
  ['an equals sign in the value', 'URL=postgres://x?a=b', { URL: 'postgres://x?a=b' }],
  ['a colon', 'A: 1\nB:2\nURL=x:1', { A: '1', B: '2', URL: 'x:1' }],
  ['a name that begins with a digit, or has dots and brackets', '1A=x\na.b-c[0]=y', { '1A': 'x', 'a.b-c[0]': 'y' }],
  ['two on a line', 'A="1" B=2', { A: '1', B: '2' }],
  ['names alone', 'OURS\nexport THEIRS\nA=1\nOURS', { OURS: 'here', A: '1' }],
])('%s', (_, text, variables) => {
  expect(parseDotenv(text, { OURS: 'here' })).toEqual({ variables, problems: [] });
});

test.each([
  ['A="x\nB=2', '"x', 'this quotation mark is never closed', {}],
  ["A=1\nB='x\\'\n", "'x\\'", 'this quotation mark is never closed', { A: '1' }],
  ['S P=1\nA=1', 'S P', 'the name of a variable cannot contain a space', { A: '1' }],
  ['just words\nA=1', 'just words', 'the name of a variable cannot contain a space', { A: '1' }],
  ['A=1\n  =2', '=', 'a variable needs a name', { A: '1' }],
  ['a/b=1', '/', 'unexpected / in the name of a variable', {}],
  ['{"A": 1}', '{', 'unexpected { in the name of a variable', {}],
  ['A=1\n😀=1', '😀', 'unexpected 😀 in the name of a variable', { A: '1' }],
])('%o is no assignment', (text, place, message, variables) => {
  const { problems, ...rest } = parseDotenv(text);
  expect(rest).toEqual({ variables });
  expect(problems.map(({ from, to, message: said }) => [text.slice(from, to), said])).toEqual([[place, message]]);
});
