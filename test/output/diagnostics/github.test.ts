import { expect, test } from 'vitest';

import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { githubAnnotations } from '../../../src/output/diagnostics/github.ts';

const finding: Diagnostic = {
  severity: 'error',
  file: 'a.yaml',
  line: 2,
  col: 3,
  width: 4,
  path: '',
  message: 'wrong',
};

test.each<[string, Partial<Diagnostic>, string]>([
  ['a place', {}, '::error file=a.yaml,line=2,col=3,endColumn=7::wrong\n'],
  [
    'a path',
    { path: 'spec.a', severity: 'warning' },
    '::warning file=a.yaml,line=2,col=3,endColumn=7::spec.a: wrong\n',
  ],
  ['a hint', { hint: 'mend it' }, '::error file=a.yaml,line=2,col=3,endColumn=7::wrong%0Amend it\n'],
  ['no file', { file: '' }, '::error::wrong\n'],
  ['standard input', { file: '-' }, '::error::wrong\n'],
  [
    'what would end it',
    { message: '100%\n::stop' },
    '::error file=a.yaml,line=2,col=3,endColumn=7::100%25\uFFFD::stop\n',
  ],
  ['a file of any name', { file: 'a,b:c%.yaml' }, '::error file=a%2Cb%3Ac%25.yaml,line=2,col=3,endColumn=7::wrong\n'],
])('%s', (_, rest, line) => {
  expect(githubAnnotations([{ ...finding, ...rest }], (file) => file)).toBe(line);
});
