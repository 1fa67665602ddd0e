/** What `up` and `down` say while they work: how the Pods get on, what happens, and the containers' logs. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { podLabel } from '../../core/runtime/pod-ref.ts';
import type { Leftover } from '../../core/stopping/leftovers.ts';
import type { Planned } from '../../core/state/planned.ts';
import { changedPods, containersOf } from '../../core/state/pod-changes.ts';
import type { PodChange } from '../../core/state/pod-changes.ts';
import type { EngineContainer } from '../../core/runtime/snapshot.ts';
import type { Self } from '../../core/state/self.ts';
import { retriesIn } from '../../core/state/state.ts';
import type { State } from '../../core/state/state.ts';
import { ownPodList } from '../../core/status/status.ts';
import { tell } from '../../core/events/story.ts';
import type { Happening } from '../../core/events/story.ts';
import type { Input, Step } from '../../core/state/input.ts';
import type { Engine, LogLine } from '../../engine/port.ts';
import type { Project } from '../../model/project.ts';
import { spokenDuration } from '../../output/duration.ts';
import { formatLog } from '../../output/terminal/log-prefix.ts';
import type { Note, PodLine } from '../../output/terminal/progress.ts';
import { makeStyle } from '../../output/terminal/style.ts';
import { isUnderWay } from '../../output/terminal/rows.ts';
import { conclusion } from '../../output/terminal/summary.ts';
import { followLogs } from '../log-follower.ts';
import type { LogSource } from '../log-follower.ts';
import type { LoadedProject } from '../project-source.ts';
import type { Ending } from '../ending.ts';
import type { SuperviseListener } from '../supervise.ts';
import { hasColor } from '../world.ts';
import type { World } from '../world.ts';
import { openConsole } from './console.ts';
import type { ProgressMode } from './console.ts';
import { heldBack } from './held-back.ts';
import { rememberFailures } from './failures.ts';
import { makeImageNews } from './image-news.ts';
import { isLook, newsOf, syncedNews } from './news.ts';
import { heldUnits } from '../../core/admission/hold.ts';
import { isHeldDown } from '../../output/tables/pod-summary.ts';
import { isDone, podLine } from './pod-lines.ts';
import { strangerLines } from './strangers.ts';

/** How often the Pods are looked through for what to show, at the most. */
const drawEveryMs = 80;
/** After trouble all is well only when it has been so for this long: what crashes again and again runs for a moment. */
const steadyMs = 2_000;
/** Where there are no rows, what is not ready is named after so long, and again each time that twice as long has passed. */
const firstReminderMs = 30_000;

export interface ReportOptions {
  readonly verb: 'up' | 'down';
  readonly self: Self;
  readonly color: boolean;
  readonly progress: ProgressMode;
  /** `podrun`, with the options that lead to this project from here. */
  readonly podrun: string;
  /** The containers' logs are printed; unset: where Pods are brought up. */
  readonly logs?: boolean;
  /** The Pods that alone are taken down; none: all. */
  readonly names?: readonly string[];
  /** What is wrong with the file, in lines. */
  readonly diagnostics?: (loaded: LoadedProject) => string;
}

export interface Report {
  readonly listener: SuperviseListener;
  /** The Pods as another supervisor tells them. */
  pods(pods: readonly KubernetesPod[]): void;
  /** What another supervisor tells of each Pod. */
  lines(pods: readonly PodLine[]): void;
  /** Lines that stand for themselves, above the rows. */
  tell(text: string): void;
  /** Takes the rows away; resolves when all is written. */
  close(): Promise<void>;
  /** The same, with the last words about what another supervisor did. */
  done(text: string, level: Note['level']): Promise<void>;
  /** The last words; resolves when they and the last log lines are out. */
  end(ending: Ending): Promise<void>;
}

/** What is being brought about: the start, or an edit; undefined once it is, and only happenings are told. */
interface Work {
  readonly kind: 'start' | 'edit';
  /** What goes before its conclusion. */
  readonly words?: string;
  readonly sinceMs: number;
  acted: boolean;
  /** It was told that not all is well. */
  troubled: boolean;
}

