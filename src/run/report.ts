/** What `up` and `down` say while they work: progress until all is well, then what happens, and the containers' logs. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { EngineAction } from '../core/runtime/action.ts';
import { isOnlyNumber } from '../core/pod/generation.ts';
import { failureText } from '../core/runtime/failure-text.ts';
import { kindOf, recordOf } from '../core/runtime/labels.ts';
import type { Leftover } from '../core/stopping/leftovers.ts';
import { surroundingsOf } from '../core/runtime/observed.ts';
import type { Planned } from '../core/state/planned.ts';
import { changedPods, containersOf } from '../core/state/pod-changes.ts';
import type { PodChange } from '../core/state/pod-changes.ts';
import { podKey, podLabel } from '../core/runtime/pod-ref.ts';
import { orphansOf } from '../core/step/reconcile.ts';
import type { EngineContainer } from '../core/runtime/snapshot.ts';
import type { Self } from '../core/state/self.ts';
import { livesOf, retriesIn } from '../core/state/state.ts';
import type { State } from '../core/state/state.ts';
import { ownPodList } from '../core/status/status.ts';
import { tell } from '../core/events/story.ts';
import type { Failed, Happening } from '../core/events/story.ts';
import type { Input, Step } from '../core/state/input.ts';
import type { Engine, LogLine } from '../engine/port.ts';
import { actionText, syncedText } from '../output/plan/action-text.ts';
import { bytesOf } from '../output/bytes.ts';
import { formatLog } from '../output/terminal/log-prefix.ts';
import { causeOf } from '../output/reasons/cause.ts';
import { causeText } from '../output/reasons/causes-text.ts';
import { makeStyle } from '../output/terminal/style.ts';
import { openConsole } from './console.ts';
import { followLogs } from './log-follower.ts';
import type { LogSource } from './log-follower.ts';
import { isDone, podLine } from './pod-lines.ts';
import type { LoadedProject } from './project-source.ts';
import type { Ending, SuperviseListener } from './supervise.ts';
import { hasColor } from './world.ts';
import type { World } from './world.ts';

/** How often the Pods are looked through for what to show, at the most. */
const drawEveryMs = 80;
/** After trouble all is well only when it has been so for this long: what crashes again and again runs for a moment. */
const steadyMs = 2_000;

export interface ReportOptions {
  readonly verb: 'up' | 'down';
  readonly self: Self;
  readonly color: boolean;
  readonly tellDiagnostics?: (loaded: LoadedProject) => void;
}

export interface Report {
  readonly listener: SuperviseListener;
  /** The Pods as another supervisor tells them. */
  pods(pods: readonly KubernetesPod[]): void;
  /** The last words; resolves when they and the last log lines are out. */
  end(ending: Ending): Promise<void>;
}

/** What is being brought about: the start, or an edit; undefined once it is, and only happenings are told. */
interface Work {
  readonly kind: 'start' | 'edit';
  readonly sinceMs: number;
  acted: boolean;
  /** It was told that not all is well. */
  troubled: boolean;
}

