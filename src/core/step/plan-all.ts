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
import { step, stepAll } from './supervisor.ts';
import type { Input, Step } from '../state/input.ts';

/** More steps than any project needs: a plan that does not settle ends here. */
const mostSteps = 100_000;

/** Folding stops where the engine must be asked (is an image there? what is in a volume?), with the questions in `asks`. */
export interface Unfolding {
  readonly planned: readonly Planned[];
  readonly last: Step;
  /** Empty at the end. */
  readonly asks: readonly Planned[];
}

/** The first step: the project over what the engine holds. */
export function beginPlan(state: State, project: Project, snapshot: Snapshot, nowMs: number): Unfolding {
  const loaded = step(atOnce(state), { kind: 'project', project: withoutGates(project) }, nowMs);
  const last = step(loaded.state, { kind: 'looked', snapshot, sinceOutcome: 0 }, nowMs);
  return unfold({ planned: [], last }, nowMs);
}

/** Nothing has to wait for its turn in a plan, nor to become available. */
const atOnce = (state: State): State => ({
  ...state,
  isAssumed: true,
  self: { ...state.self, limits: { calls: Infinity, pulls: Infinity } },
});

/** What a Pod waits for comes in time: nothing becomes Ready in a plan. */
function withoutGates(project: Project): Project {
  return { ...project, pods: project.pods.map(({ dependsOn: _waited, ...pod }) => pod) };
}

/** Goes on with the engine's answers to what was asked, in that order; a question that is left is asked again. */
export function answerPlan(plan: Unfolding, outcomes: readonly Outcome[], nowMs: number): Unfolding {
  const answers = plan.asks.flatMap(({ action: { target } }, index): readonly Input[] => {
    const outcome = outcomes[index];
    return outcome === undefined ? [] : [{ kind: 'outcome', target, outcome }];
  });
  const told = stepAll(plan.last.state, answers, nowMs);
  const last = outcomes.every(({ ok }) => ok)
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

/** All that can be done at one moment is done in one step. */
function unfold(plan: Omit<Unfolding, 'asks'>, nowMs: number): Unfolding {
  const planned = [...plan.planned];
  let last = plan.last;
  for (let steps = 0; steps < mostSteps; steps += 1) {
    const next = [...last.state.inFlight.values()];
    const asks = next.filter(({ action }) => isQuestion(action));
    if (asks.length > 0) return { planned, last, asks };
    if (next.length === 0) {
      const { staffing, jobs, crons } = last.state.shared;
      if (Math.min(staffing.wakeAtMs, jobs.wakeAtMs, crons.wakeAtMs) > nowMs) break;
      // What has just become available lets a rollout go on.
      last = step(last.state, { kind: 'tick' }, nowMs);
      continue;
    }
    planned.push(...next);
    const { state } = last;
    const inputs = next.flatMap((each) => assumedInputs(state, each, nowMs));
    // No look that began before it is to come.
    last = stepAll({ ...state, done: [] }, inputs, nowMs);
  }
  return { planned, last, asks: [] };
}

/** What comes of the action: its outcome, and the end of a container that it kills. */
function assumedInputs(state: State, planned: Planned, nowMs: number): readonly Input[] {
  const { action } = planned;
  const about = 'id' in action ? containerFor(state, planned, action.id) : undefined;
  const before = { ...emptySnapshot, containers: about === undefined ? [] : [about] };
  const { outcome, snapshot } = assume(before, action, nowMs);
  const done: Input = { kind: 'outcome', target: action.target, outcome };
  if (action.verb !== 'killContainer') return [done];
  const seen = snapshot.containers.map((container) => ({ id: container.id, labels: container.labels, container }));
  return [done, { kind: 'seen', seen, sinceOutcome: Infinity }];
}

function containerFor(state: State, { pod }: Planned, id: string): EngineContainer | undefined {
  return findContainer(state, pod && podAt(state.pods, podKey(pod)), id);
}
