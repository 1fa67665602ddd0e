import { expect, test } from 'vitest';
import { answered } from '../../../src/core/runtime/outcome.ts';
import { emptySnapshot } from '../../../src/core/runtime/snapshot.ts';
import { assume } from '../../../src/core/step/fold.ts';

const remove = { verb: 'removeVolume', target: 'v', name: 'v' } as const;

test('an answer stands beside its action, and one to another verb is a mistake', () => {
  const result = { ok: true, verb: 'removeVolume' } as const;
  expect(answered(remove, result)).toEqual({ verb: 'removeVolume', action: remove, result });
  expect(() => answered(remove, { ok: true, verb: 'copyImage' })).toThrow('removeVolume was answered as copyImage');
});

test.each(['startContainer', 'unpauseContainer'] as const)('no %s of what is not there is assumed', (verb) => {
  const { outcome, snapshot } = assume(emptySnapshot, { verb, target: 'c', id: 'c' }, 0);
  expect(outcome).toMatchObject({ ok: false, failure: { kind: 'gone' } });
  expect(snapshot).toBe(emptySnapshot);
});
