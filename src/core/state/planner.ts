/** Collects what a step wants done: what can start now becomes an action, the rest says until when, or for what, it waits. */
import type { Project } from '../../model/project.ts';
import type { Check } from '../probes/check.ts';
import type { ObservedPod, Surroundings } from '../runtime/observed.ts';
import type { HookRun, Planned } from './planned.ts';
import type { PodMemory, PodMemoryDraft } from './pod-memory.ts';
import { podKey } from '../runtime/pod-ref.ts';
import type { PodPlan } from './pod-table.ts';
import { retriesOf } from './retries.ts';
import type { Self } from './self.ts';
import type { SharedMemory } from './shared-memory.ts';
import type { State } from './state.ts';
import { nextUid } from './uid.ts';
import { isLong, isShared, retryKey } from '../runtime/verbs.ts';

/** What one step decides, over all Pods. */
export interface Turn {
  readonly state: State;
  readonly nowMs: number;
  readonly shared: SharedMemory;
  readonly surroundings: Surroundings;
  /** What is to be done now, in the order in which it was wanted. */
  readonly planned: Map<string, Planned>;
  readonly hooks: HookRun[];
  readonly checks: Check[];
  /** Every life of every Pod as it is known now, with what was last applied to it. */
  lives(): Iterable<{ readonly pod: ObservedPod; readonly memory: PodMemory }>;
}

/** What is planned for the project as a whole, or for one Pod. */
export interface Planner {
  readonly turn: Turn;
  readonly self: Self;
  readonly project: Project | undefined;
  readonly observed: Surroundings;
  readonly shared: SharedMemory;
  readonly nowMs: number;
  readonly state: State;
  /** When the next thing falls due, Infinity where nothing does. */
  wakeAtMs: number;
  /** How much was wanted, started or not; 0 means that all is as it should be. */
  wanted: number;
  readonly waitsFor: Set<string>;
  readonly needsSlot: { short: boolean; long: boolean };
}

/** The same for one Pod. */
export interface PodPlanner extends Planner {
  /** The Pod's key. */
  readonly key: string;
  readonly memory: PodMemoryDraft;
}

export function makePlanner(turn: Turn): Planner {
  const { state, shared, nowMs, surroundings: observed } = turn;
  const { self: me, project } = state;
  const { enforces } = me.node;
  // What fails once is not asked for again.
  const self = shared.lowScoresFail ? { ...me, node: { ...me.node, enforces: { ...enforces, lowScores: false } } } : me;
  const needsSlot = { short: false, long: false };
  return {
    ...{ turn, self, project, observed, shared, nowMs, state },
    ...{ wakeAtMs: Infinity, wanted: 0, waitsFor: new Set(), needsSlot },
  };
}

export const planOf = ({ wakeAtMs, wanted, waitsFor, needsSlot }: Planner): PodPlan => ({
  ...{ wakeAtMs, wanted, waitsFor, needsSlot },
});

/** Asks for an action. True when it starts now; false when it is under way, must wait, or too much is under way. */
export function want(p: Planner | PodPlanner, planned: Planned): boolean {
  p.wanted += 1;
  const { target, verb } = planned.action;
  // Another may be faster to ask for the same, or for what this one is a part of.
  if (isShared(planned.action)) p.waitsFor.add(target);
  else waitFor(p, planned);
  if (isBusy(p, target) || p.state.blind.has(target)) return false;
  const memories = { shared: p.shared, pod: 'memory' in p ? p.memory : undefined };
  const retry = retriesOf(memories, planned.action).get(retryKey(planned.action));
  if (retry !== undefined && p.nowMs < retry.untilMs) {
    wakeAt(p, retry.untilMs);
    return false;
  }
  const long = isLong(verb);
  if (!hasSlot(p.turn, long)) {
    p.needsSlot[long ? 'long' : 'short'] = true;
    return false;
  }
  p.turn.planned.set(target, planned);
  return true;
}

/** True while one more call, or pull or build, may be in flight. */
export function hasSlot({ state, planned }: Turn, long: boolean): boolean {
  const { calls, pulls } = state.self.limits;
  let free = long ? pulls : calls;
  for (const { action } of state.inFlight.values()) if (isLong(action.verb) === long) free -= 1;
  for (const { action } of planned.values()) if (isLong(action.verb) === long) free -= 1;
  return free > 0;
}

/** True while a call on the object is under way, or starts now. */
export function isBusy(p: Planner | PodPlanner, target: string): boolean {
  const call = p.state.inFlight.get(target) ?? p.turn.planned.get(target);
  if (call === undefined) return false;
  waitFor(p, call);
  return true;
}

/** The outcome of a call for the Pod itself has it planned anew; that of another must be waited for. */
function waitFor(p: Planner | PodPlanner, { action, pod }: Planned): void {
  if (!('key' in p) || pod === undefined || podKey(pod) !== p.key) p.waitsFor.add(action.target);
}

/** The calls under way, and those that start now. */
export function* underWay({ state, turn }: Planner): Iterable<Planned> {
  yield* state.inFlight.values();
  yield* turn.planned.values();
}

/** Asks to be called again at that time. */
export function wakeAt(p: Planner, atMs: number): void {
  p.wakeAtMs = Math.min(p.wakeAtMs, atMs);
}

/** A fresh UID. */
export function takeUid({ shared }: Planner): string {
  const { uid, source } = nextUid(shared.uids);
  shared.uids = source;
  return uid;
}
