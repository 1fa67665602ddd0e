import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { heldBack } from '../../../src/run/report/held-back.ts';
import { projectOf } from '../../manifest/parse.ts';

const workloadsOf = (spec: object) => {
  const template = { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'c', image: 'busybox' }] } };
  const set = { serviceName: 'db', replicas: 2, selector: { matchLabels: { app: 'db' } }, template, ...spec };
  const object = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec: set };
  return projectOf(JSON.stringify(object)).workloads ?? [];
};
const ordered = workloadsOf({});

const pod = (name: string, revision: string, ready: boolean, more: object = {}): KubernetesPod => ({
  metadata: {
    ...{ name, namespace: 'default', labels: { 'controller-revision-hash': revision } },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: '' }],
    ...more,
  },
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});
const revision = ordered[0]?.revision ?? '';
const stuck = pod('db-0', 'old', false);

test('a Pod of an older template that is not Ready holds the update of its ordered StatefulSet up', () => {
  const others = [
    pod('db-1', 'old', true),
    pod('db-2', revision, false),
    pod('db-3', 'old', false, { deletionTimestamp: '2026-01-02T03:04:05Z' }),
    pod('cache-0', 'old', false, { ownerReferences: [] }),
    pod('db-0', 'old', false, { namespace: 'other' }),
  ];
  expect(revision).not.toBe('');
  expect(heldBack(ordered, [stuck, ...others])).toEqual([stuck]);
});

test.each([[{ podManagementPolicy: 'Parallel' }], [{ updateStrategy: { type: 'OnDelete' } }]])(
  'with %j none does',
  (spec) => {
    expect(workloadsOf(spec)).toHaveLength(1);
    expect(heldBack(workloadsOf(spec), [stuck])).toEqual([]);
  },
);
