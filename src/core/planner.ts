/** Collects what a reconcile wants done: what can start now becomes an action, the rest says until when it waits. */
import type { Project } from '../manifest/types.ts';
import type { Because, EngineAction } from './action.ts';
import type { HookRun } from './hook.ts';
import type { Observed } from './observed.ts';
import type { PodRef } from './pod-ref.ts';
import type { Memory, Self, State } from './state.ts';
import { nextUid } from './uid.ts';

/** An action with its reason and what it is for. */
export interface Planned {
  readonly action: EngineAction;
  readonly because: readonly Because[];
  readonly pod?: PodRef;
  /** The container's name in the Pod. */
  readonly container?: string;
}

export interface Planner {
  readonly self: Self;
  readonly project: Project | undefined;
  readonly observed: Observed;
  readonly memory: Memory;
  readonly nowMs: number;
  readonly state: State;
  /** What is to be done now, in order of importance. */
  readonly planned: Planned[];
  /** The hooks that begin now. */
  readonly hooks: HookRun[];
  /** When the next thing falls due, Infinity where nothing does. */
  wakeAtMs: number;
  /** How much was wanted, started or not; 0 means that all is as it should be. */
  wanted: number;
}

export function makePlanner(state: State, observed: Observed, memory: Memory, nowMs: number): Planner {
  const { self: me, project } = state;
  const { enforces } = me.node;
  // What fails once is not asked for again.
  const node = memory.lowScoresFail ? { ...me.node, enforces: { ...enforces, lowScores: false } } : me.node;
  const self = memory.lowScoresFail ? { ...me, node } : me;
  return { self, project, observed, memory, nowMs, state, planned: [], hooks: [], wakeAtMs: Infinity, wanted: 0 };
}

/** Asks for an action. True when it starts now; false when it is under way, must wait, or too much is under way. */
export function want(p: Planner, planned: Planned): boolean {
  p.wanted += 1;
  const { target, verb } = planned.action;
  if (isBusy(p, target) || p.state.blind.has(target)) return false;
  const retry = p.memory.retries.get(retryKey(planned.action));
  if (retry !== undefined && p.nowMs < retry.untilMs) {
    wakeAt(p, retry.untilMs);
    return false;
  }
  const long = isLong(verb);
  const running = [...p.state.inFlight.values(), ...p.planned].filter(({ action }) => isLong(action.verb) === long);
  if (running.length >= (long ? p.self.limits.pulls : p.self.limits.calls)) return false;
  p.planned.push(planned);
  return true;
}

/** Those that may take minutes: they have a limit of their own, and keep nothing else waiting. */
export const isLong = (verb: EngineAction['verb']): boolean => verb === 'pullImage' || verb === 'buildImage';

/** True while a call on the object is under way, or starts now. */
export function isBusy(p: Planner, target: string): boolean {
  return p.state.inFlight.has(target) || p.planned.some((planned) => planned.action.target === target);
}

/** Asks to be called again at that time. */
export function wakeAt(p: Planner, atMs: number): void {
  p.wakeAtMs = Math.min(p.wakeAtMs, atMs);
}

/** A fresh UID. */
export function takeUid(p: Planner): string {
  const { uid, source } = nextUid(p.memory.uids);
  p.memory.uids = source;
  return uid;
}

export const retryKey = (action: EngineAction): string => `${action.verb} ${action.target}`;

/** A reason that is no field's. */
export const reason = (text: string): readonly Because[] => [{ path: '', text }];
