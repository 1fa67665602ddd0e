/** The shell that the product's loop is, on virtual time: it hands effects to the engine and feeds what comes of them. */
import { plainContainer } from '../core/launch.ts';
import type { EngineAction, FailureKind } from '../../src/core/runtime/action.ts';
import type { Outcome } from '../../src/core/runtime/outcome.ts';
import type { ProbeResult } from '../../src/core/probes/check.ts';
import type { Check } from '../../src/core/probes/check.ts';
import type { HookRun } from '../../src/core/state/planned.ts';
import type { EngineContainer, Snapshot } from '../../src/core/runtime/snapshot.ts';
import { initialState } from '../../src/core/state/state.ts';
import type { Self } from '../../src/core/state/self.ts';
import type { State } from '../../src/core/state/state.ts';
import { step } from '../../src/core/step/supervisor.ts';
import type { Input, Step } from '../../src/core/state/input.ts';
import type { Project } from '../../src/model/project.ts';
import { filesOf } from './disk.ts';
import { isUp, snapshotOf } from './engine.ts';
import type { SimEngine } from './engine.ts';
import { perform } from './perform.ts';
import type { Random } from './random.ts';

/** How a call goes wrong. */
export type CallFault =
  /** Answered with an error, and not done. */
  | 'refused'
  /** Answered with an error, and done. */
  | 'doneAndRefused'
  /** No answer in time; done, not done, or done only afterwards. */
  | 'hangsDone'
  | 'hangs'
  | 'hangsDoneLate';

/** What the faults turn. */
export interface Weather {
  readonly calls: CallFault[];
  hints: 'well' | 'lost' | 'late' | 'doubled';
  /** Looks are delivered long after they were taken. */
  stale: boolean;
  /** Now and then the inspect of a container that is listed is lost. */
  halfSeen: boolean;
}

export interface Shell {
  state(): State;
  last(): Step;
  feed(input: Input): void;
  hint(): void;
  die(): void;
  alive(): boolean;
}

export interface Sim {
  readonly engine: SimEngine;
  readonly random: Random;
  readonly weather: Weather;
  /** Told of each step before its effects happen. */
  readonly onStep: (before: State, input: Input, after: Step, nowMs: number) => void;
}

const deadlineMs = 10_000;

/** podrun's clock minus the engine's: what the adapter adds to the engine's times. */
export const offsetMs = 1_000_000;

