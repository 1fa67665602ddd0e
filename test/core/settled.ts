/** Projects of many Pods, planned and settled: for what a step costs. */
import type { Check } from '../../src/core/probes/check.ts';
import { emptySnapshot } from '../../src/core/runtime/snapshot.ts';
import { initialState, snapshotOf } from '../../src/core/state/state.ts';
import type { State } from '../../src/core/state/state.ts';
import { assume } from '../../src/core/step/fold.ts';
import { answerPlan, beginPlan } from '../../src/core/step/plan-all.ts';
import { step } from '../../src/core/step/supervisor.ts';
import type { Project } from '../../src/model/project.ts';
import { makeContainer, makePod, makeProbe, makeProject, self } from './make.ts';

/** That many Pods, each of two containers with a volume, one of them probed each second. */
export function manyPods(count: number): Project {
  const readinessProbe = makeProbe({ periodSeconds: 1 });
  const containers = [makeContainer('app', { image: 'app:1', readinessProbe }), makeContainer('side')];
  const volumes = [{ name: 'scratch', emptyDir: { medium: '' } }] as const;
  const name = (index: number) => `pod-${String(index).padStart(4, '0')}`;
  return makeProject(...Array.from({ length: count }, (_, index) => makePod(name(index), { containers, volumes })));
}

/** A machine that has room for all. */
const roomy = { ...self, node: { ...self.node, cpuMilli: 1e9, memoryBytes: 1e15 } };

/** All that is to be done for new Pods, as `diff` plans it. */
export function planNew(project: Project): State {
  let plan = beginPlan(initialState(roomy, [1, 2, 3, 4], 0), project, emptySnapshot, 1_000);
  while (plan.asks.length > 0) {
    const outcomes = plan.asks.map(({ action }) => assume(emptySnapshot, action, 1_000).outcome);
    plan = answerPlan(plan, outcomes, 1_000);
  }
  return plan.last.state;
}

export interface Settled {
  readonly state: State;
  /** Just before the next check is due. */
  readonly nowMs: number;
  /** One for each Pod; all were answered once. */
  readonly checks: readonly Check[];
}

/** The same project taken over by the next podrun, all of whose probes have passed. */
export function settle(project: Project): Settled {
  const snapshot = snapshotOf(planNew(project));
  const nowMs = 100_000;
  const begun = step(initialState(roomy, [5, 6, 7, 8], 0), { kind: 'project', project }, nowMs).state;
  let last = step(begun, { kind: 'looked', snapshot, sinceOutcome: 0 }, nowMs);
  const checks: Check[] = [];
  for (let atMs = nowMs; checks.length < project.pods.length; atMs += 1_000) {
    const due = last.effects.flatMap((effect) => (effect.kind === 'check' ? [effect.check] : []));
    checks.push(...due);
    for (const check of due)
      last = step(last.state, { kind: 'checked', check, result: { verdict: 'success', output: '' } }, atMs);
    if (due.length === 0) last = step(last.state, { kind: 'tick' }, atMs + 1_000);
    if (atMs > nowMs + 60_000) throw new Error(`only ${checks.length} Pods were probed`);
  }
  const wakeAtMs = Math.min(...last.state.pods.list.map(({ plan }) => plan.wakeAtMs));
  return { state: last.state, nowMs: wakeAtMs - 1, checks };
}
