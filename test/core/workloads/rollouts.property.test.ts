/** Rollouts in the middle of rollouts, deaths and scales: what must never be, and that each ends as the file says. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRunning } from '../../../src/core/pod/restart.ts';
import { livesOf } from '../../../src/core/state/state.ts';
import type { State } from '../../../src/core/state/state.ts';
import { apps, becomeReady, begin, edit, running } from './rolling.ts';
import type { Spec } from './rolling.ts';

const numRuns = Number(process.env['PODRUN_SCHEDULES'] ?? 150);

const events = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('image' as const), value: fc.constantFrom('app:1', 'app:2', 'app:3') }),
    fc.record({ kind: fc.constant('replicas' as const), value: fc.nat(4) }),
    fc.record({ kind: fc.constantFrom('ready' as const, 'ready' as const, 'unready' as const) }),
    fc.record({ kind: fc.constantFrom('death' as const, 'crash' as const, 'removal' as const, 'wait' as const) }),
    fc.record({ kind: fc.constant('deletion' as const), value: fc.nat(4) }),
  ),
  { maxLength: 14 },
);

interface Kind {
  readonly kind: string;
  readonly more: Readonly<Record<string, unknown>>;
  /** How many Pods there may be beside those that the file asks for. */
  readonly surge: (replicas: number) => number;
  /** How many of those may be missing for a rollout's sake. */
  readonly missing: (replicas: number) => number;
}

const rolling = (maxSurge: number, maxUnavailable: number): Kind => ({
  kind: 'Deployment',
  more: { strategy: { rollingUpdate: { maxSurge, maxUnavailable } } },
  surge: () => maxSurge,
  missing: () => maxUnavailable,
});

/** What has no bound on what may be missing. */
const unbounded = (kind: string, more: Kind['more'] = {}): Kind => ({
  ...{ kind, more, surge: () => 0, missing: (replicas) => replicas },
});

const kinds = fc.constantFrom<Kind>(
  {
    ...{ kind: 'Deployment', more: {}, surge: (replicas) => Math.ceil(replicas / 4) },
    missing: (replicas) => Math.floor(replicas / 4),
  },
  rolling(0, 1),
  rolling(2, 0),
  unbounded('Deployment', { strategy: { type: 'Recreate' } }),
  unbounded('ReplicaSet'),
  unbounded('StatefulSet'),
  unbounded('StatefulSet', { podManagementPolicy: 'Parallel' }),
);

test('never too many Pods, and in the end those of the file', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(kinds, fc.integer({ min: 1, max: 4 }), events, ({ kind, more, surge, missing }, count, happenings) => {
      let spec: Required<Pick<Spec, 'image' | 'replicas' | 'more'>> = { image: 'app:1', replicas: count, more };
      // What was asked for by an earlier file goes first: there may be that many until it is gone.
      let most = count + surge(count);
      const d = begin(kind, spec);
      const uids = new Map<string, string>();
      let going: ReadonlySet<string> = new Set();
      d.onStep((state) => {
        expect(activeOf(state), 'Pods that are not on their way out').toBeLessThanOrEqual(most);
        const updated = new Set(updatedOf(state));
        if ([...updated].some((uid) => !going.has(uid)))
          expect(availableOf(state), 'available Pods').toBeGreaterThanOrEqual(spec.replicas - missing(spec.replicas));
        going = updated;
        for (const { key, uid } of kind === 'StatefulSet' ? [] : livesOf(state)) {
          expect(uids.get(key) ?? uid, `the one Pod that is ever called ${key}`).toBe(uid);
          uids.set(key, uid);
        }
      });
      for (const happening of happenings) {
        if (happening.kind === 'image' || happening.kind === 'replicas') {
          spec = { ...spec, [happening.kind]: happening.value };
          most = Math.max(activeOf(d.state()), spec.replicas + surge(spec.replicas));
          edit(d, kind, spec);
        } else if (happening.kind === 'ready') becomeReady(d);
        else if (happening.kind === 'unready') d.checked('readiness', 'failure');
        else if (happening.kind === 'death') d.restart();
        else if (happening.kind === 'crash') d.end('app', 1);
        else if (happening.kind === 'removal') d.remove('app');
        else if (happening.kind === 'deletion') deleteOne(happening.value);
        else d.wait(20_000);
      }
      for (let rounds = 0; rounds < 30 && !isAsAsked(); rounds += 1) {
        d.wait(400_000);
        becomeReady(d);
      }
      expect(running(d)).toBe(asked());
      if (kind === 'StatefulSet')
        expect(ordinals()).toEqual(Array.from({ length: spec.replicas }, (_, index) => `web-${index}`));

      function isAsAsked(): boolean {
        return running(d) === asked();
      }
      function asked(): string {
        if (spec.replicas === 0) return '';
        // Its Pods are of the template that it had when they were made.
        return kind === 'ReplicaSet' && apps(d).length === spec.replicas
          ? running(d)
          : `${spec.image} ${spec.replicas}`;
      }
      function deleteOne(index: number): void {
        const [pod] = apps(d).slice(index);
        const name = pod?.labels['io.kubernetes.pod.name'];
        if (name !== undefined) d.feed({ kind: 'delete', pod: `default/${name}` });
      }
      function ordinals(): readonly string[] {
        return apps(d)
          .map(({ labels }) => labels['io.kubernetes.pod.name'] ?? '')
          .toSorted();
      }
    }),
    { numRuns, seed: 7 },
  );
});

/** Lives of the workload that nothing ends yet. */
function activeOf(state: State): number {
  const { leaving } = state.shared.staffing;
  return livesOf(state).filter(
    ({ key, uid, record, infras }) =>
      key !== 'default/other' &&
      !leaving.has(uid) &&
      record.deletion === undefined &&
      infras.some(({ container }) => isRunning(container)),
  ).length;
}

/** Those that a rollout ends while they are available. */
const updatedOf = ({ shared }: State): readonly string[] =>
  [...shared.staffing.leaving].flatMap(([uid, { because }]) =>
    because.kind === 'workload' && because.cause === 'updated' ? [uid] : [],
  );

/** As its controller saw them when it decided. */
function availableOf(state: State): number {
  const { leaving, seen } = state.shared.staffing;
  return livesOf(state).filter(
    ({ uid, record }) =>
      record.deletion === undefined && !leaving.has(uid) && seen.get(uid)?.readySinceMs !== undefined,
  ).length;
}
