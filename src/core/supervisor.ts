/**
 * The supervisor: one pure step from a state and an input to the next state and what is to be done.
 * Every command is another way to feed it or to print it.
 */
import type { Container, Project } from '../manifest/types.ts';
import type { Failure, Outcome } from './action.ts';
import type { ProbeResult } from './check.ts';
import { planChecks, takeResult } from './checks.ts';
import type { Check } from './checks.ts';
import { fold } from './fold.ts';
import { attemptOf } from './labels.ts';
import { observe } from './observed.ts';
import type { Observed } from './observed.ts';
import { makePlanner } from './planner.ts';
import type { Planned } from './planner.ts';
import { ownerOf, reconcile } from './reconcile.ts';
import { rememberFailure, rememberSuccess } from './retry.ts';
import { nodeLostAfterMs } from './status.ts';
import type { Snapshot } from './snapshot.ts';
import { copyMemory } from './state.ts';
import type { Intent, Memory, State } from './state.ts';

export type Input =
  /** The file as it is now, valid. */
  | { readonly kind: 'project'; readonly project: Project }
  /** What the engine held; `sinceOutcome` is {@link State.outcomes} of when the look began. */
  | { readonly kind: 'looked'; readonly snapshot: Snapshot; readonly sinceOutcome: number }
  | { readonly kind: 'lookFailed'; readonly failure: Failure }
  | { readonly kind: 'outcome'; readonly target: string; readonly outcome: Outcome }
  | { readonly kind: 'checked'; readonly check: Check; readonly result: ProbeResult }
  | { readonly kind: 'intent'; readonly intent: Intent }
  | { readonly kind: 'tick' };

export type Effect =
  | { readonly kind: 'perform'; readonly planned: Planned }
  | { readonly kind: 'check'; readonly check: Check }
  /** Ask the engine what is there. */
  | { readonly kind: 'look' };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
  /** When to call again if nothing else happens; Infinity: not at all. */
  readonly wakeAtMs: number;
  /** All is as the file (or the intent) says, and nothing is under way. */
  readonly settled: boolean;
}

export function step(before: State, input: Input, nowMs: number): Step {
  const memory = copyMemory(before.memory);
  const state: State = { ...takeInput({ ...before, memory }, input, nowMs) };
  if (!state.looked) return { state, effects: [], wakeAtMs: Infinity, settled: false };
  const observed = observe(state.snapshot);
  if (input.kind === 'looked') forget(memory, observed);
  const look: Effect[] = state.blind.size > 0 && input.kind === 'outcome' ? [{ kind: 'look' }] : [];
  const ousted = ownerOf(observed, state.self);
  if (ousted !== undefined && state.intent.kind === 'up')
    return { state: { ...state, ousted }, effects: [], wakeAtMs: Infinity, settled: false };
  if (!state.engine.answers) {
    const lostAtMs = state.engine.sinceMs + nodeLostAfterMs;
    return { state, effects: look, wakeAtMs: nowMs < lostAtMs ? lostAtMs : Infinity, settled: false };
  }
  const planner = makePlanner(state, observed, memory, nowMs);
  reconcile(planner, state.intent);
  const checks = planChecks(planner);
  const inFlight = new Map(state.inFlight);
  for (const planned of planner.planned) inFlight.set(planned.action.target, planned);
  return {
    state: { ...state, inFlight },
    effects: [
      ...planner.planned.map((planned) => ({ kind: 'perform' as const, planned })),
      ...checks.map((check) => ({ kind: 'check' as const, check })),
      ...look,
    ],
    wakeAtMs: planner.wakeAtMs,
    settled: planner.wanted === 0 && inFlight.size === 0 && state.blind.size === 0,
  };
}

/** The state with the input taken in; `state.memory` is already a copy. */
function takeInput(state: State, input: Input, nowMs: number): State {
  switch (input.kind) {
    case 'project':
      state.memory.retries.clear();
      state.memory.hostPaths.clear();
      return { ...state, project: input.project };
    case 'looked':
      return takeSnapshot(state, input.snapshot, input.sinceOutcome, nowMs);
    case 'lookFailed':
      return engineFailed(state, input.failure, nowMs);
    case 'outcome':
      return takeOutcome(state, input.target, input.outcome, nowMs);
    case 'checked':
      takeResult(state.memory, input.check, containerOf(state, input.check), input.result, nowMs);
      return state;
    case 'intent':
      return { ...state, intent: input.intent };
    case 'tick':
      return state;
  }
}

