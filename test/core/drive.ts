/** A project on an engine that does at once what it is asked, with what happens as text: for the lives of Pods. */
import { snapshotOf } from '../../src/core/state/state.ts';
import { assume } from '../../src/core/step/fold.ts';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import { emptySnapshot } from '../../src/core/runtime/snapshot.ts';
import type { State } from '../../src/core/state/state.ts';
import { podList } from '../../src/core/status/status.ts';
import { step } from '../../src/core/step/supervisor.ts';
import type { Effect, Input, Step } from '../../src/core/state/input.ts';
import type { HookRun } from '../../src/core/state/planned.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { Project } from '../../src/model/project.ts';
import type { Outcome } from '../../src/core/runtime/outcome.ts';
import type { EngineAction, SyncedFiles, VolumeContent } from '../../src/core/runtime/action.ts';
import { makeProject, makeState } from './make.ts';
import { share } from './memory.ts';
import { causeOf } from '../../src/output/reasons/cause.ts';

export interface Drive {
  /** What happened since it was last asked: kills, hooks, and what was made and started. */
  said(): string[];
  state(): State;
  feed(input: Input): void;
  /** The file is edited. */
  edit(project: Partial<Project>): void;
  /** Time passes; every wake-up on the way is kept. */
  wait(ms: number): void;
  /** Containers of that name end, or are pruned. */
  end(name: string, exitCode: number, over?: Partial<EngineContainer>): void;
  prune(): void;
  /** A hand removes the containers of that name; `infra` is the Pod's own. */
  remove(name: string): void;
  /** Told of each state from now on, and of the one of now. */
  onStep(tell: (state: State, nowMs: number) => void): void;
  /** What the engine refuses, as `VERB CONTAINER`. */
  readonly refuse: Set<string>;
  /** The hook that runs in that container. */
  hook(name: string): HookRun;
  /** The hook of that kind answers. */
  hooked(name: string, ok: boolean): void;
  /** Every check under way of that type passes, or fails. */
  checked(type: string, verdict: 'success' | 'failure', output?: string): void;
  /** The machine's clock is set back. */
  setBack(ms: number): void;
  /** Another podrun goes on, with its own reading of the file and its own options. */
  restart(project?: Partial<Project>, self?: Partial<State['self']>): void;
  /** TERM finds these ended, by themselves, with that code. */
  readonly late: Map<string, number>;
  /** What volumes take, by their path in the infra. */
  readonly used: Map<string, number>;
  /** Does a sync, and says whether it succeeds; unset: nothing is done, and all succeed. */
  readonly syncing: { perform?: (action: Extract<EngineAction, { verb: 'syncFiles' }>) => boolean };
  /** TERM does not end these. */
  readonly deaf: Set<string>;
  /** The engine's disk is full: it makes no volume. */
  full: boolean;
  nowMs(): number;
}

/**
 * @param lowScores why no container starts with an oom_score_adj below 0; unset: it does
 * @param refused what is in {@link Drive.refuse} from the beginning
 */
