/** What the supervisor would do if every action succeeded: the same planner, fed with assumed answers. */
import type { Project } from '../../model/project.ts';
import { assume } from './fold.ts';
import type { EngineAction } from '../runtime/action.ts';
import type { Outcome } from '../runtime/outcome.ts';
import type { Planned } from '../state/planned.ts';
import { findContainer } from '../state/pod-changes.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { podAt } from '../state/pod-table.ts';
import { emptySnapshot } from '../runtime/snapshot.ts';
import type { EngineContainer, Snapshot } from '../runtime/snapshot.ts';
import { snapshotOf } from '../state/state.ts';
import type { State } from '../state/state.ts';
import { step } from './supervisor.ts';
import type { Step } from '../state/input.ts';

/** More steps than any project needs: a plan that does not settle ends here. */
const mostSteps = 100_000;

/** Folding stops where the engine must be asked (is an image there? what is in a volume?), with the question in `ask`. */
export interface Unfolding {
  readonly planned: readonly Planned[];
  readonly last: Step;
  readonly ask?: Planned;
}

/** The first step: the project over what the engine holds. */
export function beginPlan(state: State, project: Project, snapshot: Snapshot, nowMs: number): Unfolding {
  const assumed = { ...state, isAssumed: true } as const;
  const loaded = step(assumed, { kind: 'project', project: withoutGates(project) }, nowMs);
  const last = step(loaded.state, { kind: 'looked', snapshot, sinceOutcome: 0 }, nowMs);
  return unfold({ planned: [], last }, nowMs);
}

/** What a Pod waits for comes in time: nothing becomes Ready in a plan. */
function withoutGates(project: Project): Project {
  return { ...project, pods: project.pods.map(({ dependsOn: _waited, ...pod }) => pod) };
}

/** Goes on with the engine's answer to what was asked. */
export function answerPlan(plan: Unfolding, outcome: Outcome, nowMs: number): Unfolding {
  if (plan.ask === undefined) return plan;
  const told = step(plan.last.state, { kind: 'outcome', target: plan.ask.action.target, outcome }, nowMs);
  const last = outcome.ok
    ? told
    : step(told.state, { kind: 'looked', snapshot: snapshotOf(told.state), sinceOutcome: Infinity }, nowMs);
  return unfold({ planned: plan.planned, last }, nowMs);
}

/** What changes nothing on the engine is really asked. */
const isQuestion = ({ verb }: EngineAction): boolean => questions.has(verb);

const questions: ReadonlySet<EngineAction['verb']> = new Set([
  'inspectImage',
  'inspectBuild',
  'readVolumes',
  'readSynced',
  'measureVolumes',
]);

function unfold(plan: Omit<Unfolding, 'ask'>, nowMs: number): Unfolding {
  const planned = [...plan.planned];
  let last = plan.last;
  for (let steps = 0; steps < mostSteps; steps += 1) {
    const next = [...last.state.inFlight.values()];
    const ask = next.find(({ action }) => isQuestion(action));
    if (ask !== undefined) return { planned, last, ask };
    const first = next[0];
    if (first === undefined) {
      // What has just become available lets a rollout go on.
      if (last.wakeAtMs > nowMs) break;
      last = step(last.state, { kind: 'tick' }, nowMs);
      continue;
    }
    planned.push(first);
    const { action } = first;
    const about = 'id' in action ? containerFor(last.state, first, action.id) : undefined;
    const assumed = assume({ ...emptySnapshot, containers: about === undefined ? [] : [about] }, action, nowMs);
    // No look that began before it is to come.
    const before = { ...last.state, done: [] };
    last = step(before, { kind: 'outcome', target: action.target, outcome: assumed.outcome }, nowMs);
    if (action.verb === 'killContainer') {
      const seen = assumed.snapshot.containers.map((container) => ({
        id: container.id,
        labels: container.labels,
        container,
      }));
      last = step(last.state, { kind: 'seen', seen, sinceOutcome: Infinity }, nowMs);
    }
  }
  return { planned, last };
}

function containerFor(state: State, { pod }: Planned, id: string): EngineContainer | undefined {
  return findContainer(state, pod && podAt(state.pods, podKey(pod)), id);
}