function takeSnapshot(state: State, snapshot: Snapshot, sinceOutcome: number, nowMs: number): State {
  const done = state.done.filter(({ outcome }) => outcome > sinceOutcome);
  const blind = new Map([...state.blind].filter(([, outcome]) => outcome > sinceOutcome));
  const back = !state.engine.answers;
  if (back) state.memory.retries.clear();
  return {
    ...state,
    looked: true,
    snapshot: done.reduce((folded, { action, result }) => fold(folded, action, result), snapshot),
    done,
    blind,
    engine: back ? { answers: true, sinceMs: nowMs } : state.engine,
  };
}

function takeOutcome(state: State, target: string, outcome: Outcome, nowMs: number): State {
  const planned = state.inFlight.get(target);
  if (planned === undefined) return state;
  const { action } = planned;
  const inFlight = new Map(state.inFlight);
  inFlight.delete(target);
  const outcomes = state.outcomes + 1;
  const next = { ...state, inFlight, outcomes };
  if (!outcome.ok) {
    if (action.verb === 'killContainer') unstop(state.memory, action.id, action.signal);
    rememberFailure(state.memory, action, outcome.failure, nowMs);
    const blind = new Map(state.blind).set(target, outcomes);
    return outcome.failure.kind === 'away' ? engineFailed({ ...next, blind }, outcome.failure, nowMs) : { ...next, blind };
  }
  rememberSuccess(state.memory, action, outcome.imageId, nowMs);
  if (action.verb === 'startContainer' && planned.pod !== undefined && planned.container !== undefined) {
    const number = attemptOf(outcome.container?.labels ?? {}) + 1;
    state.memory.attempts.set(`${planned.pod.uid}/${planned.container}`, number);
  }
  const done = [...state.done, { outcome: outcomes, action, result: outcome }];
  return { ...next, done, snapshot: fold(state.snapshot, action, outcome) };
}

/** A signal that was not delivered has started no grace. */
function unstop(memory: Memory, id: string, signal: string): void {
  const stop = memory.stops.get(id);
  if (stop === undefined) return;
  if (signal === 'SIGKILL') memory.stops.set(id, { sinceMs: stop.sinceMs, graceMs: stop.graceMs });
  else memory.stops.delete(id);
}

function engineFailed(state: State, failure: Failure, nowMs: number): State {
  if (!state.engine.answers) return { ...state, engine: { ...state.engine, failure } };
  return { ...state, engine: { answers: false, sinceMs: nowMs, failure } };
}

/** Drops what is remembered of objects that are no more. */
function forget(memory: Memory, observed: Observed): void {
  for (const pod of observed.pods) if (pod.infras.length > 0) memory.newUids.delete(pod.key);
  const uids = new Set([...observed.pods.map((pod) => pod.uid), ...memory.newUids.values()]);
  const ids = new Set(observed.pods.flatMap((pod) => [...pod.infras, ...[...pod.instances.values()].flat()].map((x) => x.container.id)));
  const ofUid = (key: string) => uids.has(key.slice(0, key.indexOf('/')));
  prune(memory.stops, (id) => ids.has(id));
  prune(memory.applied, (uid) => uids.has(uid));
  for (const map of [memory.attempts, memory.imageNeeds, memory.probes]) prune(map as Map<string, unknown>, ofUid);
  for (const id of memory.prepared) if (!ids.has(id)) memory.prepared.delete(id);
}

/** The container, as last applied, that a check was about. */
function containerOf(state: State, check: Check): Container | undefined {
  const [uid = '', name] = check.key.split('/');
  return state.memory.applied.get(uid)?.spec.containers.find((container) => container.name === name);
}

function prune<V>(map: Map<string, V>, keep: (key: string) => boolean): void {
  for (const key of map.keys()) if (!keep(key)) map.delete(key);
}
