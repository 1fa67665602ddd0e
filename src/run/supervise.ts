/** One supervisor's life: the lock, the loop, hot reload, signals, and how it ends. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { jobEnds } from '../core/jobs/ends.ts';
import { jobUnit } from '../core/jobs/same-job.ts';
import { goingLives, leftovers } from '../core/stopping/leftovers.ts';
import type { Leftover } from '../core/stopping/leftovers.ts';
import { surroundingsOf } from '../core/runtime/observed.ts';
import { createProblem } from '../core/cron/by-hand.ts';
import { handProblem } from '../core/objects/note-objects.ts';
import { objectList } from '../core/objects/object-list.ts';
import { podLabel } from '../core/runtime/pod-ref.ts';
import { isRunning } from '../core/pod/restart.ts';
import { stateWith } from '../core/state/seen-state.ts';
import { initialState, livesOf } from '../core/state/state.ts';
import type { Hand } from '../core/runtime/labels.ts';
import type { Intent, Self } from '../core/state/self.ts';
import type { State } from '../core/state/state.ts';
import { ownPodList, podList } from '../core/status/status.ts';
import type { Input, Step } from '../core/state/input.ts';
import type { Engine } from '../engine/port.ts';
import type { Project } from '../model/project.ts';
import type { PodLine } from '../output/terminal/progress.ts';
import { takeControl } from '../state/control.ts';
import type { Answer, Control, Owner, Progress, Request } from '../state/control.ts';
import { noteAlive, noteBackground, removeNote } from '../state/background.ts';
import { eventsPath, probesPath, projectFolder, socketPath } from '../state/paths.ts';
import { loadProbes } from '../state/probes.ts';
import { followFiles } from './follow-files.ts';
import type { FilesFollower } from './follow-files.ts';
import { failedContexts } from '../core/images/build.ts';
import { keepEvents } from './event-keeper.ts';
import type { EventKeeper } from './event-keeper.ts';
import { unpackHandOver } from './asked/hand-over.ts';
import { startLoop } from './loop.ts';
import type { Loop, LoopListener } from './loop.ts';
import { mergeDown } from './asked/merge-down.ts';
import { bringBack, holdDown } from './asked/named-commands.ts';
import { progressOf } from './asked/progress.ts';
import type { PortBook } from './fixture/port-book.ts';
import { takenPort } from './fixture/taken-port.ts';
import { watchProject } from './reload.ts';
import type { ProjectWatch } from './reload.ts';
import type { LoadedProject } from './project-source.ts';
import type { ProjectOptions, ProjectPlace } from './project-place.ts';
import { makeSaver } from './save-verdicts.ts';
import type { World } from './world.ts';

/** npm and npx send one Ctrl-C twice, so a signal sooner than this after the first does not count as the second. */
const secondSignalAfterMs = 500;

/** So many files that were handed over are told to have been read: each asker looks for its own. */
const keptAnswers = 20;
/** How an image comes along is told to others this often at the most. */
const publishEveryMs = 250;

export interface Supervision {
  readonly self: Self;
  readonly intent: Intent;
  /** What is kept up; unset for a podrun that only takes down. */
  readonly project?: Project;
  /** Where its automatic ports come from: one that was taken before its Pod had it is changed for another. */
  readonly ports?: PortBook;
  /** What is changed by hand from the beginning, by the keys of workloads. */
  readonly hands?: ReadonlyMap<string, Hand>;
  /** Where edits come from; unset: none are followed. */
  readonly follow?: { readonly options: ProjectOptions; readonly place: ProjectPlace };
  /** End after so long, whatever is left to be done. */
  readonly timeoutMs?: number;
  /** End when every Pod is finished. */
  readonly untilFinished: boolean;
  /** It has no terminal: it leaves a note of itself, for who finds it dead. */
  readonly background?: true;
  /** Signals are somebody else's to act on. */
  readonly leavesSignals?: true;
}

/** What may be asked of a supervisor by its own process. */
export interface Supervised {
  readonly loop: Loop;
  /** @param why as it is told; unset: that is clear */
  takeDown(intent: Extract<Intent, { kind: 'down' }>, why?: string): void;
  /** Ends it; what runs is left as it is. */
  leave(): void;
}

