/**
 * The supervisor: one pure step from a state and an input to the next state and what is to be done.
 * Every command is another way to feed it or to print it. A step plans only the Pods that its input concerns, those whose
 * time has come, and those that waited for what it brought.
 */
import { admit, findSurplus } from '../admission/admission.ts';
import { withCronJobs } from '../cron/cron-jobs.ts';
import { noteRunEnds } from '../cron/run-ends.ts';
import { beginDraft, commit, livesOf, surroundings, touch, touchAll } from '../state/draft.ts';
import type { Draft, PodDraft } from '../state/draft.ts';
import type { Effect, Input, Step } from '../state/input.ts';
import { noteObjects } from '../objects/note-objects.ts';
import { ousterOf } from '../admission/ownership.ts';
import { withOwnPorts } from '../reach/own-ports.ts';
import { freeSlots, hasSlot, makePlanner, planOf } from '../state/planner.ts';
import type { PodPlanner, Turn } from '../state/planner.ts';
import { noPlan } from '../state/pod-table.ts';
import { planProject } from './project.ts';
import { applyProject } from './project-pods.ts';
import { planPodLives, planPodStart } from './reconcile.ts';
import type { State } from '../state/state.ts';
import { nodeLostAfterMs } from '../status/pod-status.ts';
import { rememberStatuses } from '../status/status.ts';
import { noteLives } from './lives.ts';
import { takeInput } from './take-input.ts';
import { withLivesBeside } from '../stopping/beside.ts';
import { noteJobStatuses, withJobPods } from '../jobs/jobs.ts';
import { noteStatuses, withWorkloads } from '../workloads/workloads.ts';
import { isLong } from '../runtime/verbs.ts';

export const step = (before: State, input: Input, nowMs: number): Step => stepAll(before, [input], nowMs);

/** The same for several inputs of one moment: all are taken in before anything is planned. */
export function stepAll(before: State, inputs: readonly Input[], nowMs: number): Step {
  const draft = beginDraft(before);
  for (const input of inputs) takeInput(draft, input, nowMs);
  const has = (kind: Input['kind']): boolean => inputs.some((input) => input.kind === kind);
  const look: Effect[] = draft.state.blind.size > 0 && has('outcome') ? [{ kind: 'look' }] : [];
  const { looked, engine } = draft.state;
  if (!looked) {
    applyProject(draft, draft.state.file);
    return idle(draft, [], Infinity, nowMs);
  }
  noteLives(draft, has('looked'), nowMs);
  const ousted = ousterOf(draft);
  if (ousted !== undefined) {
    draft.state = { ...draft.state, ousted };
    return idle(draft, [], Infinity, nowMs);
  }
  if (!engine.answers) {
    touchAll(draft);
    const lostAtMs = engine.sinceMs + nodeLostAfterMs;
    return idle(draft, look, nowMs < lostAtMs ? lostAtMs : Infinity, nowMs);
  }
  return plan(draft, look, nowMs);
}

/** Nothing is planned now: what the input touched is, as soon as anything can be. */
function idle(draft: Draft, effects: readonly Effect[], wakeAtMs: number, nowMs: number): Step {
  for (const pod of draft.touched.values()) pod.plan = noPlan;
  if (draft.state.looked) tellStatuses(draft, nowMs);
  const state = commit(draft);
  return { state: { ...state, plan: { ...state.plan, wakeAtMs: -Infinity } }, effects, wakeAtMs, settled: false };
}

function plan(draft: Draft, look: readonly Effect[], nowMs: number): Step {
  if (draft.state.outlook.wakeAtMs <= nowMs)
    for (const { key, plan } of draft.state.pods.list) if (plan.wakeAtMs <= nowMs) touch(draft, key);
  const { intent, file, project } = draft.state;
  if (intent.kind === 'down' && intent.ownOnly === true && file !== undefined && project === file)
    applyProject(draft, withLivesBeside(draft, file));
  if (intent.kind === 'up') {
    const wanted = withJobPods(draft, withCronJobs(draft, withWorkloads(draft, nowMs), nowMs), nowMs);
    applyProject(draft, withOwnPorts(draft, wanted));
  }
  noteObjects(draft, nowMs);
  findSurplus(draft);
  const turn = beginTurn(draft, nowMs);
  planWhole(draft, turn);
  planTouched(draft, turn, [...draft.touched.values()]);
  planWaiting(draft, turn);
  const inFlight = new Map(draft.state.inFlight);
  for (const [target, planned] of turn.planned) inFlight.set(target, planned);
  draft.state = { ...draft.state, inFlight };
  tellStatuses(draft, nowMs);
  noteStatuses(draft, nowMs);
  noteJobStatuses(draft, nowMs);
  noteRunEnds(draft, nowMs);
  const state = commit(draft);
  return {
    state,
    effects: [
      ...[...turn.planned.values()].map((planned) => ({ kind: 'perform' as const, planned })),
      ...turn.checks.map((check) => ({ kind: 'check' as const, check })),
      ...turn.hooks.map((hook) => ({ kind: 'hook' as const, hook })),
      ...look,
    ],
    ...lookAhead(state, nowMs),
  };
}

