import { describe, expect, test } from 'vitest';
import { formatLog, prefixWidth } from '../../../src/output/terminal/log-prefix.ts';
import type { LogEntry } from '../../../src/output/terminal/log-prefix.ts';
import { makeStyle } from '../../../src/output/terminal/style.ts';

const entry: LogEntry = {
  pod: 'web',
  container: 'app',
  line: { bytes: Buffer.from('hello \u001b[31mred\u001b[39m\n'), time: '2026-01-01T00:00:00.000000001Z' },
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
  expect(formatLog({ ...entry, ...change }).toString()).toBe(`${text}\n`);
});

describe('what a container wrote stays as it is', () => {
  const time = '2026-01-01T00:00:00.000000001Z';
  const line = { bytes: Buffer.of(0x80, 0xff, 0x00, 0xc3), time };

  test('bytes that are no UTF-8, and a last line without a line end', () => {
    expect(formatLog({ ...entry, prefix: 'none', line })).toEqual(line.bytes);
  });

  test('behind a prefix it gets the line end that it lacks', () => {
    const wanted = Buffer.concat([Buffer.from('web/app    | '), line.bytes, Buffer.from('\n')]);
    expect(formatLog({ ...entry, line })).toEqual(wanted);
  });

  test('the pieces of a very long line are one line with one time', () => {
    const pieces = [
      { bytes: Buffer.from('one '), time },
      { bytes: Buffer.from('two\n'), time, continues: true as const },
    ];
    const written = pieces.map((piece) => formatLog({ ...entry, prefix: 'none', timestamps: true, line: piece }));
    expect(Buffer.concat(written).toString()).toBe(`${time} one two\n`);
  });
});

test('with colour only the prefix of `up` is painted', () => {
  const style = makeStyle(true);
  const line = formatLog({ ...entry, style, line: { bytes: Buffer.from('x\n'), time: '' } }).toString();
  expect(line).toBe(`${style.podColor('web/app')('web/app    |')} x\n`);
  expect(line).not.toBe('web/app    | x\n');
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
