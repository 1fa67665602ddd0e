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
  ),
  { maxLength: 14 },
);

/** A share of each kind, and how many Pods there may then be beside those that the file asks for. */
const kinds = fc.constantFrom(
  { kind: 'Deployment', more: {}, surge: (replicas: number) => Math.ceil(replicas / 4) },
  { kind: 'Deployment', more: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } }, surge: () => 0 },
  { kind: 'Deployment', more: { strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } } }, surge: () => 2 },
  { kind: 'Deployment', more: { strategy: { type: 'Recreate' } }, surge: () => 0 },
  { kind: 'StatefulSet', more: {}, surge: () => 0 },
  { kind: 'StatefulSet', more: { podManagementPolicy: 'Parallel' }, surge: () => 0 },
);

test('never too many Pods, and in the end those of the file', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(kinds, fc.integer({ min: 1, max: 4 }), events, ({ kind, more, surge }, count, happenings) => {
      let spec: Required<Pick<Spec, 'image' | 'replicas' | 'more'>> = { image: 'app:1', replicas: count, more };
      // What was asked for by an earlier file goes first: there may be that many until it is gone.
      let most = count + surge(count);
      const d = begin(kind, spec);
      d.onStep((state) => expect(activeOf(state), 'Pods that are not on their way out').toBeLessThanOrEqual(most));
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
        else d.wait(20_000);
      }
      for (let rounds = 0; rounds < 30 && !isAsAsked(); rounds += 1) {
        d.wait(400_000);
        becomeReady(d);
      }
      expect(running(d)).toBe(spec.replicas === 0 ? '' : `${spec.image} ${spec.replicas}`);
      if (kind === 'StatefulSet')
        expect(ordinals()).toEqual(Array.from({ length: spec.replicas }, (_, index) => `web-${index}`));

      function isAsAsked(): boolean {
        return running(d) === (spec.replicas === 0 ? '' : `${spec.image} ${spec.replicas}`);
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
