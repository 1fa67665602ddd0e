/** A ReplicaSet's decisions (replica_set.go manageReplicas, controller_utils.go ActivePodsWithRanks). */
import { expect, test } from 'vitest';
import { reconcileReplicaSet } from '../../src/controllers/replica-set/replica-set.ts';
import type { ReplicaSet } from '../../src/model/workload.ts';
import { decided, declared, ownedPods } from './pods.ts';

const web = (replicas: number): ReplicaSet => ({
  ...{ kind: 'ReplicaSet', name: 'web', namespace: 'default', replicas, revision: 'new', minReadySeconds: 0, declared },
});

test.each<[string, number, readonly string[], string]>([
  ['all begin at once', 3, [], '+3'],
  ['those asked for are waited for', 2, ['a asked', 'b pending'], ''],
  [
    'what has failed or is on its way out is replaced, and what has failed is left',
    3,
    ['a ready', 'b failed', 'c going'],
    '+2',
  ],
  ['Pods of a template before an edit stay', 2, ['old1 ready', 'a ready'], ''],
  [
    'what is pending goes before what runs, whatever template it is of',
    1,
    ['a ready', 'old1 pending'],
    '-old1 scaledDown',
  ],
  ['what is asked for goes before what is there', 1, ['a asked', 'b pending'], '-a scaledDown'],
  ['scaled to none, all that is left goes', 0, ['a ready', 'b failed', 'c going'], '-a scaledDown'],
])('%s', (_what, replicas, texts, expected) => {
  expect(decided(reconcileReplicaSet(web(replicas), ownedPods(texts), 100_000))).toBe(expected);
});
