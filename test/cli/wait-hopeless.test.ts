import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { parseCondition } from '../../src/cli/options/wait-condition.ts';
import { whyHopeless } from '../../src/cli/options/wait-hopeless.ts';

const why = (text: string, pod: KubernetesPod) => {
  const condition = parseCondition(text);
  if (typeof condition === 'string') throw new Error(condition);
  return whyHopeless(condition, pod);
};

const ended = (phase: string, exitCode: number, metadata: KubernetesPod['metadata'] = {}): KubernetesPod => ({
  metadata,
  status: {
    phase,
    containerStatuses: [
      { name: 'app', image: '', imageID: '', ready: false, restartCount: 0, state: { terminated: { exitCode } } },
    ],
  },
});

test.each([
  [
    'phase=Succeeded',
    ended('Failed', 3),
    "it has Failed (container app: Error, exit code 3), and can't become Succeeded",
  ],
  ['phase=Running', ended('Succeeded', 0), "it has Succeeded, and can't become Running"],
  ['condition=Ready', ended('Failed', 3), "it has Failed (container app: Error, exit code 3), and can't become Ready"],
  [
    'phase=Succeeded',
    { status: { phase: 'Failed', reason: 'DeadlineExceeded', message: 'too long' } },
    "it has Failed (DeadlineExceeded: too long), and can't become Succeeded",
  ],
] as const)('%s of a Pod that has ended: %#', (condition, pod, text) => {
  expect(why(condition, pod)).toBe(text);
});

test.each([
  ['phase=Failed', ended('Failed', 3)],
  ['phase=Succeeded', { status: { phase: 'Running' } }],
  ['condition=Ready=False', ended('Failed', 3)],
  ['condition=example.com/seen', ended('Failed', 3)],
  ['delete', ended('Failed', 3)],
  ['phase=Succeeded', ended('Failed', 3, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
  [
    'phase=Running',
    ended('Failed', 3, { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: '1' }] }),
  ],
] as const)('%s may still come to pass: %#', (condition, pod) => {
  expect(why(condition, pod)).toBeUndefined();
});