export interface SuperviseListener extends LoopListener {
  /** The lock is taken and the first look begins. */
  started?(supervised: Supervised): void;
  /** `asked`: of no edit, but what another podrun asked for by name. */
  reloaded?(project: Project, loaded: LoadedProject, asked: readonly string[]): void;
  /** What is told of each Pod to who follows the progress. */
  podLines?(pods: readonly KubernetesPod[]): readonly PodLine[];
  /** Another podrun has Pods held down, or brought back, by name. */
  named?(what: 'hold' | 'release', names: readonly string[]): void;
  /** What the file names no longer goes, unless it is only being written. */
  reloadLosing?(lost: readonly string[]): void;
  reloadUnchanged?(): void;
  reloadRefused?(loaded: LoadedProject): void;
  /** A file of an `onChange` rule is left out, or not watched. */
  filesProblem?(text: string): void;
  takingDown?(intent: Extract<Intent, { kind: 'down' }>, by: TakenDownBy): void;
}

/** Why the Pods are to go: a signal, the first or the second, another podrun, this process, or what became of them. */
export type TakenDownBy = NodeJS.Signals | 'down' | 'self' | { readonly why: string };

export type Ending =
  /** Nothing of the project is left but what is to be kept, what somebody else uses, and the Pods that were apart. */
  | {
      readonly kind: 'down';
      readonly signal?: NodeJS.Signals;
      readonly left: readonly Leftover[];
      readonly stays?: readonly string[];
    }
  /** Every Pod has ended by itself, and every Job; a Job has failed when it says so, whatever became of its Pods. */
  | { readonly kind: 'finished'; readonly hasFailed: boolean; readonly pods: readonly KubernetesPod[] }
  /** Another supervisor has the project; one that hangs does not say who it is. */
  | { readonly kind: 'owned'; readonly owner: Owner | undefined }
  | { readonly kind: 'ousted'; readonly message: string }
  /** Its own process let it go. */
  | { readonly kind: 'left' }
  /** It took longer than was to be waited. */
  | { readonly kind: 'late' };

