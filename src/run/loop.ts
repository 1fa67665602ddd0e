/** The shell around `step`: it owns the one timer, looks when something may have changed, and carries effects out. */
import type { Failure } from '../core/runtime/action.ts';
import type { Outcome } from '../core/runtime/outcome.ts';
import type { Planned } from '../core/state/planned.ts';
import type { State } from '../core/state/state.ts';
import { step } from '../core/step/supervisor.ts';
import type { Effect, Input, Step } from '../core/state/input.ts';
import { EngineError } from '../engine/port.ts';
import type { Engine, ImageProgress, Subscription } from '../engine/port.ts';
import type { Clock } from '../platform/clock.ts';
import type { Prober } from '../probe/port.ts';

/** A look follows the first hint by so much, so that a burst of events is one look. */
const gatherHintsMs = 15;
/** Looks without any hint: what an event feed has lost is found by them. */
const relistMs = 10_000;
/** How often an engine that does not answer is asked again. */
const askAgainMs = 1_000;

export interface LoopPorts {
  readonly engine: Engine;
  readonly prober: Prober;
  readonly clock: Clock;
}

export interface LoopListener {
  /** After each step: what came in, and the state before and after it. */
  stepped?(input: Input, before: State, after: Step): void;
  /** An action begins. */
  began?(planned: Planned): void;
  /** What its call has to wait for; unset: nothing. */
  awaited?(planned: Planned): Promise<void> | undefined;
  /** It is being pulled or built. */
  imageComing?(image: string, progress: ImageProgress): void;
}

export interface Loop {
  /** Takes an input in at once. */
  feed(input: Input): void;
  readonly last: Step;
  /** No further effects; calls under way are left to end by themselves. */
  stop(): void;
}

/** Starts supervising from `initial`: the first look begins at once. */
export function startLoop(initial: State, ports: LoopPorts, listener: LoopListener): Loop {
  const { engine, clock } = ports;
  const project = initial.self.project;
  let last: Step = { state: initial, effects: [], wakeAtMs: Infinity, settled: false };
  let stopped = false;
  let feedSubscription: Subscription | undefined;
  let looking = false;
  let lookAgain = false;
  let cancelWake = () => {};
  let cancelLook = () => {};
  let lookAtMs = Infinity;

  function feed(input: Input): void {
    if (stopped) return;
    const before = last.state;
    last = step(before, input, clock.nowMs());
    cancelWake();
    cancelWake = last.wakeAtMs === Infinity ? () => {} : clock.at(last.wakeAtMs, () => feed({ kind: 'tick' }));
    const { effects } = last;
    listener.stepped?.(input, before, last);
    for (const effect of effects) carryOut(effect);
  }

  function carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'perform':
        return perform(effect.planned);
      case 'check':
        void ports.prober
          .check(effect.check.request)
          .then((result) => feed({ kind: 'checked', check: effect.check, result }));
        return;
      case 'hook': {
        const { hook } = effect;
        const { containerId, handler, address } = hook;
        void ports.prober
          .runHook(containerId, handler, address)
          .then((result) => feed({ kind: 'hooked', hook, result }));
        return;
      }
      case 'look':
        return look();
    }
  }

  function perform(planned: Planned): void {
    const { action } = planned;
    listener.began?.(planned);
    const progress =
      action.verb === 'pullImage' || action.verb === 'buildImage'
        ? (p: ImageProgress) => listener.imageComing?.(action.image, p)
        : undefined;
    const settle = (outcome: Outcome) => {
      feed({ kind: 'outcome', target: action.target, outcome });
      // A death may have been told while the call still held the container, and no look goes by that.
      const held = action.verb === 'killContainer' || (action.verb === 'startContainer' && action.guard !== undefined);
      if (held) lookIn(gatherHintsMs);
    };
    const awaited = listener.awaited?.(planned);
    const performed =
      awaited === undefined ? engine.perform(action, progress) : awaited.then(() => engine.perform(action, progress));
    performed.then(settle, (error: unknown) => settle({ ok: false, failure: failureOf(error) }));
  }

  function look(): void {
    if (stopped) return;
    // Whoever called, the look that was due is this one; a time left standing would keep off every later one.
    cancelLook();
    lookAtMs = Infinity;
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = true;
    lookAgain = false;
    const sinceOutcome = last.state.outcomes;
    engine.snapshot(project).then(
      (snapshot) => ended({ kind: 'looked', snapshot, sinceOutcome }, relistMs),
      (error: unknown) => ended({ kind: 'lookFailed', failure: failureOf(error) }, askAgainMs),
    );
  }

  function ended(input: Input, nextMs: number): void {
    looking = false;
    if (stopped) return;
    if (input.kind === 'looked') watch();
    feed(input);
    lookIn(lookAgain ? gatherHintsMs : nextMs);
  }

  function lookIn(ms: number): void {
    const atMs = clock.nowMs() + ms;
    if (stopped || atMs >= lookAtMs) return;
    cancelLook();
    lookAtMs = atMs;
    cancelLook = clock.at(atMs, look);
  }

  function watch(): void {
    if (feedSubscription !== undefined) return;
    const hint = () => (looking ? void (lookAgain = true) : lookIn(gatherHintsMs));
    feedSubscription = engine.watch(project, hint, () => {
      feedSubscription = undefined;
      lookIn(gatherHintsMs);
    });
    lookAgain = true;
  }

  look();
  return {
    feed,
    get last() {
      return last;
    },
    stop() {
      stopped = true;
      cancelWake();
      cancelLook();
      feedSubscription?.close();
    },
  };
}

/** What a rejected engine call says; anything but an {@link EngineError} is a bug of ours and is told as it is. */
function failureOf(error: unknown): Failure {
  if (error instanceof EngineError) return error.failure;
  return { kind: 'unknown', message: error instanceof Error ? error.message : String(error) };
}