export function startReport(world: World, engine: Engine, options: ReportOptions): Report {
  const { self, verb, podrun } = options;
  const { clock } = world;
  const beganMs = clock.nowMs();
  const logStyle = makeStyle(hasColor(world, world.stdout, options.color));
  const out = openConsole(world, options.progress, options.color);
  const logs = (options.logs ?? verb === 'up') ? followLogs(engine, clock, beganMs, printLog) : undefined;
  const failures = rememberFailures();
  const images = makeImageNews(clock, out.isLive ? undefined : (note) => out.note(note));
  let work: Work | undefined = { kind: 'start', sinceMs: beganMs, acted: false, troubled: false };
  /** All Pods are shown as they come along, or go; else what happens is told. */
  let listing = true;
  let downSinceMs = verb === 'down' ? beganMs : undefined;
  let width = 0;
  let drawnMs = -Infinity;
  let wellSinceMs: number | undefined;
  let cancelDraw = () => {};
  let cancelReminder = () => {};
  let last: Step | undefined;
  let toldOfStrangers = '';
  let lines: readonly PodLine[] = [];
  if (verb === 'up' && !out.isLive) remind(firstReminderMs);

  const say = (text: string, level: Note['level'] = 'normal') => out.note({ level, about: 'podrun', text });
  /** The rows or the lines of the Pods say enough. */
  const isQuiet = () => listing && work?.kind !== 'edit';

  function printLog({ pod, container }: LogSource, line: LogLine): Promise<void> | undefined {
    width = Math.max(width, pod.length + container.length + 1);
    return out.log(formatLog({ pod, container, line, timestamps: false, prefix: 'pod', width, style: logStyle }));
  }

  function began(planned: Planned): void {
    if (work !== undefined && !isLook(planned.action)) work.acted = true;
    const news = isQuiet() || images.isPulledAgain(planned) ? undefined : newsOf(planned);
    if (news !== undefined) out.note(news);
    images.began(planned, news !== undefined);
  }

  function stepped(input: Input, before: State, after: Step): void {
    last = after;
    if (input.kind === 'looked' || changedPods(before, after.state).some(hasOtherLives))
      logs?.update(ownContainers(after.state));
    const ended = input.kind === 'outcome' ? before.inFlight.get(input.target) : undefined;
    if (input.kind === 'outcome' && ended !== undefined) tellEnded(ended, input.outcome.ok);
    for (const happening of tell(before, after.state, input)) tellHappening(happening);
    if (input.kind === 'looked' && verb === 'up') tellStrangers(after.state);
    if (work === undefined && !listing && !out.isLive) return;
    cancelDraw();
    // Answers of many probes that come together are one picture.
    cancelDraw = clock.at(after.settled ? clock.nowMs() : Math.max(drawnMs + drawEveryMs, clock.nowMs()), draw);
  }

  function tellEnded(planned: Planned, isOk: boolean): void {
    images.ended(planned, isOk);
    if (!isOk) return;
    failures.forget(planned);
    const synced = isQuiet() ? undefined : syncedNews(planned);
    if (synced !== undefined) out.note(synced);
  }

  function draw(): void {
    if (last === undefined) return;
    drawnMs = clock.nowMs();
    const pods = ownPodList(last.state, drawnMs).filter((pod) => !isHeldDown(pod));
    showPods(pods);
    if (last.state.intent.kind === 'up' && work !== undefined && isAtRest(last, work, pods, drawnMs))
      conclude(pods, work, heldUnits(last.state));
  }

  function podLines(pods: readonly KubernetesPod[]): readonly PodLine[] {
    const view = { ...(last === undefined ? {} : { state: last.state }), coming: images.coming };
    return pods.map((pod) => podLine(view, pod, clock.nowMs()));
  }

  function showPods(pods: readonly KubernetesPod[]): void {
    const isDown = downSinceMs !== undefined;
    lines = podLines(pods);
    // That one is still Ready when its deletion begins is no news.
    const isTold = (index: number) => !isDown || pods[index]?.metadata?.deletionTimestamp !== undefined;
    showLines(
      lines.filter((_, index) => isTold(index)),
      lines.filter((_, index) => !isTold(index)),
    );
  }

  function showLines(pods: readonly PodLine[], silent: readonly PodLine[] = []): void {
    const sinceMs = downSinceMs ?? work?.sinceMs ?? beganMs;
    const kind = downSinceMs === undefined ? 'up' : 'down';
    out.show({ pods, silent: new Set(silent.map(({ name }) => name)), work: { kind, sinceMs }, all: listing, podrun });
  }

  /** All is done, or what is not done is in trouble: the list of all Pods ends, and the words say which. */
  function conclude(pods: readonly KubernetesPod[], done: Work, held: readonly string[]): void {
    const nowMs = clock.nowMs();
    const ready = pods.filter(isDone).length;
    if (ready < pods.length) wellSinceMs = undefined;
    if (lines.some(({ state }) => state === 'waiting')) return;
    if (ready === pods.length && done.troubled) {
      wellSinceMs ??= nowMs;
      const steadyAtMs = wellSinceMs + steadyMs;
      if (nowMs < steadyAtMs) {
        cancelDraw = clock.at(steadyAtMs, draw);
        return;
      }
    }
    const tookMs = (wellSinceMs ?? nowMs) - done.sinceMs;
    wellSinceMs = undefined;
    const took = done.acted ? ` in ${(tookMs / 1000).toFixed(1)} s` : ', nothing to do';
    // What was in trouble may yet become ready: that is told as well.
    if (ready === pods.length) work = undefined;
    else if (listing || done.kind === 'edit') work = { ...done, kind: 'start', troubled: true };
    else return;
    listing = false;
    cancelReminder();
    showLines(lines);
    const shown = out.isLive ? lines.filter(isUnderWay) : [];
    const level = ready === pods.length ? 'good' : 'warning';
    const down = held.length === 0 ? '' : `; held down: ${held.join(', ')} (${podrun} up ${held[0]} brings it back)`;
    say(`${done.words ?? ''}${conclusion(lines, took, nowMs, podrun, shown)}${down}`, level);
  }

  /** @param afterMs since the work began */
  function remind(afterMs: number): void {
    cancelReminder = clock.at((work?.sinceMs ?? beganMs) + afterMs, () => {
      if (work === undefined || lines.every(({ state }) => state === 'ok')) return;
      say(conclusion(lines, ` after ${spokenDuration(afterMs)}`, clock.nowMs(), podrun));
      remind(2 * afterMs);
    });
  }

  function tellHappening({ level, about, text, failed }: Happening): void {
    if (level === 'warning' && work !== undefined) work.troubled = true;
    if (level !== 'warning' && isQuiet()) return;
    const what = failed === undefined ? text : failures.textOf(about, failed);
    out.note({ level, about: about === '' ? 'podrun' : about, text: what });
  }

  function tellDown(left: readonly Leftover[], stays: readonly string[]): void {
    for (const { name, failure } of left) say(`${name} cannot be removed: ${failure.message}`, 'warning');
    const { names = [] } = options;
    if (names.length > 0 && left.length === 0)
      return say(`${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} down`, 'good');
    if (stays.length > 0)
      return say(`project ${self.project} is down except for ${stays.join(', ')}, which podrun left alone`);
    if (left.length === 0) say(`project ${self.project} is down`, 'good');
    else say(`project ${self.project} is down except for that; run podrun down again`, 'warning');
  }

  /** Once. */
  function tellStrangers(state: State): void {
    const found = strangerLines(state);
    if (found.join('\n') !== toldOfStrangers) for (const line of found) say(line, 'warning');
    toldOfStrangers = found.join('\n');
  }

  function tellHeldBack({ workloads = [] }: Project): void {
    const pods = last === undefined ? [] : ownPodList(last.state, clock.nowMs());
    for (const { metadata } of heldBack(workloads, pods)) {
      const { name = '', namespace = 'default' } = metadata ?? {};
      const words = `${name}${namespace === 'default' ? '' : ` -n ${namespace}`}`;
      const text = `keeps its old template until it is Ready; ${podrun} delete ${words} makes it anew at once`;
      out.note({ level: 'warning', about: podLabel({ name, namespace }), text });
    }
  }

  function close(): void {
    cancelDraw();
    cancelReminder();
    images.close();
  }

  async function closeAll(): Promise<void> {
    close();
    await logs?.close();
    await out.end();
  }

  const listener: SuperviseListener = {
    podLines: (pods) => podLines(pods.filter((pod) => !isHeldDown(pod))),
    stepped,
    began,
    // With the container its log goes.
    awaited: ({ action }) => (action.verb === 'removeContainer' ? logs?.ended(action.id) : undefined),
    imageComing: (image, progress) => images.progressed(image, progress),
    reloaded(project, _loaded, asked) {
      say(asked.length === 0 ? 'the file was edited' : `podrun up asks for ${asked.join(', ')} as well`);
      tellHeldBack(project);
      failures.forgetAll();
      work = { kind: 'edit', words: 'reloaded: ', sinceMs: clock.nowMs(), acted: false, troubled: false };
    },
    named(what, names) {
      const list = names.join(', ');
      say(what === 'hold' ? `holding ${list} down, as podrun down asks` : `bringing ${list} up, as podrun up asks`);
      listing = false;
      work = { kind: 'edit', sinceMs: clock.nowMs(), acted: false, troubled: false };
    },
    reloadLosing: (lost) => say(`the file no longer names ${lost.join(', ')}: what it does not name is removed`),
    reloadUnchanged: () => say('the file was edited: nothing that matters has changed'),
    reloadRefused(loaded) {
      const text = options.diagnostics?.(loaded).trimEnd() ?? '';
      if (text !== '') out.note({ level: 'warning', about: '', text });
      say('invalid manifest; running Pods are unchanged until it is fixed', 'warning');
    },
    filesProblem: (text) => say(text, 'warning'),
    noted: (text) => say(text, 'warning'),
    takingDown(intent, by) {
      const grace = intent.graceSeconds === undefined ? '' : `, grace ${intent.graceSeconds} s`;
      if (intent.kill) logs?.hurry();
      if (intent.kill) say('killing what is left', 'warning');
      else if (by === 'self') say(`taking project ${self.project} down${grace}`);
      else if (by === 'down') say(`taking project ${self.project} down${grace}, as podrun down asks`);
      else if (typeof by === 'object') say(`${by.why}: taking project ${self.project} down`);
      else say(`taking project ${self.project} down${grace}; a second Ctrl-C kills at once`);
      work = undefined;
      listing = true;
      downSinceMs ??= clock.nowMs();
      cancelReminder();
    },
  };

  return {
    listener,
    pods: showPods,
    lines(pods) {
      lines = pods;
      showLines(pods);
    },
    tell: (text) => out.note({ level: 'warning', about: '', text }),
    close: closeAll,
    async done(text, level) {
      await closeAll();
      say(text, level);
    },
    async end(ending) {
      close();
      if (ending.kind === 'down') showLines([]);
      const cut = (await logs?.close()) ?? [];
      await out.end();
      for (const { pod, container } of cut) {
        const text = 'the engine did not send the rest of its log';
        out.note({ level: 'warning', about: `${pod}/${container}`, text });
      }
      if (ending.kind === 'down') tellDown(ending.left, ending.stays ?? []);
      if (ending.kind === 'finished') say('every Pod has finished');
    },
  };
}

/** Pods that are left alone are not this podrun's to tell of. */
function ownContainers({ pods, project }: State): readonly EngineContainer[] {
  const apart = new Set(project?.apart);
  return pods.list.filter(({ key }) => !apart.has(key)).flatMap(containersOf);
}

const hasOtherLives = ({ before, after }: PodChange): boolean => before?.lives !== after?.lives;

/**
 * Nothing is under way. What a start still wants waits out a back-off: that may last, and is a conclusion too. But where
 * all are ready and nothing is to be tried again, one is about to be replaced.
 */
function isAtRest({ settled, state }: Step, work: Work, pods: readonly KubernetesPod[], nowMs: number): boolean {
  if (settled) return true;
  if (work.kind !== 'start' || state.inFlight.size > 0 || state.blind.size > 0) return false;
  return !pods.every(isDone) || retriesIn(state).some(({ untilMs }) => nowMs < untilMs);
}
