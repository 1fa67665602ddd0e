import { expect, test } from 'vitest';

import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { renderDiagnostics } from '../../../src/output/diagnostics/diagnostics.ts';

const at = (line: number, col: number, rest: Partial<Diagnostic> = {}): Diagnostic => ({
  severity: 'error',
  file: 'a.yaml',
  line,
  col,
  width: 1,
  path: 'pods.web',
  message: 'wrong',
  ...rest,
});
const render = (diagnostics: readonly Diagnostic[], text = 'one\ntwo\nthree\n', color = false): string =>
  renderDiagnostics(diagnostics, new Map([['a.yaml', text]]), { color });

test('nothing is nothing', () => {
  expect(render([])).toBe('');
});

test('findings come in the order of their places, each once', () => {
  const later = at(3, 1);
  const findings = [
    later,
    at(2, 2),
    at(2, 1, { hint: 'mend it' }),
    at(1, 1, { file: '0.yaml', path: '' }),
    later,
    { ...later, message: 'other' },
  ];
  expect(render(findings)).toBe(`0.yaml:1:1: error: wrong

a.yaml:2:1: error: pods.web: wrong
  2 | two
    | ^
  hint: mend it

a.yaml:2:2: error: pods.web: wrong
  2 | two
    |  ^

a.yaml:3:1: error: pods.web: wrong
  3 | three
    | ^

a.yaml:3:1: error: pods.web: other
  3 | three
    | ^
`);
});

test.each<[string, Diagnostic, string, string]>([
  ['a warning', at(1, 1, { severity: 'warning' }), 'x', 'a.yaml:1:1: warning: pods.web: wrong\n  1 | x\n    | ^\n'],
  ['no file', at(1, 1, { file: '' }), 'x', 'error: pods.web: wrong\n'],
  ['a line past the end', at(9, 1), 'x', 'a.yaml:9:1: error: pods.web: wrong\n'],
  ['a wide line number', at(10, 1), '\n'.repeat(9) + 'x', 'a.yaml:10:1: error: pods.web: wrong\n  10 | x\n     | ^\n'],
  ['Windows lines', at(2, 2), 'x\r\nyz\r\n', 'a.yaml:2:2: error: pods.web: wrong\n  2 | yz\n    |  ^\n'],
  [
    'several carets',
    at(1, 3, { width: 4 }),
    'a: text',
    'a.yaml:1:3: error: pods.web: wrong\n  1 | a: text\n    |   ^^^^\n',
  ],
  [
    'no more carets than line',
    at(1, 4, { width: 99 }),
    'a: text',
    'a.yaml:1:4: error: pods.web: wrong\n  1 | a: text\n    |    ^^^^\n',
  ],
  ['a caret past the line', at(1, 4), 'abc', 'a.yaml:1:4: error: pods.web: wrong\n  1 | abc\n    |    ^\n'],
  ['an empty line', at(1, 1), '', 'a.yaml:1:1: error: pods.web: wrong\n  1 | \n    | ^\n'],
  ['tabs', at(1, 4), '\t\tabc', 'a.yaml:1:4: error: pods.web: wrong\n  1 | \t\tabc\n    | \t\t ^\n'],
])('%s', (_, finding, text, seen) => {
  expect(render([finding], text)).toBe(seen);
});

test('a long line is cut around the caret', () => {
  const text = 'a'.repeat(300) + 'HERE' + 'b'.repeat(300);
  const [, source = '', carets = ''] = render([at(1, 301, { width: 4 })], text).split('\n');
  expect(source).toBe(`  1 | ...${'a'.repeat(25)}HERE${'b'.repeat(71)}...`);
  expect(carets.indexOf('^^^^')).toBe(source.indexOf('HERE'));
  expect(carets).toHaveLength(source.indexOf('HERE') + 4);
});

test('what a file holds cannot steer the terminal', () => {
  const seen = render([at(1, 1, { message: 'a\x1b[31m\nb', hint: '\x9b2J', path: '\u202ex' })], '\x1b]0;title\x07');
  expect(seen).not.toMatch(/[\x1b\x07\x9b\u202e]/);
  expect(seen).toBe(
    'a.yaml:1:1: error: \uFFFDx: a\uFFFD[31m\uFFFDb\n  1 | \uFFFD]0;title\uFFFD\n    | ^\n  hint: \uFFFD2J\n',
  );
});

test('colours are there when asked for, and change no letter', () => {
  const finding = at(2, 1, { hint: 'mend it' });
  const colored = render([finding], undefined, true);
  expect(colored).toContain('\x1b[31merror\x1b[39m');
  expect(colored.replaceAll(/\x1b\[\d+m/g, '')).toBe(render([finding]));
});

test('in short: where things are that a cluster does otherwise, file by file; one alone is told in full', () => {
  const other = (line: number, message: string, file = 'a.yaml') =>
    at(line, 1, { severity: 'warning', approximates: true, message, file });
  const inShort = (...found: readonly Diagnostic[]) => renderDiagnostics(found, new Map(), { color: false }, true);
  const many = Array.from({ length: 11 }, (_, index) => other(index + 1, `thing ${index}`));
  expect(inShort(other(9, 'b'), other(3, 'a'), other(3, 'b'), other(1, 'a', 'b.yaml'))).toBe(
    `a.yaml:3,9: warning: not as in a cluster; podrun validate says how
b.yaml:1: warning: not as in a cluster; podrun validate says how
`,
  );
  expect(inShort(...many)).toBe(
    'a.yaml:1,2,3,4,5,6,7,8 and 3 more: warning: not as in a cluster; podrun validate says how\n',
  );
  expect(inShort(other(3, 'a'), other(9, 'a'))).toBe('a.yaml:3:1: warning: pods.web: a (and 1 more)\n');
  expect(inShort(at(1, 1), other(3, 'a'), other(4, 'b'))).toBe(
    'a.yaml:1:1: error: pods.web: wrong\n\na.yaml:3,4: warning: not as in a cluster; podrun validate says how\n',
  );
});
