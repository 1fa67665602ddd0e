/** What is kept of what the steps of builds write: pure, and with the contract because builders are what tells it. */
import { expect, it } from 'vitest';
import { keepOutputs } from '../../src/engine/build/step-output.ts';

const at = (nanos: number, stream = 1) => ({ seconds: 1, nanos, stream });
const mebibyte = 1024 * 1024;

it('is in the order in which it was written, each piece once, in whole lines', () => {
  const outputs = keepOutputs();
  outputs.add('a', at(2, 2), Buffer.from('second\r\n'));
  outputs.add('a', at(1), Buffer.from('\u001b[31mfirst\u001b[0m\n'));
  outputs.add('a', at(2, 2), Buffer.from('second\r\n'));
  outputs.add('a', at(3), Buffer.from('10 %\r90 %\r100 %'));
  expect(outputs.of('a')).toBe('first\nsecond\n100 %\n');
  expect(outputs.of('b')).toBe('');
});

it('is bounded: the end of a step that writes on and on, and of many steps those that wrote last', () => {
  const outputs = keepOutputs();
  const lines = Buffer.from('x'.repeat(mebibyte - 1) + '\n');
  for (let step = 0; step < 40; step += 1)
    for (let piece = 0; piece < 6; piece += 1) outputs.add(`step ${step}`, at(piece), lines);
  expect(outputs.of('step 39')).toHaveLength(4 * mebibyte);
  expect(outputs.of('step 24')).toHaveLength(4 * mebibyte);
  expect(outputs.of('step 23')).toBe('');
});
