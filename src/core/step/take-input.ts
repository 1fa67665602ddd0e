/** What an input changes: in the state, in what is shared, and in the Pods that it concerns. */
import { withEntry } from '../state/entries.ts';
import { emptyPodMemory } from '../state/pod-memory.ts';
import type { PodMemoryDraft } from '../state/pod-memory.ts';
import { containerKey, readPartKey } from '../state/part-key.ts';
import { answered } from '../runtime/outcome.ts';
import type { Outcome } from '../runtime/outcome.ts';
import { takeResult } from '../probes/checks.ts';
import { takeDelete, takeRestart } from '../pod/command.ts';
import { endCall, noteDone, touch, touchAll, touchWaiting } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { takeHand } from '../objects/note-objects.ts';
import { takeCreateJob } from '../cron/by-hand.ts';
import { takeHold, takeRelease } from '../admission/hold-command.ts';
import { foldOutcome } from './fold-outcome.ts';
import { keptBuilds } from '../images/build.ts';
import { endHook } from '../probes/hook.ts';
import { allContainers } from '../runtime/facts.ts';
import { servicesTopic } from '../services/gateway.ts';
import type { Input } from '../state/input.ts';
import { attemptOf } from '../runtime/labels.ts';
import { takeFiles } from '../sync/on-change.ts';
import type { Failure } from '../runtime/action.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { rememberFailure, rememberSuccess } from './retry.ts';
import { signalDelivered, signalLost } from '../stopping/stop.ts';
import { takeLook, takeSeen } from './take-look.ts';
import { isShared } from '../runtime/verbs.ts';

export function takeInput(draft: Draft, input: Input, nowMs: number): void {
  const { shared } = draft;
  switch (input.kind) {
    case 'project':
      touchAll(draft);
      shared.retries = new Map();
      for (const { memory } of draft.touched.values()) memory.retries = emptyPodMemory.retries;
      shared.hostPaths = new Set();
      shared.built = keptBuilds(shared.built, input.project);
      shared.rebuilds = new Map();
      draft.state = { ...draft.state, file: input.project };
      return;
    case 'files':
      touchAll(draft);
      takeFiles(draft, input.files);
      draft.state = { ...draft.state, files: input.files };
      return;
    case 'looked':
      return takeLook(draft, input.snapshot, input.sinceOutcome, nowMs);
    case 'seen':
      return takeSeen(draft, input.seen, input.sinceOutcome);
    case 'lookFailed':
      return engineFailed(draft, input.failure, nowMs);
    case 'outcome':
      return takeOutcome(draft, input.target, input.outcome, nowMs);
    case 'checked':
      return takeChecked(draft, input, nowMs);
    case 'hooked':
      return endHook(touch(draft, podKey(input.hook.pod)).memory, input.hook.key, input.result, nowMs);
    case 'condition':
      return takeCondition(touch(draft, input.pod).memory, input);
    case 'restart': {
      const { memory, lives } = touch(draft, input.pod);
      return takeRestart({ shared, pod: memory }, lives.at(-1), input);
    }
    case 'delete': {
      const { memory, lives } = touch(draft, input.pod);
      return takeDelete(memory, lives.at(-1), input);
    }
    case 'hand':
      return takeHand(draft, input);
    case 'createJob':
      return takeCreateJob(draft, input);
    case 'hold':
      return takeHold(draft, input);
    case 'release':
      return takeRelease(draft, input);
    case 'intent':
      touchAll(draft);
      draft.state = { ...draft.state, intent: input.intent };
      return;
    case 'served':
      if (shared.isServed) return;
      shared.isServed = true;
      return touchWaiting(draft, servicesTopic);
    case 'tick':
      return;
  }
}

function takeCondition(memory: PodMemoryDraft, { type, condition }: Extract<Input, { kind: 'condition' }>): void {
  memory.conditions = withEntry(memory.conditions, type, condition);
}

function takeChecked(draft: Draft, { check, result }: Extract<Input, { kind: 'checked' }>, nowMs: number): void {
  const { memory } = touch(draft, podKey(check.pod));
  const spec = memory.applied.get(check.pod.uid)?.spec;
  const { container: name } = readPartKey(check.key);
  const container = spec && allContainers(spec).find((each) => each.name === name);
  takeResult(memory, check, container, result, nowMs);
}

function takeOutcome(draft: Draft, target: string, outcome: Outcome, nowMs: number): void {
  const planned = endCall(draft, target);
  if (planned === undefined) return;
  const { action } = planned;
  const outcomes = draft.state.outcomes + 1;
  draft.state = { ...draft.state, outcomes };
  const pod = planned.pod && touch(draft, podKey(planned.pod)).memory;
  if (pod === undefined || isShared(action)) draft.project = true;
  touchWaiting(draft, target);
  const memories = { shared: draft.shared, pod };
  if (!outcome.ok) {
    if (action.verb === 'killContainer' && pod !== undefined)
      signalLost(pod, action.id, action.signal, outcome.failure.kind);
    rememberFailure(memories, action, asFollowed(draft, outcome.failure), nowMs);
    draft.state = { ...draft.state, blind: new Map(draft.state.blind).set(target, outcomes) };
    if (outcome.failure.kind === 'away') engineFailed(draft, outcome.failure, nowMs);
    return;
  }
  const done = answered(action, outcome);
  rememberSuccess(memories, done, nowMs);
  if (action.verb === 'killContainer' && pod !== undefined) signalDelivered(pod, action.id, action.signal, nowMs);
  const { pod: ref, container: name } = planned;
  if (outcome.verb === 'startContainer' && pod !== undefined && ref !== undefined && name !== undefined) {
    const number = attemptOf(outcome.container.labels) + 1;
    const key = containerKey(ref, name);
    pod.attempts = withEntry(pod.attempts, key, Math.max(pod.attempts.get(key) ?? 0, number));
  }
  noteDone(draft, { ...done, outcome: outcomes });
  foldOutcome(draft, planned.pod, done);
}

/** Where no edit is seen, nothing but time can have it tried again. */
function asFollowed({ state }: Draft, failure: Failure): Failure {
  const { lasting: _lasting, ...passing } = failure;
  return state.self.followsEdits === true ? failure : passing;
}

function engineFailed(draft: Draft, failure: Failure, nowMs: number): void {
  const { engine } = draft.state;
  const next = engine.answers ? { answers: false, sinceMs: nowMs, failure } : { ...engine, failure };
  draft.state = { ...draft.state, engine: next };
}
