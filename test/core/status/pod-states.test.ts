/**
 * Kubernetes' table of Pod states: what becomes of a Pod by its containers' ends and its restart policy, with podrun's
 * own rows for a disk that fails and an engine that is cut off (docs/pod-lifecycle.md#phase).
 */
import { snapshotOf } from '../../../src/core/state/state.ts';
import { describe, expect, test } from 'vitest';
import type { RestartPolicy } from '../../../src/model/container.ts';
import { podList } from '../../../src/core/status/status.ts';
import { drive } from '../drive.ts';
import type { Drive } from '../drive.ts';
import { makeContainer, makePod } from '../make.ts';

const policies: readonly RestartPolicy[] = ['Always', 'OnFailure', 'Never'];

const begin = (restartPolicy: RestartPolicy, ...names: readonly string[]): Drive =>
  drive(makePod('web', { restartPolicy, containers: names.map((name) => makeContainer(name)) }));

/** The phase, and which containers started again. */
function seen(d: Drive): string {
  const started = d.said().flatMap((line) => /^start (.*)/.exec(line)?.[1] ?? []);
  return [podList(d.state(), d.nowMs())[0]?.status?.phase, ...started].join(' ');
}

/** A row of the table: what is seen after the ends under Always, OnFailure and Never. */
type End = readonly [name: string, exitCode: number, oom?: true];
type Row = readonly [what: string, ends: readonly End[], expected: readonly [string, string, string]];

const rows: readonly Row[] = [
  ['one container succeeds', [['a', 0]], ['Running a', 'Succeeded', 'Succeeded']],
  ['one container fails', [['a', 1]], ['Running a', 'Running a', 'Failed']],
  ['one container is out of memory', [['a', 137, true]], ['Running a', 'Running a', 'Failed']],
];

const [aFails, bFails] = [['a', 1] as const, ['b', 1] as const];

const pairs: readonly Row[] = [
  ['the first of two succeeds', [['a', 0]], ['Running a', 'Running', 'Running']],
  ['the first of two fails', [aFails], ['Running a', 'Running a', 'Running']],
  ['the first of two is out of memory', [['a', 137, true]], ['Running a', 'Running a', 'Running']],
  ['the first fails, then the second fails', [aFails, bFails], ['Running a b', 'Running a b', 'Failed']],
  ['the first fails, then the second succeeds', [aFails, ['b', 0]], ['Running a b', 'Running a', 'Failed']],
  [
    'both succeed',
    [
      ['a', 0],
      ['b', 0],
    ],
    ['Running a b', 'Succeeded', 'Succeeded'],
  ],
];

describe.each([
  ['one container', ['a'], rows],
  ['two containers', ['a', 'b'], pairs],
])('%s', (_many, names, table) => {
  test.each(table)('%s', (_what, ends, expected) => {
    const after = policies.map((policy) => {
      const d = begin(policy, ...names);
      d.said();
      for (const [name, exitCode, oomKilled = false] of ends) d.end(name, exitCode, { oomKilled });
      return seen(d);
    });
    expect(after).toEqual(expected);
  });
});

test('out of memory is the reason of the end, and only of an end by KILL', () => {
  const reasonOf = (exitCode: number) => {
    const d = begin('Never', 'a', 'b');
    d.end('a', exitCode, { oomKilled: true });
    return podList(d.state(), d.nowMs())[0]?.status?.containerStatuses?.[0]?.state?.terminated?.reason;
  };
  expect([reasonOf(137), reasonOf(1), reasonOf(0)]).toEqual(['OOMKilled', 'Error', 'Completed']);
});

test.each(policies)(
  'an engine that is cut off makes a Pod that is %s Unknown after 40 s, and never Failed',
  (policy) => {
    const d = begin(policy, 'a');
    const failure = { kind: 'away', message: 'connect ECONNREFUSED' } as const;
    d.feed({ kind: 'lookFailed', failure });
    expect(seen(d)).toBe('Running a');
    d.wait(40_000);
    expect(seen(d)).toBe('Unknown');
    d.wait(3_600_000);
    expect(seen(d)).toBe('Unknown');
    d.feed({ kind: 'looked', snapshot: snapshotOf(d.state()), sinceOutcome: d.state().outcomes });
    expect(seen(d)).toBe('Running');
  },
);
