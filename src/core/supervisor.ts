/**
 * The supervisor: one pure step from a state and an input to the next state and what is to be done.
 * Every command is another way to feed it or to print it.
 */
import type { Container, Project } from '../manifest/types.ts';
import type { Failure, Outcome } from './action.ts';
import type { HookResult, ProbeResult } from './check.ts';
import { planChecks, takeResult } from './checks.ts';
import type { Check } from './checks.ts';
import { allContainers } from './facts.ts';
import { withJobs } from './cron-jobs.ts';
import { fold } from './fold.ts';
import { takeDelete, takeRestart } from './command.ts';
import type { DeleteCommand, RestartCommand } from './command.ts';
import { endHook } from './hook.ts';
import type { HookRun } from './hook.ts';
import { attemptOf } from './labels.ts';
import type { CustomCondition } from './labels.ts';
import { instanceOf } from './probe.ts';
import { takeFiles } from './on-change.ts';
import type { Files } from './on-change.ts';
import { observe } from './observed.ts';
import type { Observed, ObservedPod } from './observed.ts';
import { isLong, makePlanner } from './planner.ts';
import type { Planned } from './planner.ts';
import { ownerOf, reconcile } from './reconcile.ts';
import { rememberFailure, rememberSuccess, retryForgottenAfterMs } from './retry.ts';
import { nodeLostAfterMs } from './pod-status.ts';
import { rememberStatuses } from './status.ts';
import { forgetStatuses } from './status-memory.ts';
import { signalDelivered, signalLost } from './stop.ts';
import type { Snapshot } from './snapshot.ts';
import { recallStops } from './succession.ts';
import { copyMemory } from './state.ts';
import type { Intent, Memory, State } from './state.ts';

export type Input =
  /** The file as it is now, valid. */
  | { readonly kind: 'project'; readonly project: Project }
  /** What the files are now that the project's `onChange` rules name. */
  | { readonly kind: 'files'; readonly files: Files }
  /** What the engine held; `sinceOutcome` is {@link State.outcomes} of when the look began. */
  | { readonly kind: 'looked'; readonly snapshot: Snapshot; readonly sinceOutcome: number }
  | { readonly kind: 'lookFailed'; readonly failure: Failure }
  | { readonly kind: 'outcome'; readonly target: string; readonly outcome: Outcome }
  | { readonly kind: 'checked'; readonly check: Check; readonly result: ProbeResult }
  | { readonly kind: 'hooked'; readonly key: string; readonly result: HookResult }
  /** A condition set by hand, for a readiness gate. */
  | { readonly kind: 'condition'; readonly pod: string; readonly type: string; readonly condition: CustomCondition }
  | RestartCommand
  | DeleteCommand
  | { readonly kind: 'intent'; readonly intent: Intent }
  | { readonly kind: 'tick' };

export type Effect =
  | { readonly kind: 'perform'; readonly planned: Planned }
  | { readonly kind: 'check'; readonly check: Check }
  | { readonly kind: 'hook'; readonly hook: HookRun }
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
  const after = plan(before, input, nowMs);
  if (after.state.looked) rememberStatuses(after.state, nowMs);
  return after;
}

function plan(before: State, input: Input, nowMs: number): Step {
  const memory = copyMemory(before.memory);
  const taken: State = { ...takeInput({ ...before, memory }, input, nowMs) };
  if (!taken.looked) return { state: taken, effects: [], wakeAtMs: Infinity, settled: false };
  const observed = observe(taken.snapshot);
  // Not only at a look: a life may come and go between two looks, and the next one is another. Until its sandbox has
  // started a Pod keeps its uid, and with it the back-off of what fails.
  for (const pod of observed.pods) if (hasBegun(pod)) memory.newUids.delete(pod.key);
  if (input.kind === 'looked') {
    recallStops(memory, observed, nowMs);
    forget(memory, observed, nowMs);
    rememberAttempts(memory, observed);
  }
  const look: Effect[] = taken.blind.size > 0 && input.kind === 'outcome' ? [{ kind: 'look' }] : [];
  const ousted = ownerOf(observed, taken.self, taken.intent);
  if (ousted !== undefined) return { state: { ...taken, ousted }, effects: [], wakeAtMs: Infinity, settled: false };
  if (!taken.engine.answers) {
    const lostAtMs = taken.engine.sinceMs + nodeLostAfterMs;
    return { state: taken, effects: look, wakeAtMs: nowMs < lostAtMs ? lostAtMs : Infinity, settled: false };
  }
  const { state, nextJobAtMs } =
    taken.intent.kind === 'up' ? withJobs(taken, observed, memory, nowMs) : { state: taken, nextJobAtMs: Infinity };
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
      ...planner.hooks.map((hook) => ({ kind: 'hook' as const, hook })),
      ...look,
    ],
    wakeAtMs: Math.min(planner.wakeAtMs, nextJobAtMs),
    settled: planner.wanted === 0 && !isBusy(state, inFlight) && state.blind.size === 0,
  };
}

/** What is taken down waits for no image: a build may have no end. */
function isBusy({ intent }: State, inFlight: State['inFlight']): boolean {
  return [...inFlight.values()].some(({ action }) => intent.kind === 'up' || !isLong(action.verb));
}