/** Supervises until the end; rejects only for a bug or when the state folder cannot be used. */
export async function supervise(
  world: World,
  engine: Engine,
  setup: Supervision,
  listener: SuperviseListener,
): Promise<Ending> {
  const { self } = setup;
  const folder = await projectFolder(world.stateRoot, engine.info.id, self.project);
  const owner: Owner = {
    project: self.project,
    pid: world.pid,
    // One that only takes down makes nothing that is to belong to its folder.
    dir: setup.intent.kind === 'down' ? '' : self.dir,
    startedAt: new Date(self.startedAtMs).toISOString(),
  };
  let state = await firstState(world, folder, setup);
  let events: EventKeeper | undefined = undefined;
  // The first question may come before the loop runs: from the moment that the lock is taken.
  let lastStep = (): Step => ({ state, effects: [], wakeAtMs: Infinity, settled: false });
  const current = (): State => lastStep().state;
  let intend = (intent: Intent): void => void (state = { ...state, intent });
  const early: Input[] = [];
  let feed: Loop['feed'] = (input) => void early.push(input);
  let watch: ProjectWatch | undefined = undefined;
  let applied: Progress['applied'] = [];
  const handedEarly: ((watch: ProjectWatch) => void)[] = [];
  let signal: NodeJS.Signals | undefined;
  const answer = (request: Request): Answer => {
    if (request.op === 'down') {
      const { op: kind, ...how } = request;
      takeDown({ kind, ...how }, kind);
    }
    if (request.op === 'condition') setCondition(request);
    if (request.op === 'restart' || request.op === 'delete') {
      const { op: kind, ...what } = request;
      feed({ kind, ...what });
    }
    if (request.op === 'hand') {
      const problem = handProblem(current(), request);
      if (problem !== undefined) return { owner, engineAnswers: true, pods: [], problem };
      feed({ kind: 'hand', object: request.object, change: request.change });
    }
    if (request.op === 'createJob') {
      const problem = createProblem(current(), request);
      if (problem !== undefined) return { owner, engineAnswers: true, pods: [], problem };
      feed({ kind: 'createJob', cron: request.cron, name: request.name });
    }
    const told = named(request);
    const engineAnswers = current().engine.answers;
    if (request.op === 'events') {
      const { events: items = [], changes = 0 } = events?.since(request.since) ?? {};
      return { owner, engineAnswers, pods: [], events: { items, changes } };
    }
    const { infraImage, allowedSysctls: allowSysctl, finishedBound } = self;
    const fixed = request.op === 'status' ? { fixed: { infraImage, allowSysctl, finishedBound } } : {};
    const nowMs = world.clock.nowMs();
    const objects = request.op === 'objects' ? { objects: objectList(current(), nowMs) } : {};
    const isFollowed = ['progress', 'apply', 'release'].includes(request.op);
    const followed = isFollowed ? { progress: progress() } : {};
    return { owner, engineAnswers, pods: podList(current(), nowMs), ...told, ...fixed, ...objects, ...followed };
  };
  const lock = await takeControl(socketPath(folder), answer);
  if (lock.kind === 'owned') return { kind: 'owned', owner: lock.owner };
  const { control } = lock;
  await (setup.background === true ? noteBackground(folder, owner) : removeNote(folder));
  const keeper = await keepEvents(eventsPath(folder), world.clock, engine.info);
  events = keeper;
  const prober = await world.makeProber(engine);
  let signalledAtMs = -Infinity;
  let followContexts: FilesFollower['alsoFollow'] = () => {};
  let end: (ending: Ending) => void = () => {};
  const ended = new Promise<Ending>((resolve) => (end = resolve));
  const save = makeSaver(probesPath(folder));

  function setCondition({ op: kind, pod, type, ...how }: Extract<Request, { op: 'condition' }>): void {
    feed({ kind, pod, type, condition: { ...how, atMs: world.clock.nowMs() } });
  }

  function progress(): Progress {
    const pods = ownPodList(current(), world.clock.nowMs());
    return progressOf(lastStep(), listener.podLines?.(pods) ?? [], applied);
  }

  function apply({ id, from }: Extract<Request, { op: 'apply' }>): Pick<Answer, 'problem'> {
    if (current().intent.kind === 'down') return { problem: `project ${self.project} is being taken down` };
    if (setup.follow === undefined)
      return { problem: `the podrun that supervises project ${self.project} follows no file (--no-watch)` };
    const handed = unpackHandOver(from);
    if (handed === undefined)
      return { problem: `the podrun that supervises project ${self.project} is of another version` };
    const hand = (to: ProjectWatch): void =>
      to.handOver(handed, (read) => {
        applied = [...applied, { id, ...read }].slice(-keptAnswers);
        control.publish();
      });
    if (watch === undefined) handedEarly.push(hand);
    else hand(watch);
    return {};
  }

  function named(request: Request): Pick<Answer, 'problem' | 'named'> {
    if (request.op === 'apply') return apply(request);
    if (request.op !== 'hold' && request.op !== 'release') return {};
    const tell = (names: readonly string[]) => listener.named?.(request.op, names);
    return request.op === 'hold'
      ? holdDown(current(), request, { feed, tell })
      : bringBack(current(), request, { feed, tell, also: watch?.also });
  }

  function takeDown(intent: Extract<Intent, { kind: 'down' }>, by: TakenDownBy): void {
    const before = current().intent;
    const merged = mergeDown(before, intent);
    if (merged === before) return;
    listener.takingDown?.(merged, by);
    intend(merged);
  }

  function stepped(input: Input, before: State, after: Step): void {
    listener.stepped?.(input, before, after);
    save(before, after.state);
    keeper.stepped(input, before, after);
    if (before.shared.retries !== after.state.shared.retries)
      followContexts([...failedContexts(after.state).values()].flat());
    control.publish();
    if (input.kind === 'looked' && setup.background === true) void noteAlive(folder, world.clock.nowMs());
    movePorts(input, before);
    if (input.kind === 'looked')
      void checkOwnership(control, () => end({ kind: 'ousted', message: overtaken(self.project) }));
    const ending = endingOf(after, setup.untilFinished, () => ownPodList(after.state, world.clock.nowMs()));
    if (ending !== undefined) end(ending.kind === 'down' && signal !== undefined ? { ...ending, signal } : ending);
  }

  let cancelPublish: (() => void) | undefined;
  function publishImages(): void {
    cancelPublish = undefined;
    control.publish();
  }

  function movePorts(input: Input, before: State): void {
    const taken = setup.ports === undefined ? undefined : takenPort(input, before);
    const { file } = current();
    if (taken === undefined || file === undefined) return;
    void setup.ports?.reassign(file, taken).then((next) => {
      // Another file, read meanwhile, has its ports of its own.
      if (next !== undefined && current().file === file) loop.feed({ kind: 'project', project: next });
    });
  }

  const takeSignal = (which: NodeJS.Signals): void => {
    const atMs = world.clock.nowMs();
    const second = signal !== undefined;
    if (second && atMs - signalledAtMs < secondSignalAfterMs) return;
    signal ??= which;
    if (!second) signalledAtMs = atMs;
    takeDown({ kind: 'down', volumes: false, kill: second, ownOnly: true }, which);
  };
  const offSignal = setup.leavesSignals === true ? () => {} : world.onSignal(takeSignal);
  const loop = startLoop(
    state,
    { engine, prober, clock: world.clock },
    {
      ...listener,
      stepped,
      imageComing(image, told) {
        listener.imageComing?.(image, told);
        cancelPublish ??= world.clock.at(world.clock.nowMs() + publishEveryMs, publishImages);
      },
    },
  );
  lastStep = () => loop.last;
  feed = (input) => loop.feed(input);
  for (const input of early) feed(input);
  intend = (intent) => feed({ kind: 'intent', intent });
  const cancelTimeout =
    setup.timeoutMs === undefined
      ? () => {}
      : world.clock.at(world.clock.nowMs() + setup.timeoutMs, () => end({ kind: 'late' }));
  listener.started?.({
    loop,
    takeDown: (how, why) => takeDown(how, why === undefined ? 'self' : { why }),
    leave: () => end({ kind: 'left' }),
  });
  const { follow, project } = setup;
  const files = followFiles(world, follow !== undefined, {
    read: (found) => loop.feed({ kind: 'files', files: found }),
    problem: (text) => listener.filesProblem?.(text),
  });
  followContexts = (contexts) => files.alsoFollow(contexts);
  if (project !== undefined) files.follow(project);
  watch =
    follow === undefined || project === undefined
      ? undefined
      : watchProject(world, follow.options, follow.place, project, {
          changed(next, loaded, asked) {
            listener.reloaded?.(next, loaded, asked);
            loop.feed({ kind: 'project', project: next });
            files.follow(next);
          },
          losing: (lost) => listener.reloadLosing?.(lost),
          unchanged: () => listener.reloadUnchanged?.(),
          refused: (loaded) => listener.reloadRefused?.(loaded),
        });
  if (watch !== undefined) for (const hand of handedEarly) hand(watch);
  const ending = await ended;
  offSignal();
  cancelTimeout();
  cancelPublish?.();
  loop.stop();
  files.close();
  // One that was ousted leaves the note of who has it now.
  if (ending.kind !== 'ousted') await removeNote(folder);
  await Promise.all([watch?.close(), keeper.close().then(() => control.close())]);
  return ending;
}

