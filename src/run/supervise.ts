/** One supervisor's life: the lock, the loop, hot reload, signals, and how it ends. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { createProblem } from '../core/cron/by-hand.ts';
import { handProblem } from '../core/objects/note-objects.ts';
import { objectList } from '../core/objects/object-list.ts';
import { stateWith } from '../core/state/seen-state.ts';
import { initialState } from '../core/state/state.ts';
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
import { endingOf } from './ending.ts';
import type { Ending } from './ending.ts';
import { followFiles } from './follow-files.ts';
import type { FilesFollower } from './follow-files.ts';
import { failedContexts } from '../core/images/build.ts';
import { keepEvents } from './event-keeper.ts';
import type { EventKeeper } from './event-keeper.ts';
import { hasRun } from '../core/services/trouble.ts';
import { feedGateway } from './services/feed-gateway.ts';
import type { Serving } from './services/serving.ts';
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
  /** Whether its Services can be served; unset: it is run as it is. */
  readonly serving?: Serving;
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
  /** Something that is to be known, once, by each who follows: what of the Services is not served. */
  noted?(text: string): void;
  takingDown?(intent: Extract<Intent, { kind: 'down' }>, by: TakenDownBy): void;
}

/** Why the Pods are to go: a signal, the first or the second, another podrun, this process, or what became of them. */
export type TakenDownBy = NodeJS.Signals | 'down' | 'self' | { readonly why: string };

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
  const { serving } = setup;
  const notes: string[] = [];
  const note = (text: string): void => {
    if (notes.includes(text)) return;
    notes.push(text);
    listener.noted?.(text);
  };
  const fit = (project: Project): Promise<Project> => serving?.fit(project, note) ?? Promise.resolve(project);
  const first = setup.project === undefined ? undefined : await fit(setup.project);
  let state = await firstState(world, folder, setup, first);
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
    const fixed = request.op === 'status' ? { fixed: fixedOf(self) } : {};
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
  const feeder = feedGateway(engine, world.clock, {
    served: () => feed({ kind: 'served' }),
    trouble: giveUpServing,
    failures: (texts) => note(`not all ports of Services are served: ${texts.join('; ')}`),
  });
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
    return { ...progressOf(lastStep(), listener.podLines?.(pods) ?? [], applied), notes };
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
    // Who presses Ctrl-C is told that a second one kills, whoever began to take it down.
    if (merged === before && (by !== signal || intent.kill)) return;
    listener.takingDown?.(merged, by);
    intend(merged);
  }

  function stepped(input: Input, before: State, after: Step): void {
    listener.stepped?.(input, before, after);
    feeder.stepped(before, after.state);
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

  /** What nothing runs by yet is made otherwise; else what begins from now on does not wait. */
  function giveUpServing(why: string): void {
    const { file } = current();
    if (serving !== undefined && file !== undefined && !hasRun(current()))
      return feed({ kind: 'project', project: serving.giveUp(file, why, note) });
    note(`Services are not served, and what begins does not wait for them: ${why}`);
    feed({ kind: 'served' });
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
          fit,
          changed(next, fitted, loaded, asked) {
            listener.reloaded?.(next, loaded, asked);
            loop.feed({ kind: 'project', project: fitted });
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
  feeder.close();
  files.close();
  // One that was ousted leaves the note of who has it now.
  if (ending.kind !== 'ousted') await removeNote(folder);
  await Promise.all([watch?.close(), keeper.close().then(() => control.close())]);
  return ending;
}

/** What was ready and started stays so until a probe says otherwise: the last supervisor's verdicts are taken over. */
async function firstState(
  world: World,
  folder: string,
  { self, intent, hands }: Supervision,
  project: Project | undefined,
): Promise<State> {
  const fresh = initialState(self, world.seed, self.startedAtMs);
  const savedProbes = await loadProbes(probesPath(folder));
  const shared = hands === undefined ? fresh.shared : { ...fresh.shared, hands };
  const state = { ...fresh, shared, intent, savedProbes };
  return project === undefined ? state : stateWith(state, project);
}

function fixedOf({ infraImage, gateway, allowedSysctls, finishedBound }: Self): NonNullable<Answer['fixed']> {
  const servicesImage = gateway === undefined ? {} : { servicesImage: gateway.image };
  return { infraImage, ...servicesImage, allowSysctl: allowedSysctls, finishedBound };
}

async function checkOwnership(control: Control, lost: () => void): Promise<void> {
  if (!(await control.isOurs())) lost();
}

const overtaken = (project: string): string => `another podrun took over project ${project}; exiting`;