export function makeShell(sim: Sim, self: Self, project: Project): Shell {
  const { engine, random, weather } = sim;
  const { timeline } = engine;
  const now = (): number => engine.nowMs() + offsetMs;
  let state = initialState(self, [random.int(0, 2 ** 31), random.int(0, 2 ** 31), self.startedAtMs, 1], now());
  let last: Step = { state, effects: [], wakeAtMs: Infinity, settled: false };
  let alive = true;
  let looking: 'no' | 'yes' | 'again' = 'no';
  let timer = 0;
  let nextLook = 0;
  let hinted = false;

  function feed(input: Input): void {
    if (!alive) return;
    const before = state;
    const after = step(before, input, now());
    sim.onStep(before, input, after, now());
    state = after.state;
    last = after;
    for (const effect of after.effects) {
      if (effect.kind === 'perform') begin(effect.planned.action);
      else if (effect.kind === 'check') check(effect.check);
      else if (effect.kind === 'hook') hook(effect.hook);
      else look();
    }
    const armed = (timer += 1);
    if (after.wakeAtMs !== Infinity)
      timeline.after(after.wakeAtMs - now(), () => {
        if (timer === armed) feed({ kind: 'tick' });
      });
    if (before.engine.answers && !state.engine.answers) lookIn(1_000);
  }

  function begin(action: EngineAction): void {
    const { target } = action;
    const answer = (delayMs: number, outcome: Outcome) =>
      timeline.after(delayMs, () => feed({ kind: 'outcome', target, outcome }));
    const drawn = engine.up ? weather.calls.shift() : undefined;
    // What is put comes from here: a call that was given up brings nothing more.
    const fault = drawn === 'hangsDoneLate' && action.verb === 'syncFiles' ? 'hangs' : drawn;
    const workMs = action.verb === 'pullImage' ? random.int(50, 3_000) : random.int(1, 15);
    const act = (): Outcome | undefined => {
      // What a podrun that died had asked for may still reach the engine, or not.
      if (!alive && random.chance(0.5)) return undefined;
      return perform(engine, action, offsetMs);
    };
    const helper =
      action.verb === 'prepareHostPath' && engine.up && engine.images.has(action.image)
        ? makeHelper(action)
        : undefined;
    switch (fault) {
      case 'refused':
        return answer(workMs, failure('refused', 'a fault'));
      case 'hangs':
        return answer(deadlineMs, failure('unknown', 'no answer in time'));
      case 'hangsDoneLate':
        timeline.after(deadlineMs + random.int(0, 3_000), act);
        return answer(deadlineMs, failure('unknown', 'no answer in time'));
      case 'doneAndRefused':
      case 'hangsDone':
      case undefined:
        timeline.after(workMs, () => {
          const outcome = act();
          if (fault === undefined && alive) helper?.remove();
          if (outcome === undefined) return;
          if (fault === 'hangsDone') answer(deadlineMs - workMs, failure('unknown', 'no answer in time'));
          else if (fault === 'doneAndRefused')
            answer(random.int(0, 10), failure('refused', 'an error although it is done'));
          else answer(random.int(0, 10), outcome);
        });
    }
  }

  /** The helper of a call: it stays when its podrun dies in the middle. */
  function makeHelper(action: Extract<EngineAction, { verb: 'prepareHostPath' }>): { remove(): void } {
    const { name, image, labels } = action;
    const launch = {
      ...plainContainer,
      name,
      image,
      labels,
      infraId: '',
    } as const;
    const { joinedTo: _none, ...helper } = engine.create(launch);
    const container = { ...helper };
    engine.containers.set(container.id, container);
    return { remove: () => engine.containers.has(container.id) && engine.remove(container, 'podrun') };
  }

  function check(asked: Check): void {
    const { containerId } = asked.request;
    timeline.after(random.int(1, 20), () =>
      feed({ kind: 'checked', check: asked, result: answerOf(engine, containerId, asked.key) }),
    );
  }

  function hook(asked: HookRun): void {
    const { type, containerId } = asked;
    const container = engine.containers.get(containerId);
    const { ms, ok } = container?.run[type] ?? { ms: 20, ok: true };
    if (ms === undefined) return;
    timeline.after(ms, () => {
      const works = ok && container !== undefined && isUp(container);
      feed({ kind: 'hooked', hook: asked, result: works ? { ok: true } : { ok: false, message: 'it failed' } });
    });
  }

  function look(): void {
    if (!alive) return;
    if (looking !== 'no') {
      looking = 'again';
      return;
    }
    looking = 'yes';
    nextLook += 1;
    const sinceOutcome = state.outcomes;
    timeline.after(random.int(0, 8), () => {
      const whole = engine.up ? snapshotOf(engine, self.project, offsetMs) : undefined;
      const snapshot = whole && weather.halfSeen ? halfOf(whole, random) : whole;
      timeline.after(weather.stale ? random.int(100, 4_000) : random.int(0, 8), () => {
        const again = looking === 'again';
        looking = 'no';
        feed(
          snapshot === undefined
            ? { kind: 'lookFailed', failure: { kind: 'away', message: 'connect ECONNREFUSED' } }
            : { kind: 'looked', snapshot, sinceOutcome },
        );
        if (again) look();
        else lookIn(state.engine.answers ? 5_000 : 1_000);
      });
    });
  }

  function lookIn(delayMs: number): void {
    const armed = (nextLook += 1);
    timeline.after(delayMs, () => {
      if (nextLook === armed) look();
    });
  }

  /** Many changes of one moment are one hint. */
  function hint(): void {
    if (!alive || hinted || weather.hints === 'lost') return;
    hinted = true;
    timeline.after(weather.hints === 'late' ? random.int(1_000, 8_000) : random.int(1, 20), () => {
      hinted = false;
      look();
      if (weather.hints === 'doubled') look();
    });
  }

  feed({ kind: 'project', project });
  feed({ kind: 'files', files: filesOf(engine.disk) });
  look();
  return {
    state: () => state,
    last: () => last,
    feed,
    hint,
    alive: () => alive,
    die: () => {
      alive = false;
    },
  };
}

/** A list alone has no exact times, no exit code and no environment. */
function halfOf(whole: Snapshot, random: Random): Snapshot {
  const containers = whole.containers.map((container): EngineContainer => {
    if (random.chance(0.7)) return container;
    const { startedAtMs: _start, finishedAtMs: _end, ...listed } = container;
    return { ...listed, env: {}, exitCode: 0, error: '', listedOnly: true };
  });
  return { ...whole, containers };
}

/** What a check of a container's process finds. */
function answerOf(engine: SimEngine, containerId: string, key: string): ProbeResult {
  const container = engine.containers.get(containerId);
  if (container === undefined || !isUp(container)) return { verdict: 'failure', output: 'connection refused' };
  const ageMs = engine.nowMs() - (container.startedAtMs ?? 0);
  const { badAfterMs = Infinity, readyAfterMs = 0, startedAfterMs = 0 } = container.run;
  const fromMs = key.endsWith('/startup') ? startedAfterMs : readyAfterMs;
  const passes = key.endsWith('/liveness') ? ageMs < badAfterMs : ageMs >= fromMs;
  return passes ? { verdict: 'success', output: '' } : { verdict: 'failure', output: 'not well' };
}

function failure(kind: FailureKind, message: string): Outcome {
  return { ok: false, failure: { kind, message } };
}
