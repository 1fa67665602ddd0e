/** What `up` and `down` say while they work: progress until all is well, then what happens, and the containers' logs. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { Planned } from '../core/planner.ts';
import { podLabel } from '../core/pod-ref.ts';
import { orphansOf } from '../core/reconcile.ts';
import { observe } from '../core/observed.ts';
import type { Self, State } from '../core/state.ts';
import { podList } from '../core/status.ts';
import { tell } from '../core/story.ts';
import type { Happening } from '../core/story.ts';
import type { Input, Step } from '../core/supervisor.ts';
import type { Engine, LogLine } from '../engine/port.ts';
import { actionText } from '../output/action-text.ts';
import { bytesOf } from '../output/bytes.ts';
import { formatLog } from '../output/log-prefix.ts';
import { causeText } from '../output/plan.ts';
import { makeProgress } from '../output/progress.ts';
import type { Progress } from '../output/progress.ts';
import { makeStyle } from '../output/style.ts';
import { followLogs } from './log-follower.ts';
import type { LogFollower, LogSource } from './log-follower.ts';
import { isDone, podLine } from './pod-lines.ts';
import type { LoadedProject } from './project-source.ts';
import type { Ending, SuperviseListener } from './supervise.ts';
import { hasColor, isInteractive } from './world.ts';
import type { World } from './world.ts';

/** How often the progress is drawn anew at the most. */
const drawEveryMs = 80;

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
  /** The last words; resolves when the last log lines are out. */
  end(ending: Ending): Promise<void>;
}

