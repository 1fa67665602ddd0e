import { expect, test } from 'vitest';
import { mergeDown } from '../../../src/run/asked/merge-down.ts';

const down = { kind: 'down', volumes: false, kill: false } as const;

test.each([
  ['the first', { kind: 'up' } as const, down, down],
  ['the same again', down, down, down],
  ['less', { ...down, volumes: true, kill: true }, down, { ...down, volumes: true, kill: true }],
  ['a longer grace', { ...down, graceSeconds: 2 }, { ...down, graceSeconds: 5 }, { ...down, graceSeconds: 2 }],
])('%s: nothing that was not known', (_, before, next, merged) => {
  expect(mergeDown(before, next)).toEqual(merged);
  if (before.kind === 'down') expect(mergeDown(before, next)).toBe(before);
});

test.each([
  ['at once', down, { ...down, kill: true }, { kill: true }],
  ['the volumes too', down, { ...down, volumes: true }, { volumes: true }],
  ['a shorter grace', { ...down, graceSeconds: 5 }, { ...down, graceSeconds: 2 }, { graceSeconds: 2 }],
  ['all instead of some', { ...down, only: ['default/web'] }, down, { only: undefined }],
  ['what a signal left', { ...down, ownOnly: true }, down, { ownOnly: false }],
])('more: %s', (_, before, next, changed) => {
  expect(mergeDown(before, next)).not.toBe(before);
  expect(mergeDown(before, next)).toMatchObject(
    Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)),
  );
});