export function startReport(world: World, engine: Engine, options: ReportOptions): Report {
  const { self, verb } = options;
  const { clock } = world;
  const beganMs = clock.nowMs();
  const logStyle = makeStyle(hasColor(world, world.stdout, options.color));
  const style = makeStyle(hasColor(world, world.stderr, options.color));
  const out = openConsole(world, options.color);
  const logs = verb === 'up' ? followLogs(engine, clock, beganMs, printLog) : undefined;
  /** What was told of what fails, until it succeeds or the file is edited. */
  const told = new Map<string, { readonly message: string; readonly count: number }>();
  /** How images come along, by name. */
  const coming = new Map<string, string>();
  let work: Work | undefined = { kind: 'start', sinceMs: beganMs, acted: false, troubled: false };
  let width = 0;
  let drawnMs = -Infinity;
  let wellSinceMs: number | undefined;
  let cancelDraw = () => {};
  let last: Step | undefined;
  let toldOfStrangers = '';
  out.beginProgress();

  const say = (text: string) => out.note(`podrun: ${text}`);

  function printLog({ pod, container }: LogSource, line: LogLine): Promise<void> | undefined {
    width = Math.max(width, pod.length + container.length + 1);
    return out.log(formatLog({ pod, container, line, timestamps: false, prefix: 'pod', width, style: logStyle }));
  }

  function began(planned: Planned): void {
    if (work !== undefined && !isLook(planned.action)) work.acted = true;
    const news = out.inProgress ? undefined : newsOf(planned);
    if (news !== undefined) out.note(news);
  }

  function stepped(input: Input, before: State, after: Step): void {
    last = after;
    if (input.kind === 'looked' || changedPods(before, after.state).some(hasOtherLives))
      logs?.update(ownContainers(after.state));
    const succeeded = input.kind === 'outcome' && input.outcome.ok ? before.inFlight.get(input.target) : undefined;
    if (succeeded !== undefined) told.delete(failureKey(succeeded));
    if (succeeded?.action.verb === 'syncFiles' && !out.inProgress) tellSynced(succeeded, succeeded.action);
    for (const happening of tell(before, after.state, input)) tellHappening(happening);
    if (input.kind === 'looked' && verb === 'up') tellStrangers(after.state);
    if (work === undefined && !out.inProgress) return;
    cancelDraw();
    // Answers of many probes that come together are one picture.
    cancelDraw = clock.at(after.settled ? clock.nowMs() : Math.max(drawnMs + drawEveryMs, clock.nowMs()), draw);
  }

  function tellSynced({ pod, container = '', because }: Planned, action: SyncFiles): void {
    const about = pod === undefined ? container : `${podLabel(pod)}/${container}`;
    out.note(`${about}: synced ${syncedText(action)}: ${because.map((each) => causeOf(each).text ?? '').join('; ')}`);
  }

  function draw(): void {
    if (last === undefined) return;
    drawnMs = clock.nowMs();
    const pods = ownPodList(last.state, drawnMs);
    showPods(pods);
    if (last.state.intent.kind === 'up' && work !== undefined && isAtRest(last, work, pods, drawnMs))
      conclude(pods, work);
  }

  function showPods(pods: readonly KubernetesPod[]): void {
    const isDown = verb === 'down' || last?.state.intent.kind === 'down';
    const lines = pods.map((pod) => {
      const line = podLine(pod, clock.nowMs());
      const [detail] = (pod.spec?.containers ?? []).flatMap(({ image = '' }) => coming.get(image) ?? []);
      return detail === undefined || line.state !== 'waiting' ? line : { ...line, detail };
    });
    // That one is still Ready when its deletion begins is no news.
    const isTold = (index: number) => !isDown || pods[index]?.metadata?.deletionTimestamp !== undefined;
    const silent = lines.filter((_, index) => !isTold(index)).map(({ name }) => name);
    out.progress(
      lines.filter((_, index) => isTold(index)),
      new Set(silent),
    );
  }

  /** All is done, or what is not done is in trouble: the progress ends, and the words say which. */
  function conclude(pods: readonly KubernetesPod[], done: Work): void {
    const nowMs = clock.nowMs();
    const ready = pods.filter(isDone).length;
    if (ready < pods.length) wellSinceMs = undefined;
    if (pods.some((pod) => !isDone(pod) && podLine(pod, nowMs).state === 'waiting')) return;
    if (ready === pods.length && done.troubled) {
      wellSinceMs ??= nowMs;
      const steadyAtMs = wellSinceMs + steadyMs;
      if (nowMs < steadyAtMs) {
        cancelDraw = clock.at(steadyAtMs, draw);
        return;
      }
    }
    const words =
      ready < pods.length
        ? `${ready} of ${countPods(pods.length)} ready`
        : ready === 0
          ? 'no Pod to run yet'
          : ready === 1
            ? '1 Pod ready'
            : `all ${ready} Pods ready`;
    const tookMs = (wellSinceMs ?? nowMs) - done.sinceMs;
    wellSinceMs = undefined;
    const took = done.acted ? ` in ${(tookMs / 1000).toFixed(1)} s` : ', nothing to do';
    // What was in trouble may yet become ready: that is told as well.
    if (ready === pods.length) work = undefined;
    else if (out.inProgress || done.kind === 'edit') work = { ...done, kind: 'start', troubled: true };
    else return;
    out.endProgress();
    say(done.kind === 'edit' ? `reloaded: ${words}${took}` : `${words}${took}`);
  }

  function tellHappening({ level, about, text, failed }: Happening): void {
    const what = failed === undefined ? text : failedText(about, failed);
    const line = `${about === '' ? 'podrun' : about}: ${what}`;
    if (level === 'warning' && work !== undefined) work.troubled = true;
    if (level === 'warning') out.note(style.warn(line));
    else if (!out.inProgress) out.note(line);
  }

  function failedText(about: string, failed: Failed): string {
    if (failed.kind === 'hook') return oftenText(`${about} ${failed.what}`, failed.what, failed.message);
    const { planned, failure, again } = failed;
    return `${oftenText(failureKey(planned), actionText(planned), failureText(failure))}${again}`;
  }

  /** In full once, and again when it fails for another cause: a retry says nothing new, however long its words. */
  function oftenText(key: string, what: string, message: string): string {
    const before = told.get(key);
    const count = before?.message === message ? before.count + 1 : 1;
    told.set(key, { message, count });
    return count === 1 ? `${what} failed: ${message}` : `${what} failed as before, ${count} times`;
  }

  function tellDown(left: readonly Leftover[], stays: readonly string[]): void {
    for (const { name, failure } of left) say(`${name} cannot be removed: ${failure.message}`);
    if (stays.length > 0)
      return say(`project ${self.project} is down except for ${stays.join(', ')}, which podrun left alone`);
    say(
      left.length === 0
        ? `project ${self.project} is down`
        : `project ${self.project} is down except for that; run podrun down again`,
    );
  }

  /** Pods that the file does not name, and objects with our labels under another name: told once. */
  function tellStrangers(state: State): void {
    const {
      project,
      shared,
      self: { removeOrphans },
    } = state;
    const pods = livesOf(state);
    const { strangers } = surroundingsOf(state.rest, pods);
    const orphans = removeOrphans ? [] : orphansOf(pods, project, shared.known).map(podLabel);
    const lines = [
      ...(orphans.length === 0
        ? []
        : [`orphans, not in the file: ${orphans.join(', ')}; --remove-orphans deletes them`]),
      ...(strangers.length === 0 ? [] : [`not podrun’s although they carry its label: ${strangers.join(', ')}`]),
    ];
    if (lines.join('\n') !== toldOfStrangers) lines.forEach(say);
    toldOfStrangers = lines.join('\n');
  }

  const listener: SuperviseListener = {
    stepped,
    began,
    // With the container its log goes.
    awaited: ({ action }) => (action.verb === 'removeContainer' ? logs?.ended(action.id) : undefined),
    imageComing(image, { done, total, unit }) {
      const words =
        unit === 'bytes' ? `pulling ${image} ${bytesOf(done, total)}` : `building ${image} ${done}/${total}`;
      coming.set(image, words);
    },
    reloaded() {
      say('the file was edited');
      told.clear();
      work = { kind: 'edit', sinceMs: clock.nowMs(), acted: false, troubled: false };
    },
    reloadLosing: (lost) => say(`the file no longer names ${lost.join(', ')}: what it does not name is removed`),
    reloadUnchanged: () => say('the file was edited: nothing that matters has changed'),
    reloadRefused(loaded) {
      options.tellDiagnostics?.(loaded);
      say('invalid manifest; running Pods are unchanged until it is fixed');
    },
    filesProblem: say,
    takingDown(intent, by) {
      const grace = intent.graceSeconds === undefined ? '' : `, grace ${intent.graceSeconds} s`;
      if (intent.kill) logs?.hurry();
      if (intent.kill) say('killing what is left');
      else if (by === 'down') say(`taking project ${self.project} down${grace}, as podrun down asks`);
      else say(`taking project ${self.project} down${grace}; a second Ctrl-C kills at once`);
      work = undefined;
      out.beginProgress();
    },
  };

  return {
    listener,
    pods: showPods,
    async end(ending) {
      cancelDraw();
      if (ending.kind === 'down') out.progress([]);
      const cut = (await logs?.close()) ?? [];
      out.endProgress();
      for (const { pod, container } of cut)
        out.note(style.warn(`${pod}/${container}: the engine did not send the rest of its log`));
      if (ending.kind === 'down') tellDown(ending.left, ending.stays ?? []);
      if (ending.kind === 'finished') say('every Pod has finished');
      await out.flush();
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
 * Nothing is under way. What a start still wants waits out a back-off: that may last, and must not keep the logs back. But
 * where all are ready and nothing is to be tried again, one is about to be replaced.
 */
function isAtRest({ settled, state }: Step, work: Work, pods: readonly KubernetesPod[], nowMs: number): boolean {
  if (settled) return true;
  if (work.kind !== 'start' || state.inFlight.size > 0 || state.blind.size > 0) return false;
  return !pods.every(isDone) || retriesIn(state).some(({ untilMs }) => nowMs < untilMs);
}

/** Whose action it is: the next attempt is another container. */
const failureKey = (planned: Planned): string =>
  `${planned.pod === undefined ? '' : podKey(planned.pod)}/${planned.container ?? ''} ${actionText(planned)}`;

type SyncFiles = Extract<EngineAction, { verb: 'syncFiles' }>;

const looks: ReadonlySet<EngineAction['verb']> = new Set(['inspectImage', 'inspectBuild', 'readSynced']);
const isLook = ({ verb }: EngineAction): boolean => looks.has(verb);

const countPods = (count: number): string => `${count} Pod${count === 1 ? '' : 's'}`;

/** A line for an action that the user would want to know of, with its causes; undefined for book-keeping. */
function newsOf(planned: Planned): string | undefined {
  const { action, pod, because } = planned;
  const causes = because.length === 0 ? '' : `: ${because.map((each) => causeText(causeOf(each))).join('; ')}`;
  const about = pod === undefined ? 'podrun' : podLabel(pod);
  switch (action.verb) {
    case 'createContainer':
    case 'killContainer':
    case 'unpauseContainer':
    case 'updateContainer':
    case 'fillVolumes':
    case 'pullImage':
    case 'buildImage':
      return `${about}: ${actionText(planned)}${causes}`;
    case 'createVolume': {
      const record = recordOf(action.labels);
      if (kindOf(action.labels) === 'own') return undefined;
      if (record === undefined) return `${about}: ${actionText(planned)}${causes}`;
      if (record.deletion !== undefined) return `${about}: deleting the Pod${causes}`;
      // A container's edit is told with the container.
      if (isOnlyNumber(because)) return undefined;
      if (record.end !== undefined) return `${about}: finished, ${record.end.phase}${causes}`;
      return `${about}: updating in place${causes}`;
    }
    // The rest is book-keeping, or told when it is done.
    default:
      return undefined;
  }
}
