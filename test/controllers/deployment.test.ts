/** A Deployment's decisions, each as the rules of rolling.go, recreate.go and controller_utils.go have it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reconcileDeployment } from '../../src/controllers/deployment/deployment.ts';
import type { OwnedPod } from '../../src/controllers/decision.ts';
import type { Deployment, Rolling } from '../../src/model/workload.ts';
import { decided, declared, ownedPods } from './pods.ts';

const nowMs = 100_000;

const rolling = (maxSurge: Rolling['maxSurge'], maxUnavailable: Rolling['maxUnavailable']): Rolling => ({
  ...{ type: 'RollingUpdate', maxSurge, maxUnavailable },
});

const web = (over: Partial<Deployment> = {}): Deployment => ({
  ...{ kind: 'Deployment', name: 'web', namespace: 'default', replicas: 3, revision: 'new' },
  ...{ minReadySeconds: 0, declared, progressDeadlineSeconds: 600, paused: false, strategy: rolling('25%', '25%') },
  ...over,
});

const decide = (over: Partial<Deployment>, pods: readonly OwnedPod[]): string =>
  decided(reconcileDeployment(web(over), pods, nowMs));

describe('a rolling update', () => {
  test.each<[string, Partial<Deployment>, readonly string[], string]>([
    ['all Pods of a new Deployment begin at once', {}, [], '+3'],
    ['nothing is done where all is as it should be', {}, ['a ready', 'b ready', 'c ready'], ''],
    ['those asked for are waited for', {}, ['a asked', 'b pending', 'c unready'], ''],
    ['one more begins where maxSurge of 25% is one', {}, ['old1 ready', 'old2 ready', 'old3 ready'], '+1'],
    [
      'an old Pod ends when a new one is available, and the next one begins',
      {},
      ['old1 ready', 'old2 ready', 'old3 ready', 'a ready'],
      '+1 -old3 updated',
    ],
    [
      'no old Pod ends while the new one is not available',
      {},
      ['old1 ready', 'old2 ready', 'old3 ready', 'a unready'],
      '',
    ],
    ['one replica is never without a Pod', { replicas: 1 }, ['old1 ready'], '+1'],
    ['the last old Pod ends last', { replicas: 1 }, ['old1 ready', 'a ready'], '-old1 updated'],
    [
      'without surge Pods end first, as many as may be missing',
      { strategy: rolling(0, 2) },
      ['old1 ready', 'old2 ready', 'old3 ready'],
      '+2 -old2 updated -old3 updated',
    ],
    [
      'what is going is gone, for the counts',
      { strategy: rolling(0, 1) },
      ['old1 ready', 'old2 ready', 'old3 going'],
      '+1',
    ],
    [
      'both rounded to nothing means that one may be missing',
      { strategy: rolling('0%', '10%') },
      ['old1 ready', 'old2 ready', 'old3 ready'],
      '+1 -old3 updated',
    ],
    [
      'old Pods that are not available go first, and make room for new ones',
      { strategy: rolling(1, 1) },
      ['old1 unready', 'old2 ready', 'old3 ready'],
      '+2 -old1 unhealthy',
    ],
    [
      'but not where none may be missing: the new one is waited for',
      {},
      ['old1 unready', 'old2 ready', 'old3 ready'],
      '+1',
    ],
    [
      'rolled over, the oldest template’s Pods go first',
      { replicas: 2, strategy: rolling(1, 1) },
      ['olda1 ready', 'oldb1 ready', 'new1 ready'],
      '+1 -olda1 updated -oldb1 updated',
    ],
    ['a failed Pod is no replica', { replicas: 1 }, ['a failed'], '+1'],
    ['scaled up, as many begin as are missing', { replicas: 5 }, ['a ready', 'b ready', 'c ready'], '+2'],
    [
      'scaled down, those that are not ready go first, then the younger ones',
      { replicas: 1 },
      ['a ready', 'b unready', 'c ready'],
      '-b scaledDown -c scaledDown',
    ],
    ['scaled to none, all go', { replicas: 0 }, ['a ready', 'old1 ready'], '-a scaledDown -old1 updated'],
    ['a paused one is scaled, of its one template', { paused: true, replicas: 2 }, ['a ready'], '+1'],
    ['a paused one is not rolled out', { paused: true }, ['old1 ready', 'old2 ready', 'old3 ready'], ''],
    ['a paused one that is new has no Pods', { paused: true }, [], ''],
  ])('%s', (_what, over, texts, expected) => {
    expect(decide(over, ownedPods(texts))).toBe(expected);
  });

  test('a Pod is available when it has been Ready for minReadySeconds, and that time is waited for', () => {
    const pods = ownedPods(['old1 ready', 'a ready'], { a: { readySinceMs: 95_000 } });
    const deployment = web({ replicas: 1, minReadySeconds: 10 });
    expect(reconcileDeployment(deployment, pods, nowMs)).toEqual({ begin: 0, end: new Map(), wakeAtMs: 105_000 });
    expect(decided(reconcileDeployment(deployment, pods, 105_000))).toBe('-old1 updated');
  });

  test('whatever its Pods do, there are never more than maxSurge over, and none ends below what must be available', () => {
    const howPodsAre = fc.array(fc.constantFrom('ready', 'unready', 'pending', 'going', 'failed'), { maxLength: 8 });
    const share = fc.oneof(
      fc.nat(4),
      fc.nat(100).map((percent) => `${percent}%`),
    );
    fc.assert(
      fc.property(howPodsAre, howPodsAre, fc.nat(6), share, share, (fresh, old, replicas, surge, unavailable) => {
        const texts = [...fresh.map((how, at) => `new${at} ${how}`), ...old.map((how, at) => `old${at} ${how}`)];
        const pods = ownedPods(texts);
        const deployment = web({ replicas, strategy: rolling(surge, unavailable) });
        const { begin, end } = reconcileDeployment(deployment, pods, nowMs);
        const active = pods.filter(({ phase, isTerminating }) => !isTerminating && phase !== 'Failed');
        const left = active.filter(({ name }) => !end.has(name));
        const available = (some: readonly OwnedPod[]) => some.filter((pod) => pod.readySinceMs !== undefined).length;
        const [maxSurge, least] = boundsOf(replicas, surge, unavailable);
        expect(left.length + begin).toBeLessThanOrEqual(Math.max(replicas + maxSurge, left.length));
        if ([...end.values()].some((cause) => cause === 'updated'))
          expect(available(left)).toBeGreaterThanOrEqual(least);
        expect([...end.keys()].every((name) => active.some((pod) => pod.name === name))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

function boundsOf(replicas: number, surge: number | string, unavailable: number | string): [number, number] {
  const number = (value: number | string, round: (x: number) => number) =>
    typeof value === 'number' ? value : round((Number.parseInt(value, 10) * replicas) / 100);
  const maxSurge = number(surge, Math.ceil);
  const most = Math.min(number(unavailable, Math.floor), replicas);
  return [maxSurge, replicas - (maxSurge === 0 && most === 0 ? 1 : most)];
}

describe('Recreate', () => {
  test.each<[string, readonly string[], string]>([
    ['ends all old Pods first', ['old1 ready', 'old2 unready'], '-old1 updated -old2 updated'],
    ['waits until the last of them is gone', ['old1 going'], ''],
    ['then begins all at once', [], '+3'],
    ['does not wait for what has failed', ['old1 failed'], '+3'],
  ])('%s', (_what, texts, expected) => {
    expect(decide({ strategy: { type: 'Recreate' } }, ownedPods(texts))).toBe(expected);
  });
});
