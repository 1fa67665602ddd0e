import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { parseCondition } from '../../src/cli/options/wait-condition.ts';
import { whyHopeless } from '../../src/cli/options/wait-hopeless.ts';

const why = (text: string, pod: KubernetesPod, all: readonly KubernetesPod[] = [pod]) => {
  const condition = parseCondition(text);
  if (typeof condition === 'string') throw new Error(condition);
  return whyHopeless(condition, pod, all);
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

const held = (name: string): KubernetesPod => ({
  metadata: { name, namespace: 'default' },
  status: {
    phase: 'Pending',
    conditions: [
      { type: 'PodScheduled', status: 'False', reason: 'HeldDown', message: 'held; podrun up brings it back' },
    ],
  },
});

const waitsFor = (dependsOn: string, name = 'web'): KubernetesPod => ({
  metadata: { name, namespace: 'default', annotations: { 'podrun.dev/depends-on': dependsOn } },
  status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
});

test.each(['condition=Ready', 'phase=Running', 'create', 'jsonpath={.status.podIP}'])(
  'what is held down is not waited for, with %s; its deletion is',
  (condition) => {
    expect(why(condition, held('web'))).toBe('held; podrun up brings it back');
    expect(why('delete', held('web'))).toBeUndefined();
  },
);

test('an image that never comes', () => {
  const waiting = { reason: 'InvalidImageName', message: 'no' };
  const status = { name: 'app', image: '', imageID: '', ready: false, restartCount: 0, state: { waiting } };
  const pod = { metadata: {}, status: { phase: 'Pending', containerStatuses: [status] } };
  expect(why('condition=Ready', pod)).toBe('container app: InvalidImageName: no');
  expect(why('phase=Pending', pod)).toBeUndefined();
  expect(why('condition=Ready=false', pod)).toBeUndefined();
});

test('what it waits for never comes, directly or by another one', () => {
  const db = ended('Failed', 3, { name: 'db', namespace: 'default' });
  const cause = 'it waits for db, which has Failed (container app: Error, exit code 3)';
  expect(why('condition=Ready', waitsFor('cache, db'), [db])).toBe(cause);
  expect(why('condition=Ready', waitsFor('db:Started'), [db])).toBeUndefined();
  expect(why('phase=Succeeded', waitsFor('api'), [waitsFor('db', 'api'), db])).toBe(`it waits for api: ${cause}`);
  expect(why('condition=Ready', waitsFor('db'), [held('db')])).toBe('it waits for db: held; podrun up brings it back');
  expect(why('condition=Ready', waitsFor('db'), [{ ...db, status: { phase: 'Running' } }])).toBeUndefined();
});