export function startReport(world: World, engine: Engine, options: ReportOptions): Report {
  const { self, verb } = options;
  const { clock } = world;
  const beganMs = clock.nowMs();
  const style = makeStyle(hasColor(world, world.stdout, options.color));
  const pulls = new Map<string, string>();
  const heldLogs: string[] = [];
  let progress: Progress | undefined = openProgress();
  /** When what is under way began: the start, or the last edit. */
  let sinceMs = beganMs;
  let acted = false;
  let reloading = false;
  let announced = '';
  let width = 0;
  let drawnMs = -Infinity;
  let cancelDraw = () => {};
  const logs: LogFollower | undefined = verb === 'up' ? followLogs(engine, clock, beganMs, printLog) : undefined;
  let state: State | undefined;
  let told = '';

  function openProgress(): Progress {
    return makeProgress(world.stderr, {
      interactive: isInteractive(world, world.stderr),
      color: hasColor(world, world.stderr, options.color),
    });
  }

  function note(text: string): void {
    if (progress === undefined) world.stderr.write(`${text}\n`);
    else progress.note(text);
  }

  function say(text: string): void {
    note(`podrun: ${text}`);
  }

  function printLog({ pod, container }: LogSource, line: LogLine): void {
    width = Math.max(width, pod.length + container.length + 1);
    const text = formatLog({ pod, container, line, timestamps: false, prefix: 'pod', width, style });
    if (progress !== undefined && isInteractive(world, world.stderr)) heldLogs.push(text);
    else world.stdout.write(`${text}\n`);
  }

  function closeProgress(): void {
    cancelDraw();
    void progress?.end();
    progress = undefined;
    for (const text of heldLogs.splice(0)) world.stdout.write(`${text}\n`);
  }

  function began(planned: Planned): void {
    if (planned.action.verb !== 'inspectImage') acted = true;
    if (progress === undefined && isNews(planned)) note(`${aboutOf(planned)}: ${actionText(planned)}${causesOf(planned)}`);
  }

  function stepped(input: Input, before: State, after: Step): void {
    state = after.state;
    logs?.update(state.snapshot);
    for (const happening of tell(before, state, input)) tellHappening(happening);
    if (input.kind === 'looked' && verb === 'up') tellStrangers(state);
    if (progress === undefined && !reloading) return;
    if (after.settled) draw(true);
    else if (clock.nowMs() - drawnMs >= drawEveryMs) draw(false);
    else {
      cancelDraw();
      cancelDraw = clock.at(drawnMs + drawEveryMs, () => draw(after.settled));
    }
  }

  function draw(settled: boolean): void {
    if (state === undefined) return;
    const nowMs = clock.nowMs();
    drawnMs = nowMs;
    const pods = podList(state, engine.info, nowMs);
    showPods(pods, nowMs);
    if (state.intent.kind === 'up' && settled) conclude(pods, nowMs);
  }

  function showPods(pods: readonly KubernetesPod[], nowMs: number): void {
    progress?.update(
      pods.map((pod) => {
        const line = podLine(pod, nowMs);
        const images = (pod.spec?.containers ?? []).flatMap(({ image }) => (image !== undefined && pulls.has(image) ? [`pulling ${image} ${pulls.get(image) ?? ''}`] : []));
        return images[0] === undefined || line.state === 'ok' ? line : { ...line, detail: images[0] };
      }),
    );
  }

  /** All is done, or what is not done is in trouble: the progress ends, and the words say which. */
  function conclude(pods: readonly KubernetesPod[], nowMs: number): void {
    const lines = pods.map((pod) => podLine(pod, nowMs));
    const waiting = pods.filter((pod, i) => !isDone(pod) && lines[i]?.state !== 'failed');
    if (waiting.length > 0) return;
    const ready = pods.filter(isDone).length;
    const words = ready === pods.length ? allReady(pods.length) : `${ready} of ${pods.length} Pods ready`;
    const took = acted ? ` in ${((nowMs - sinceMs) / 1000).toFixed(1)} s` : ', nothing to do';
    const text = reloading ? `reloaded: ${words}${took}` : `${words}${took}`;
    const wasReloading = reloading;
    reloading = false;
    closeProgress();
    if (wasReloading || text !== announced) say(text);
    announced = text;
  }

  function tellHappening({ level, about, text, failed }: Happening): void {
    const what = failed === undefined ? text : `${actionText(failed.planned)} failed: ${text}`;
    const line = about === '' ? `podrun: ${what}` : `${about}: ${what}`;
    if (level === 'warning' || progress === undefined) note(level === 'warning' ? style.warn(line) : line);
  }

  /** Pods that the file does not name, and objects with our labels under another name: told once. */
  function tellStrangers({ snapshot, project, memory, self: { removeOrphans } }: State): void {
    const observed = observe(snapshot);
    const orphans = removeOrphans ? [] : orphansOf(observed, project, memory.known).map(podLabel);
    const text = [
      ...(orphans.length === 0 ? [] : [`orphans, not in the file: ${orphans.join(', ')}; --remove-orphans deletes them`]),
      ...(observed.strangers.length === 0 ? [] : [`not podrun’s although they carry its label: ${observed.strangers.join(', ')}`]),
    ].join('\n');
    if (text !== '' && text !== told) for (const line of text.split('\n')) say(line);
    told = text;
  }

  const listener: SuperviseListener = {
    stepped,
    began,
    pulling(image, { currentBytes, totalBytes }) {
      pulls.set(image, bytesOf(currentBytes, totalBytes));
    },
    reloaded() {
      say('the file was edited');
      reloading = true;
      acted = false;
      sinceMs = clock.nowMs();
    },
    reloadUnchanged: () => say('the file was edited: nothing that matters has changed'),
    reloadRefused(loaded) {
      options.tellDiagnostics?.(loaded);
      say('the file is not valid: nothing is changed until it is mended');
    },
    takingDown(intent, by) {
      const grace = intent.graceSeconds === undefined ? '' : `, grace ${intent.graceSeconds} s`;
      closeProgress();
      progress = openProgress();
      if (intent.kill) say('killing what is left');
      else if (by === 'down') say(`taking project ${self.project} down${grace}, as podrun down asks`);
      else say(`taking project ${self.project} down${grace}; a second Ctrl-C kills at once`);
    },
  };

  return {
    listener,
    pods: (pods) => showPods(pods, clock.nowMs()),
    async end(ending) {
      if (ending.kind === 'down') progress?.update([]);
      await logs?.close();
      closeProgress();
      if (ending.kind === 'down') say(`project ${self.project} is down`);
      if (ending.kind === 'finished') say('every Pod has finished');
    },
  };
}

const allReady = (count: number): string => (count === 1 ? 'all 1 Pod ready' : `all ${count} Pods ready`);

/** Book-keeping is not told; what starts, stops or changes is. */
function isNews({ action }: Planned): boolean {
  switch (action.verb) {
    case 'createContainer':
    case 'killContainer':
    case 'unpauseContainer':
    case 'pullImage':
      return true;
    case 'createVolume':
      return true;
    case 'startContainer':
    case 'removeContainer':
    case 'removeVolume':
    case 'createNetwork':
    case 'removeNetwork':
    case 'inspectImage':
    case 'prepareHostPath':
    case 'prepareVolumes':
      return false;
  }
}

function aboutOf({ pod }: Planned): string {
  return pod === undefined ? 'podrun' : podLabel(pod);
}

function causesOf({ because }: Planned): string {
  return because.length === 0 ? '' : ` (${because.map(causeText).join('; ')})`;
}