/** What was ready and started stays so until a probe says otherwise: the last supervisor's verdicts are taken over. */
async function firstState(world: World, folder: string, setup: Supervision): Promise<State> {
  const { self, intent, project, hands } = setup;
  const fresh = initialState(self, world.seed, self.startedAtMs);
  const savedProbes = await loadProbes(probesPath(folder));
  const shared = hands === undefined ? fresh.shared : { ...fresh.shared, hands };
  const state = { ...fresh, shared, intent, savedProbes };
  return project === undefined ? state : stateWith(state, project);
}

function endingOf(
  { state, settled }: Step,
  untilFinished: boolean,
  pods: () => readonly KubernetesPod[],
): Ending | undefined {
  if (state.ousted !== undefined) return { kind: 'ousted', message: state.ousted };
  if (state.intent.kind === 'down') {
    const lives = livesOf(state);
    const isGone = goingLives(lives, state.intent, state.project).length === 0;
    const stays = [...new Set(lives.map(podLabel))];
    if (settled && isGone && (stays.length > 0 || surroundingsOf(state.rest, lives).networks.length === 0))
      return { kind: 'down', left: [], ...(stays.length === 0 ? {} : { stays }) };
    const left = leftovers(state);
    return left.length === 0 ? undefined : { kind: 'down', left };
  }
  if (!settled) return undefined;
  // A CronJob has no last Job.
  if (state.project?.cronJobs?.some(({ suspend, apart }) => !suspend && apart !== true) === true) return undefined;
  // Nor has a workload whose Pods are made anew.
  if (state.project?.workloads?.some(({ apart }) => apart !== true) === true) return undefined;
  // A finished Pod's infra has been ended: with one that runs there is nothing to look through.
  if (!untilFinished || hasRunningInfra(state)) return undefined;
  const list = pods();
  const ends = jobEnds(state);
  const finished = list.every(({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed');
  if (!finished || [...ends.values()].includes('open')) return undefined;
  const failed = list.filter(({ status }) => status?.phase === 'Failed');
  return {
    kind: 'finished',
    pods: list,
    hasFailed: [...ends.values()].includes('Failed') || failed.some((pod) => !isOfJob(pod, ends)),
  };
}

const isOfJob = ({ metadata }: KubernetesPod, jobs: ReadonlyMap<string, unknown>): boolean =>
  metadata?.ownerReferences?.some(
    ({ kind, name }) => kind === 'Job' && jobs.has(jobUnit({ name, namespace: metadata.namespace ?? 'default' })),
  ) === true;

const hasRunningInfra = (state: State): boolean =>
  livesOf(state).some(
    ({ key, infras }) =>
      state.project?.apart?.includes(key) !== true && infras.some(({ container }) => isRunning(container)),
  );

async function checkOwnership(control: Control, lost: () => void): Promise<void> {
  if (!(await control.isOurs())) lost();
}

const overtaken = (project: string): string => `another podrun took over project ${project}; exiting`;
