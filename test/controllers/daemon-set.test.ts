/** A DaemonSet's decisions on its one node, as daemon_controller.go and update.go have them. */
import { expect, test } from 'vitest';
import { reconcileDaemonSet } from '../../src/controllers/daemon-set/daemon-set.ts';
import type { DaemonSet } from '../../src/model/workload.ts';
import { decided, declared, ownedPods } from './pods.ts';

const rolling = { type: 'RollingUpdate', maxSurge: 0, maxUnavailable: 1 } as const;
const surging = { type: 'RollingUpdate', maxSurge: 1, maxUnavailable: 0 } as const;

const agent = (updateStrategy: DaemonSet['updateStrategy']): DaemonSet => ({
  ...{
    kind: 'DaemonSet',
    name: 'agent',
    namespace: 'default',
    replicas: 1,
    revision: 'new',
    minReadySeconds: 0,
    declared,
  },
  updateStrategy,
});

test.each<[string, DaemonSet['updateStrategy'], readonly string[], string]>([
  ['one Pod is made', rolling, [], '+1'],
  ['and no second one', rolling, ['a pending'], ''],
  ['an old one is ended first', rolling, ['old1 ready'], '-old1 updated'],
  ['the next one waits until that is gone', rolling, ['old1 going'], ''],
  ['and begins then', rolling, [], '+1'],
  ['with surge the new one begins first', surging, ['old1 ready'], '+1'],
  ['the old one stays until it is available', surging, ['old1 ready', 'a unready'], ''],
  ['and is ended then', surging, ['old1 ready', 'a ready'], '-old1 updated'],
  ['an old one that is not ready is not waited with', surging, ['old1 unready', 'a unready'], '-old1 updated'],
  ['OnDelete leaves the old one', { type: 'OnDelete' }, ['old1 ready'], ''],
  ['one that has failed is deleted first', rolling, ['a failed'], '-a failed'],
  ['and followed by another when it is gone', rolling, ['a going'], ''],
  ['of two the younger goes', rolling, ['a ready', 'b ready'], '-b spare'],
])('%s', (_what, strategy, texts, expected) => {
  expect(decided(reconcileDaemonSet(agent(strategy), ownedPods(texts), 100_000))).toBe(expected);
});
