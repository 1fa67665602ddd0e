/** A Deployment's decisions, each as the rules of rolling.go, recreate.go and controller_utils.go have it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reconcileDeployment } from '../../src/controllers/deployment/deployment.ts';
import type { DeploymentDecision } from '../../src/controllers/deployment/deployment.ts';
import type { Scales } from '../../src/controllers/deployment/sets.ts';
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

const decide = (over: Partial<Deployment>, pods: readonly OwnedPod[], before?: Scales): string =>
  scaled(reconcileDeployment(web(over), pods, before, nowMs));

/** {@link decided}, with `+2 old` for Pods of an earlier template. */
const scaled = ({ begin, end }: DeploymentDecision): string => {
  const more = [...begin].map(([revision, count]) => `+${count}${revision === 'new' ? '' : ` ${revision}`}`);
  return [...more, decided({ begin: 0, end })].filter((text) => text !== '').join(' ');
};

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
    const { begin, end, wakeAtMs } = reconcileDeployment(deployment, pods, undefined, nowMs);
    expect({ begin, end, wakeAtMs }).toEqual({ begin: new Map(), end: new Map(), wakeAtMs: 105_000 });
    expect(scaled(reconcileDeployment(deployment, pods, undefined, 105_000))).toBe('-old1 updated');
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
        const { begin: begun, end } = reconcileDeployment(deployment, pods, undefined, nowMs);
        const begin = [...begun.values()].reduce((sum, count) => sum + count, 0);
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

const sizes = (replicas: number, of: Readonly<Record<string, number>>): Scales => ({
  replicas,
  sizes: new Map(Object.entries(of)),
});

describe('what was decided before', () => {
  test.each<[string, Partial<Deployment>, Scales, readonly string[], string]>([
    [
      'an old Pod that is gone in the middle of a rollout is followed by one of its own template',
      {},
      sizes(3, { old: 3, new: 1 }),
      ['old1 ready', 'old2 ready', 'a unready'],
      '+1 old',
    ],
    ['a paused one whose Pods are gone makes them again', { paused: true }, sizes(3, { new: 3 }), [], '+3'],
    ['of the template that they were of', { paused: true }, sizes(3, { old: 3 }), ['old1 ready'], '+2 old'],
    [
      'a paused one without Pods scales the newest template that it had',
      { paused: true },
      sizes(0, { old: 0 }),
      [],
      '+3 old',
    ],
    [
      'a rollout that is scaled up grows in proportion, the largest first (proportional scaling)',
      { replicas: 15, strategy: rolling(3, 2) },
      sizes(10, { old: 8, new: 5 }),
      [...named('old', 8, 'ready'), ...named('a', 5, 'unready')],
      '+3 old +2',
    ],
    [
      'scaled down it shrinks so, and rolls on',
      { replicas: 5, strategy: rolling(3, 2) },
      sizes(10, { old: 8, new: 5 }),
      [...named('old', 8, 'ready'), ...named('new', 5, 'unready')],
      '-old4 updated -old5 updated -old6 scaledDown -old7 scaledDown -old8 scaledDown',
    ],
    [
      'a paused rollout is scaled in proportion too',
      { paused: true, replicas: 6, strategy: rolling(0, 1) },
      sizes(3, { old: 2, new: 1 }),
      ['old1 ready', 'old2 ready', 'a ready'],
      '+2 old +1',
    ],
  ])('%s', (_what, over, before, texts, expected) => {
    expect(decide(over, ownedPods(texts), before)).toBe(expected);
  });
});

function named(revision: string, count: number, how: string): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${revision}${index + 1} ${how}`);
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
