import { expect, test } from 'vitest';
import { formatLog, prefixWidth } from '../../src/output/log-prefix.ts';
import type { LogEntry } from '../../src/output/log-prefix.ts';
import { makeStyle } from '../../src/output/style.ts';

const entry: LogEntry = {
  pod: 'web',
  container: 'app',
  line: { text: 'hello \u001b[31mred\u001b[39m', time: '2026-01-01T00:00:00.000000001Z' },
  timestamps: false,
  prefix: 'pod',
  width: 9,
  style: makeStyle(false),
};

test.each<[Partial<LogEntry>, string]>([
  [{}, 'web/app    | hello \u001b[31mred\u001b[39m'],
  [{ prefix: 'kubectl' }, '[pod/web/app] hello \u001b[31mred\u001b[39m'],
  [
    { prefix: 'kubectl', timestamps: true },
    '[pod/web/app] 2026-01-01T00:00:00.000000001Z hello \u001b[31mred\u001b[39m',
  ],
  [{ prefix: 'none' }, 'hello \u001b[31mred\u001b[39m'],
  [{ prefix: 'none', timestamps: true }, '2026-01-01T00:00:00.000000001Z hello \u001b[31mred\u001b[39m'],
])('%j', (change, text) => {
  expect(formatLog({ ...entry, ...change })).toBe(text);
});

test('with colour only the prefix of `up` is painted', () => {
  const style = makeStyle(true);
  const line = formatLog({ ...entry, style, line: { text: 'x', time: '' } });
  expect(line).toBe(`${style.podColor('web/app')('web/app    |')} x`);
  expect(line).not.toBe('web/app    | x');
});

test('the width is that of the longest name', () => {
  expect(prefixWidth([])).toBe(0);
  expect(
    prefixWidth([
      { pod: 'web', container: 'app' },
      { pod: 'db', container: 'postgres' },
    ]),
  ).toBe(11);
});