export function drive(
  pod: Pod,
  objects: Project['objects'] = [],
  lowScores?: string,
  refused: readonly string[] = [],
): Drive {
  let nowMs = 1_000;
  let lives = 1;
  let file: Project = { ...makeProject(pod), objects };
  let last: Step = step(fresh(1), { kind: 'project', project: file }, nowMs);
  const contents = new Map<string, readonly VolumeContent[]>();
  const notes = new Map<string, SyncedFiles>();
  const used = new Map<string, number>();
  let lines: string[] = [];
  let open: Effect[] = [];
  const deaf = new Set<string>();
  const late = new Map<string, number>();
  const refuse = new Set(refused);
  const listeners: ((state: State, nowMs: number) => void)[] = [];
  const syncing: Drive['syncing'] = {};

  function fresh(startedAtMs: number): State {
    // No uid is given twice.
    const state = share(makeState(), { uids: { seed: [lives, 2, 3, 4], made: 0 } });
    return { ...state, self: { ...state.self, startedAtMs, id: `podrun${lives}` } };
  }

  function feed(input: Input): void {
    take(step(last.state, input, nowMs));
    for (
      let next = [...last.state.inFlight.values()][0];
      next !== undefined;
      next = [...last.state.inFlight.values()][0]
    ) {
      nowMs += 1;
      const { action } = next;
      if (self.full && action.verb === 'createVolume') {
        const failure = { kind: 'refused', message: 'no space left on device' } as const;
        take(step(last.state, { kind: 'outcome', target: action.target, outcome: { ok: false, failure } }, nowMs));
        see(snapshotOf(last.state).containers);
        continue;
      }
      const lateCode = action.verb === 'killContainer' ? late.get(next.container ?? '') : undefined;
      if (lateCode !== undefined) {
        const failure = { kind: 'conflict', message: 'it is not running' } as const;
        take(step(last.state, { kind: 'outcome', target: action.target, outcome: { ok: false, failure } }, nowMs));
        see(ended(next.container ?? '', lateCode));
        continue;
      }
      if (refuse.has(`${action.verb} ${next.container ?? 'infra'}`)) {
        refuseCall(action);
        continue;
      }
      if (action.verb === 'fillVolumes') fill(action.id, action.volumes);
      if (action.verb === 'syncFiles' && syncing.perform?.(action) === false) {
        const failure = { kind: 'refused', message: 'no space left on device' } as const;
        take(step(last.state, { kind: 'outcome', target: action.target, outcome: { ok: false, failure } }, nowMs));
        see(snapshotOf(last.state).containers);
        continue;
      }
      if (action.verb === 'syncFiles') notes.set(action.record.path, action.after);
      if (action.verb === 'startContainer' && action.lowScore === true && lowScores !== undefined) {
        const failure = { kind: 'refused', message: lowScores } as const;
        take(step(last.state, { kind: 'outcome', target: action.target, outcome: { ok: false, failure } }, nowMs));
        see(snapshotOf(last.state).containers);
        continue;
      }
      const heard = action.verb !== 'killContainer' || action.signal === 'SIGKILL' || !deaf.has(next.container ?? '');
      const assumed = assume(snapshotOf(last.state), action, nowMs);
      take(
        step(
          last.state,
          {
            kind: 'outcome',
            target: action.target,
            outcome: heard ? answer(action, assumed.outcome) : { ok: true, verb: 'killContainer' },
          },
          nowMs,
        ),
      );
      if (action.verb === 'killContainer' && heard) see(assumed.snapshot.containers);
    }
  }

  function refuseCall(action: EngineAction): void {
    const failure = { kind: 'refused', message: 'no' } as const;
    take(step(last.state, { kind: 'outcome', target: action.target, outcome: { ok: false, failure } }, nowMs));
    const failed = action.verb === 'startContainer' ? action.id : undefined;
    const broken = { exitCode: 128, error: failure.message };
    see(snapshotOf(last.state).containers.map((each) => (each.id === failed ? { ...each, ...broken } : each)));
  }

  function fill(id: string, volumes: readonly VolumeContent[]): void {
    const others = (contents.get(id) ?? []).filter(({ path }) => !volumes.some((volume) => volume.path === path));
    contents.set(id, [...others, ...volumes]);
  }

  function answer(action: EngineAction, assumed: Outcome): Outcome {
    if (action.verb === 'readSynced') {
      const synced = notes.get(action.path);
      return { ok: true, verb: action.verb, ...(synced === undefined ? {} : { synced }) };
    }
    if (action.verb === 'measureVolumes') return { ok: true, verb: action.verb, usedBytes: Object.fromEntries(used) };
    return action.verb === 'readVolumes'
      ? { ok: true, verb: action.verb, contents: contents.get(action.id) ?? [] }
      : assumed;
  }

  function take(after: Step): void {
    last = after;
    for (const listener of listeners) listener(after.state, nowMs);
    for (const effect of after.effects) {
      if (effect.kind === 'hook') lines.push(`hook ${effect.hook.type} ${effect.hook.container}`);
      if (effect.kind === 'check') lines.push(`check ${effect.check.key.split('/').slice(1).join(' ')}`);
      if (effect.kind === 'hook' || effect.kind === 'check') open.push(effect);
      if (effect.kind !== 'perform') continue;
      const { action, container = 'infra' } = effect.planned;
      if (action.verb === 'startContainer') lines.push(`start ${container}`);
      if (action.verb === 'updateContainer') lines.push(`resize ${container}`);
      if (action.verb === 'fillVolumes')
        lines.push(
          `fill ${effect.planned.because
            .map(causeOf)
            .map(({ path, text }) => [path, text].filter(Boolean).join(' '))
            .join(', ')}`,
        );
      if (action.verb === 'syncFiles') {
        const files = [...action.put.map(({ path }) => `+${path}`), ...action.remove.map((path) => `-${path}`)];
        lines.push(`sync ${files.join(' ')}: ${effect.planned.because.map((each) => causeOf(each).text).join()}`);
      }
      if (action.verb === 'killContainer') lines.push(`${action.signal} ${container}`);
    }
  }

  function see(containers: readonly EngineContainer[], volumes = snapshotOf(last.state).volumes): void {
    const snapshot = { ...snapshotOf(last.state), containers, volumes };
    take(step(last.state, { kind: 'looked', snapshot, sinceOutcome: last.state.outcomes }, nowMs));
  }

  function settle(containers: readonly EngineContainer[]): void {
    see(containers);
    feed({ kind: 'tick' });
  }

  function ended(name: string, exitCode: number, over: Partial<EngineContainer> = {}): EngineContainer[] {
    return snapshotOf(last.state).containers.map((container) =>
      container.labels['io.kubernetes.container.name'] === name && container.state === 'running'
        ? { ...container, state: 'exited', exitCode, finishedAtMs: nowMs, ...over }
        : container,
    );
  }

  const hookOf = (name: string): HookRun => {
    const found = open.find((effect) => effect.kind === 'hook' && effect.hook.container === name);
    if (found?.kind !== 'hook') throw new Error(`no hook of ${name} runs`);
    return found.hook;
  };
  const edit = (project: Partial<Project>): void => {
    file = { ...file, ...project };
    nowMs += 10;
    feed({ kind: 'project', project: file });
  };
  const self: Drive = {
    full: false,
    edit,
    said: () => lines.splice(0).filter((line) => line !== 'start infra'),
    state: () => last.state,
    feed,
    wait: (ms) => {
      const untilMs = nowMs + ms;
      while (last.wakeAtMs <= untilMs) {
        nowMs = Math.max(nowMs, last.wakeAtMs);
        feed({ kind: 'tick' });
      }
      nowMs = untilMs;
      feed({ kind: 'tick' });
    },
    end: (name, exitCode, over) => settle(ended(name, exitCode, over)),
    prune: () => settle(snapshotOf(last.state).containers.filter(({ state }) => state === 'running')),
    remove: (name) => settle(snapshotOf(last.state).containers.filter((each) => nameOf(each) !== name)),
    onStep: (tell) => {
      listeners.push(tell);
      tell(last.state, nowMs);
    },
    hook: hookOf,
    hooked: (name, ok) => {
      const hook = hookOf(name);
      open = open.filter((effect) => effect.kind !== 'hook' || effect.hook !== hook);
      feed({ kind: 'hooked', hook, result: ok ? { ok } : { ok, message: 'no' } });
    },
    checked: (type, verdict, output = '') => {
      const found = open.filter((effect) => effect.kind === 'check' && effect.check.key.endsWith(`/${type}`));
      open = open.filter((effect) => !found.includes(effect));
      for (const effect of found)
        if (effect.kind === 'check') feed({ kind: 'checked', check: effect.check, result: { verdict, output } });
    },
    setBack: (ms) => void (nowMs -= ms),
    restart: (project = {}, self = {}) => {
      file = { ...file, ...project };
      const snapshot = snapshotOf(last.state);
      lives += 1;
      open = [];
      lines = [];
      const state = fresh(nowMs);
      last = step({ ...state, self: { ...state.self, ...self } }, { kind: 'project', project: file }, nowMs);
      feed({ kind: 'looked', snapshot, sinceOutcome: 0 });
    },
    deaf,
    syncing,
    late,
    refuse,
    used,
    nowMs: () => nowMs,
  };
  feed({ kind: 'looked', snapshot: emptySnapshot, sinceOutcome: 0 });
  return self;
}

const nameOf = ({ labels }: EngineContainer): string => labels['io.kubernetes.container.name'] ?? 'infra';

/** The Pod's phase and the conditions that are not True, as `TYPE REASON MESSAGE`. */
export function statusOf(d: Drive): readonly string[] {
  const [pod] = podList(d.state(), d.nowMs());
  const untrue = (pod?.status?.conditions ?? []).filter(({ status }) => status !== 'True');
  const words = untrue.map(({ type, reason, message }) => [type, reason, message].filter(Boolean).join(' '));
  return [[pod?.status?.phase, pod?.status?.reason].filter(Boolean).join(' '), ...words];
}
