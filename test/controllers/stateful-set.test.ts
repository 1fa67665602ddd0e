/** A StatefulSet's decisions, as stateful_set_control.go has them. */
import { describe, expect, test } from 'vitest';
import type { OwnedPod } from '../../src/controllers/decision.ts';
import { reconcileStatefulSet } from '../../src/controllers/stateful-set/stateful-set.ts';
import type { StatefulSet } from '../../src/model/workload.ts';
import { declared, ownedPods } from './pods.ts';

const nowMs = 100_000;
const old: Partial<OwnedPod> = { revision: 'old' };

const db = (over: Partial<StatefulSet> = {}): StatefulSet => ({
  ...{
    kind: 'StatefulSet',
    name: 'db',
    namespace: 'default',
    replicas: 3,
    revision: 'new',
    minReadySeconds: 0,
    declared,
  },
  ...{ podManagementPolicy: 'OrderedReady', updateStrategy: { type: 'RollingUpdate', partition: 0 } },
  ...over,
});

const names = ['db-0', 'db-1', 'db-2'];

/** `+db-1 -db-2 updated`. Pods in capitals are of another template. */
function decide(over: Partial<StatefulSet>, texts: readonly string[], wanted: readonly string[] = names): string {
  const pods = ownedPods(
    texts.map((text) => text.replace('DB', 'db')),
    Object.fromEntries(texts.filter((text) => text.startsWith('DB')).map((text) => [nameIn(text), old])),
  );
  const { begin, end } = reconcileStatefulSet(db(over), wanted, pods, nowMs);
  return [...begin.map((name) => `+${name}`), ...[...end].map(([name, cause]) => `-${name} ${cause}`)].join(' ');
}

const nameIn = (text: string): string => (text.split(' ')[0] ?? '').toLowerCase();
const parallel = { podManagementPolicy: 'Parallel' } as const;
const rolling = (partition: number, maxUnavailable?: number | string): Partial<StatefulSet> => ({
  updateStrategy: { type: 'RollingUpdate', partition, ...(maxUnavailable === undefined ? {} : { maxUnavailable }) },
});

describe('a StatefulSet', () => {
  test.each<[string, Partial<StatefulSet>, readonly string[], string]>([
    ['begins with the first', {}, [], '+db-0'],
    ['makes none before the one below it is Ready', {}, ['db-0 unready'], ''],
    ['makes the next one then', {}, ['db-0 ready'], '+db-1'],
    ['fills the first gap', {}, ['db-0 ready', 'db-2 ready'], '+db-1'],
    ['waits for one that is on its way out', {}, ['db-0 ready', 'db-1 going', 'db-2 ready'], ''],
    ['makes one that has failed anew', {}, ['db-0 ready', 'db-1 failed', 'db-2 ready'], '-db-1 failed'],
    ['and one that has succeeded', {}, ['db-0 succeeded'], '-db-0 failed'],
    ['in Parallel makes all at once', parallel, ['db-0 unready'], '+db-1 +db-2'],
    ['updates the highest first', {}, ['DB-0 ready', 'DB-1 ready', 'DB-2 ready'], '-db-2 updated'],
    ['updates one after another', {}, ['DB-0 ready', 'DB-1 ready', 'db-2 unready'], ''],
    ['updates the next when that is Ready', {}, ['DB-0 ready', 'DB-1 ready', 'db-2 ready'], '-db-1 updated'],
    ['does not update below its partition', rolling(2), ['DB-0 ready', 'DB-1 ready', 'DB-2 ready'], '-db-2 updated'],
    ['is done with an update at its partition', rolling(2), ['DB-0 ready', 'DB-1 ready', 'db-2 ready'], ''],
    [
      'OnDelete updates nothing',
      { updateStrategy: { type: 'OnDelete' } },
      ['DB-0 ready', 'DB-1 ready', 'DB-2 ready'],
      '',
    ],
    ['is stuck with a Pod that is broken, as upstream', {}, ['DB-0 ready', 'DB-1 ready', 'DB-2 unready'], ''],
    ['in Parallel replaces that one', parallel, ['DB-0 ready', 'DB-1 ready', 'DB-2 unready'], '-db-2 updated'],
    [
      'updates as many at a time as may be missing',
      { ...rolling(0, 2), ...parallel },
      ['DB-0 ready', 'DB-1 ready', 'DB-2 ready'],
      '-db-2 updated -db-1 updated',
    ],
    [
      'counts those that are missing already',
      { ...rolling(0, 2), ...parallel },
      ['DB-0 ready', 'DB-1 ready', 'db-2 unready'],
      '-db-1 updated',
    ],
  ])('%s', (_what, over, texts, expected) => {
    expect(decide(over, texts)).toBe(expected);
  });

  test.each<[string, Partial<StatefulSet>, readonly string[], string]>([
    ['ends the highest first', {}, ['db-0 ready', 'db-1 ready', 'db-2 ready'], '-db-2 scaledDown'],
    ['waits until that is gone', {}, ['db-0 ready', 'db-1 ready', 'db-2 going'], ''],
    ['halts while one that stays is not healthy', {}, ['db-0 unready', 'db-1 ready', 'db-2 ready'], ''],
    [
      'takes the first of those that are not healthy',
      {},
      ['db-0 ready', 'db-1 ready', 'db-2 unready'],
      '-db-2 scaledDown',
    ],
    ['but not before one below it', {}, ['db-0 ready', 'db-1 unready', 'db-2 unready'], ''],
    [
      'in Parallel ends all at once',
      parallel,
      ['db-0 ready', 'db-1 ready', 'db-2 unready'],
      '-db-2 scaledDown -db-1 scaledDown',
    ],
    ['before it updates', {}, ['DB-0 ready', 'db-1 ready'], '-db-1 scaledDown'],
  ])('scaled down %s', (_what, over, texts, expected) => {
    expect(decide(over, texts, ['db-0'])).toBe(expected);
  });

  test('a Pod counts when it has been Ready for minReadySeconds', () => {
    const pods = ownedPods(['db-0 ready'], { 'db-0': { readySinceMs: 95_000 } });
    const set = db({ minReadySeconds: 10 });
    expect(reconcileStatefulSet(set, names, pods, nowMs)).toMatchObject({ begin: [], wakeAtMs: 105_000 });
    expect(reconcileStatefulSet(set, names, pods, 105_000)).toMatchObject({ begin: ['db-1'] });
  });
});