function tellStatuses(draft: Draft, nowMs: number): void {
  const state = { ...draft.state, shared: draft.shared };
  for (const pod of draft.touched.values()) rememberStatuses(state, pod, nowMs);
}

function beginTurn(draft: Draft, nowMs: number): Turn {
  return {
    state: draft.state,
    nowMs,
    shared: draft.shared,
    surroundings: surroundings(draft),
    planned: new Map(),
    free: freeSlots(draft.state),
    hooks: [],
    checks: [],
    lives: () => livesOf(draft),
  };
}

/** The network, the claims, and what an earlier podrun left behind. */
function planWhole(draft: Draft, turn: Turn): void {
  const { plan, intent } = draft.state;
  const { networks, helpers } = turn.surroundings;
  const isStale = draft.project || intent.kind === 'down' || networks.length > 1 || helpers.length > 0;
  const hasTurn = plan.needsSlot && hasSlot(turn, false);
  if (!isStale && !hasTurn && turn.nowMs < plan.wakeAtMs) return;
  const p = makePlanner(turn);
  planProject(p, intent);
  draft.state = { ...draft.state, plan: { wakeAtMs: p.wakeAtMs, wanted: p.wanted, needsSlot: p.needsSlot.short } };
}

/** First what is there, then what is to begin: a hook or check that begins now tells on the status that others wait for. */
function planTouched(draft: Draft, turn: Turn, pods: readonly PodDraft[]): void {
  const planners = new Map<PodDraft, PodPlanner>();
  const starting: PodDraft[] = [];
  const planLives = (pod: PodDraft): void => {
    const planner = podPlanner(turn, pod);
    planners.set(pod, planner);
    if (planPodLives(planner, pod) === 'to start') starting.push(pod);
  };
  pods.forEach(planLives);
  for (const key of admit(draft, turn.nowMs)) {
    const pod = touch(draft, key);
    if (!planners.has(pod)) planLives(pod);
  }
  for (const pod of starting) planPodStart(planners.get(pod) as PodPlanner, pod);
  for (const [pod, planner] of planners) pod.plan = planOf(planner);
}

const podPlanner = (turn: Turn, { key, memory }: PodDraft): PodPlanner =>
  Object.assign(makePlanner(turn), { key, memory });

/** What waited for a slot has it in order. */
function planWaiting(draft: Draft, turn: Turn): void {
  const { pods, outlook } = draft.state;
  for (const long of [false, true]) {
    const kind = long ? 'long' : 'short';
    if (outlook.needSlot[kind] === 0 || !hasSlot(turn, long)) continue;
    for (const { key, plan } of pods.list) {
      if (!plan.needsSlot[kind] || draft.touched.has(key)) continue;
      if (!hasSlot(turn, long)) break;
      planTouched(draft, turn, [touch(draft, key)]);
    }
  }
}

/** What the plans of the project and of all Pods come to. */
function lookAhead(state: State, nowMs: number): Pick<Step, 'wakeAtMs' | 'settled'> {
  const { plan, outlook, intent, shared, blind } = state;
  const isUp = intent.kind === 'up';
  const cronsAtMs = isUp ? shared.crons.wakeAtMs : Infinity;
  const rolloutAtMs = isUp ? shared.staffing.wakeAtMs : Infinity;
  const jobsAtMs = isUp ? shared.jobs.wakeAtMs : Infinity;
  return {
    wakeAtMs: Math.min(plan.wakeAtMs, outlook.wakeAtMs, cronsAtMs, rolloutAtMs, jobsAtMs),
    settled:
      plan.wanted + outlook.wanted === 0 &&
      !isBusy(state) &&
      blind.size === 0 &&
      rolloutAtMs === Infinity &&
      jobsAtMs > nowMs &&
      cronsAtMs > nowMs,
  };
}

/** What is taken down waits for no image: a build may have no end. */
const isBusy = ({ intent, inFlight }: State): boolean =>
  [...inFlight.values()].some(({ action }) => intent.kind === 'up' || !isLong(action.verb));
