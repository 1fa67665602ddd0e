/** The plan for a project on an engine: read-only questions are asked, everything else is assumed to succeed. */
import { answerPlan, beginPlan } from '../core/step/plan-all.ts';
import type { Unfolding } from '../core/step/plan-all.ts';
import { initialState } from '../core/state/state.ts';
import type { Hand } from '../core/runtime/labels.ts';
import type { Self } from '../core/state/self.ts';
import type { Engine } from '../engine/port.ts';
import type { Project } from '../model/project.ts';
import { readFiles } from './follow-files.ts';
import type { World } from './world.ts';

/**
 * All that `up` would do now. Changes nothing on the engine; rejects with an EngineError.
 * @param hands what is changed by hand beside, by the keys of workloads
 */
export async function planProject(
  world: World,
  engine: Engine,
  project: Project,
  self: Self,
  hands: ReadonlyMap<string, Hand> = new Map(),
): Promise<Unfolding> {
  const nowMs = world.clock.nowMs();
  const snapshot = await engine.snapshot(project.name);
  const files = await readFiles(project);
  const fresh = initialState(self, world.seed, nowMs);
  const state = { ...fresh, shared: { ...fresh.shared, hands }, files };
  let plan = beginPlan(state, project, snapshot, nowMs);
  while (plan.asks.length > 0) {
    const asks = plan.asks.slice(0, self.limits.calls);
    plan = answerPlan(plan, await Promise.all(asks.map(({ action }) => engine.perform(action))), nowMs);
  }
  return plan;
}
