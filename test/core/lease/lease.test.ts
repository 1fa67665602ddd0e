import { describe, expect, test } from 'vitest';
import { judgeLease, leaseText, readLease } from '../../../src/core/lease/lease.ts';
import type { Here, Lease } from '../../../src/core/lease/lease.ts';

const here: Here = { machine: 'laptop 4f', boot: 'boot-1', space: 'pid:[1]' };
const lease: Lease = { ...here, who: 'me', host: 'laptop', pid: 4711, started: '1234', sinceMs: 1_000 };
const startedOf = (pid: number): string | undefined => (pid === 4711 ? '1234' : pid === 1 ? '' : undefined);
const dayMs = 24 * 60 * 60 * 1000;

describe('a lease', () => {
  const ended = { kind: 'dead', why: 'its process 4711 has ended' };
  test.each<[string, Partial<Lease>, Partial<Here>, number, unknown]>([
    ['of a process that runs lives, however old it is', {}, {}, 1_000 * dayMs, { kind: 'living' }],
    ['lives also where a clock was set back', {}, {}, -dayMs, { kind: 'living' }],
    ['of a process that is gone is dead', { pid: 4712 }, {}, 1_000, { ...ended, why: 'its process 4712 has ended' }],
    ['of a number that another process has now is dead', { started: '99' }, {}, 1_000, ended],
    [
      'of this machine before it was started anew is dead',
      { boot: 'boot-0' },
      {},
      1_000,
      { kind: 'dead', why: 'laptop was started anew since' },
    ],
    [
      'of another machine is judged by its age',
      { machine: 'ci', boot: 'b' },
      {},
      5 * dayMs,
      { kind: 'far', isOver: false },
    ],
    ['and is over after five days', { machine: 'ci', boot: 'b' }, {}, 5 * dayMs + 1, { kind: 'far', isOver: true }],
    [
      'and not by the clock of the machine that took it',
      { machine: 'ci', boot: 'b', sinceMs: -1_000 * dayMs },
      {},
      1_000,
      { kind: 'far', isOver: false },
    ],
    [
      'of what the engine tells no age of stays',
      { machine: 'ci', boot: 'b' },
      {},
      -Infinity,
      { kind: 'far', isOver: false },
    ],
    [
      'of another container on this machine cannot be seen either',
      { machine: 'c0ffee', space: 'pid:[2]' },
      {},
      1_000,
      { kind: 'far', isOver: false },
    ],
    [
      'of a process that cannot be looked at is judged by its age',
      { pid: 1 },
      {},
      1_000,
      { kind: 'far', isOver: false },
    ],
    ['that does not say when its process began, too', { started: '' }, {}, 1_000, { kind: 'far', isOver: false }],
    [
      'of a machine without an id of its own is not known by its name',
      { machine: '', boot: 'boot-0' },
      { machine: '' },
      1_000,
      { kind: 'far', isOver: false },
    ],
    [
      'of a machine that tells no start is judged by its age',
      { boot: '' },
      { boot: '' },
      1_000,
      { kind: 'far', isOver: false },
    ],
  ])('%s', (_, of, from, ageMs, judgement) => {
    expect(judgeLease({ ...lease, ...of }, { ...here, ...from }, startedOf, ageMs)).toEqual(judgement);
  });

  test('is read as it was written, and told in words', () => {
    expect(readLease(JSON.stringify(lease))).toEqual(lease);
    expect(leaseText(lease)).toBe('podrun run of me on laptop, pid 4711');
  });

  test.each([undefined, '', '{', 'null', '[]', '{"pid":1}', JSON.stringify({ ...lease, pid: 'x' })])(
    'made by hand, %s, is none',
    (text) => expect(readLease(text)).toBeUndefined(),
  );
});