/** The state with the input taken in; `state.memory` is already a copy. */
function takeInput(state: State, input: Input, nowMs: number): State {
  switch (input.kind) {
    case 'project':
      state.memory.retries.clear();
      state.memory.hostPaths.clear();
      state.memory.built.clear();
      state.memory.rebuilds.clear();
      return { ...state, file: input.project, project: input.project };
    case 'files':
      takeFiles(state, input.files);
      return { ...state, files: input.files };
    case 'looked':
      return takeSnapshot(state, input.snapshot, input.sinceOutcome, nowMs);
    case 'lookFailed':
      return engineFailed(state, input.failure, nowMs);
    case 'outcome':
      return takeOutcome(state, input.target, input.outcome, nowMs);
    case 'checked':
      takeResult(state.memory, input.check, containerOf(state, input.check), input.result, nowMs);
      return state;
    case 'hooked':
      endHook(state.memory, input.key, input.result, nowMs);
      return state;
    case 'condition':
      state.memory.conditions.set(input.pod, {
        ...state.memory.conditions.get(input.pod),
        [input.type]: input.condition,
      });
      return state;
    case 'restart':
      takeRestart(state.memory, observe(state.snapshot).pods, input);
      return state;
    case 'delete':
      takeDelete(state.memory, observe(state.snapshot).pods, input);
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
    if (action.verb === 'killContainer') signalLost(state.memory, action.id, action.signal, outcome.failure.kind);
    rememberFailure(state.memory, action, outcome.failure, nowMs);
    const blind = new Map(state.blind).set(target, outcomes);
    return outcome.failure.kind === 'away'
      ? engineFailed({ ...next, blind }, outcome.failure, nowMs)
      : { ...next, blind };
  }
  rememberSuccess(state.memory, action, outcome, nowMs);
  if (action.verb === 'killContainer') signalDelivered(state.memory, action.id, action.signal, nowMs);
  if (action.verb === 'startContainer' && planned.pod !== undefined && planned.container !== undefined) {
    const number = attemptOf(outcome.container?.labels ?? {}) + 1;
    const key = `${planned.pod.uid}/${planned.container}`;
    state.memory.attempts.set(key, Math.max(state.memory.attempts.get(key) ?? 0, number));
  }
  const done = [...state.done, { outcome: outcomes, action, result: outcome }];
  return { ...next, done, snapshot: fold(state.snapshot, action, outcome) };
}

function engineFailed(state: State, failure: Failure, nowMs: number): State {
  if (!state.engine.answers) return { ...state, engine: { ...state.engine, failure } };
  return { ...state, engine: { answers: false, sinceMs: nowMs, failure } };
}

const hasBegun = (pod: ObservedPod): boolean =>
  pod.instances.size > 0 || pod.infras.some(({ container }) => container.startedAtMs !== undefined);

/** Drops what is remembered of objects that are no more. */
function forget(memory: Memory, observed: Observed, nowMs: number): void {
  const uids = new Set([...observed.pods.map((pod) => pod.uid), ...memory.newUids.values()]);
  const there = observed.pods.flatMap((pod) =>
    [...pod.infras, ...[...pod.instances.values()].flat()].map((x) => x.container),
  );
  const ids = new Set(there.map(({ id }) => id));
  const runs = new Set(there.map(instanceOf));
  const ofUid = (key: string) => uids.has(key.slice(0, key.indexOf('/')));
  const halfSeen = there.filter(({ listedOnly }) => listedOnly === true);
  const isThere = (run: string) => runs.has(run) || halfSeen.some(({ id }) => run.startsWith(`${id}@`));
  prune(memory.stops, isThere);
  prune(memory.signalled, isThere);
  for (const map of [memory.contents, memory.measured]) prune(map as Map<string, unknown>, (id) => ids.has(id));
  prune(memory.hooks, (key) => isThere(key.slice(0, key.lastIndexOf('/'))));
  const keys = new Set(observed.pods.map((pod) => pod.key));
  prune(memory.conditions, (key) => keys.has(key));
  prune(memory.applied, (uid) => uids.has(uid));
  prune(memory.restartWhy, (id) => ids.has(id));
  prune(memory.restarts, (uid) => uids.has(uid));
  prune(memory.deletions, (uid) => uids.has(uid));
  forgetStatuses(memory.statuses, (uid) => uids.has(uid));
  for (const map of [
    memory.attempts,
    memory.imageNeeds,
    memory.probes,
    memory.misconfigured,
    memory.badImages,
    memory.synced,
  ])
    prune(map as Map<string, unknown>, ofUid);
  prune(memory.retries, (key) => nowMs < (memory.retries.get(key)?.untilMs ?? 0) + retryForgottenAfterMs);
  for (const set of [memory.prepared, memory.owned, memory.unansweredStarts, memory.onceStarted])
    for (const key of set) if (!ids.has(key.replace(/ .*/, ''))) set.delete(key);
}

/** Also those that another podrun started, or whose start was not answered: a hand may remove them. */
function rememberAttempts(memory: Memory, observed: Observed): void {
  for (const { uid, instances, infras } of observed.pods)
    for (const [name, list] of [['', infras] as const, ...instances])
      for (const { attempt, container } of list) {
        const key = `${uid}/${name}`;
        if (container.startedAtMs !== undefined)
          memory.attempts.set(key, Math.max(memory.attempts.get(key) ?? 0, attempt + 1));
      }
}

/** The container, as last applied, that a check was about. */
function containerOf(state: State, check: Check): Container | undefined {
  const [uid = '', name] = check.key.split('/');
  const spec = state.memory.applied.get(uid)?.spec;
  return spec && allContainers(spec).find((container) => container.name === name);
}

function prune<V>(map: Map<string, V>, keep: (key: string) => boolean): void {
  for (const key of map.keys()) if (!keep(key)) map.delete(key);
}
