/** One run of a schedule: the faults, then quiet, then all must be as the file says; then down, and nothing may be left. */
import { allMemory } from '../core/memory.ts';
import { admission } from '../core/launch.ts';
import type { DeleteCommand, RestartCommand } from '../../src/core/pod/command.ts';
import { allContainers } from '../../src/core/runtime/facts.ts';
import type { Intent } from '../../src/core/state/self.ts';
import { step } from '../../src/core/step/supervisor.ts';
import type { Input, Step } from '../../src/core/state/input.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { Project } from '../../src/model/project.ts';
import { edit } from './edit.ts';
import { makeEngine, snapshotOf } from './engine.ts';
import type { SimEngine } from './engine.ts';
import { whyNotDown, whyNotUp } from './expected.ts';
import { disturb } from './disturb.ts';
import { checkEqual } from './rules/equal-rule.ts';
import { editDisk, filesOf, restartsOf, whyNotSynced } from './disk.ts';
import { act } from './hand.ts';
import { checkMemory } from './rules/memory-rule.ts';
import { livesOf, retriesIn } from '../../src/core/state/state.ts';
import { podKey } from '../../src/core/runtime/pod-ref.ts';
import { gate, makeProject } from './project.ts';
import { makeRandom } from './random.ts';
import { makeSafety, Violation } from './safety.ts';
import type { Fault, Schedule } from './schedule.ts';
import { makeShell, offsetMs } from './shell.ts';
import type { Shell, Sim, Weather } from './shell.ts';
import { makeTimeline } from './timeline.ts';
import { causeOf } from '../../src/output/reasons/cause.ts';

/** The longest back-off, twice: for a pull and then a crash; and the longest grace beside them. */
const quietWithinMs = 700_000;

type Command = RestartCommand | DeleteCommand;

export interface Report {
  readonly steps: number;
  readonly calls: number;
  readonly virtualMs: number;
}

/** @param tell is given a line for each input, action and change, for a failure's story */
export function simulate(schedule: Schedule, tell?: (line: string) => void): Report {
  const timeline = makeTimeline();
  const random = makeRandom(schedule.seed);
  const weather: Weather = { calls: [], hints: 'well', stale: false, halfSeen: false };
  const counts = { steps: 0, calls: 0 };
  const original = makeProject(schedule.pods, schedule.waits);
  let file = original;
  let shell: Shell | undefined;
  let lives = 0;
  let fresh = 2;
  let judgedAtStep = 0;
  let intent: Intent = { kind: 'up' };
  const undo: (() => void)[] = [];

  const nowMs = () => engine.nowMs() + offsetMs;
  const say = (text: string) => tell?.(`${(timeline.nowMs() / 1000).toFixed(3)} ${text}`);
  const engine: SimEngine = makeEngine(
    timeline,
    random,
    schedule.scripts,
    () => shell?.hint(),
    (happening) => {
      say(
        `    ${happening.container.name} ${happening.kind}${'signal' in happening ? ` ${happening.signal}` : ''} by ${happening.by}`,
      );
      safety.onHappening(happening);
    },
  );
  const safety = makeSafety({ engine, nowMs, podrun: () => String(lives) });
  const sim: Sim = {
    engine,
    random,
    weather,
    onStep: (before, input, after, atMs) => {
      counts.steps += 1;
      if (tell !== undefined) sayStep(say, input, after);
      counts.calls += after.effects.filter(({ kind }) => kind === 'perform').length;
      safety.onStep(before, input, after, atMs);
      // Each costs a step over all Pods.
      if (counts.steps % 4 === 0) checkEqual(before, input, after, atMs);
    },
  };
  const begin = (): void => {
    lives += 1;
    safety.onFile(file);
    const { removeOrphans } = schedule;
    const self = {
      ...admission,
      project: 'shop',
      dir: '/home/me/shop',
      infraImage: 'infra:1',
      takeOver: false,
      removeOrphans,
      timeZone: 'UTC',
      limits: { calls: 8, pulls: 2 },
    };
    shell = makeShell(sim, { ...self, startedAtMs: nowMs(), id: `podrun${lives}` }, file);
    shell.feed({ kind: 'intent', intent });
  };
  const change = (kind: Parameters<typeof edit>[2], pick: number): void => {
    file = edit(original, file, kind, pick, (fresh += 1));
    safety.onFile(file);
  };

  function befall(fault: Fault): void {
    say(`! ${JSON.stringify(fault)}`);
    switch (fault.kind) {
      case 'hand': {
        const back = act(engine, fault.act, fault.pick);
        if (back !== undefined) undo.push(back);
        return;
      }
      case 'edit':
        change(fault.edit, fault.pick);
        shell?.feed({ kind: 'project', project: file });
        return;
      case 'crash':
        shell?.die();
        safety.holds.onDeath();
        if (fault.edit !== undefined) change(fault.edit, fault.pick);
        lives += 1;
        return timeline.after(fault.forMs, () => {
          shell?.die();
          safety.holds.onDeath();
          begin();
        });
      case 'files': {
        const restarted = editDisk(engine.disk, fault.pick, (fresh += 1)) ? file.pods.flatMap(restartsOf) : [];
        for (const command of restarted) safety.onCommand(command);
        shell?.feed({ kind: 'files', files: filesOf(engine.disk) });
        return;
      }
      case 'condition': {
        const pod = file.pods[fault.pick % Math.max(1, file.pods.length)];
        if (pod === undefined) return;
        const condition = { status: fault.status, atMs: nowMs() };
        shell?.feed({ kind: 'condition', pod: podKey(pod.metadata), type: gate, condition });
        return;
      }
      case 'restart':
      case 'delete': {
        const pod = file.pods[fault.pick % Math.max(1, file.pods.length)];
        const command = pod && commandOf(fault, pod);
        if (command === undefined) return;
        safety.onCommand(command);
        shell?.feed(command);
        return;
      }
      case 'hold':
      case 'release': {
        const pod = file.pods[fault.pick % Math.max(1, file.pods.length)];
        if (pod === undefined || shell === undefined || !shell.alive()) return;
        const key = podKey(pod.metadata);
        const grace = 'graceSeconds' in fault ? { graceSeconds: fault.graceSeconds } : {};
        const command = { kind: fault.kind, units: [key], ...grace };
        if (fault.kind === 'hold') safety.onCommand({ kind: 'delete', pod: key, ...grace });
        safety.holds.onCommand(command);
        shell.feed(command);
        return;
      }
      case 'down': {
        const kill = fault.kill || (intent.kind === 'down' && intent.kill);
        intent = {
          kind: 'down',
          volumes: fault.volumes,
          kill,
          ...(fault.graceSeconds === undefined ? {} : { graceSeconds: fault.graceSeconds }),
        };
        shell?.feed({ kind: 'intent', intent });
        return;
      }
      case 'call':
      case 'engineGone':
      case 'noSpace':
      case 'registryDown':
      case 'staleLooks':
      case 'halfSeen':
      case 'hints':
      case 'imageMissing':
      case 'portTaken':
      case 'nameTaken':
      case 'clockJump':
        return disturb(engine, weather, fault, imagesOf(file));
    }
  }

  function whyNot(): string | undefined {
    if (intent.kind === 'down') return whyNotDown(engine, 'shop', intent.volumes);
    const known = shell?.state().shared.known;
    const why = whyNotUp(
      engine,
      file,
      (key) => !schedule.removeOrphans && !known?.has(key),
      (container, policy) => safety.isFollowed(container, policy),
      (infraId, name) => safety.noteOnceStarted(infraId, name),
      (uid) => safety.bornAtMs(uid),
      (pod) => safety.holds.isDown(pod) || (shell !== undefined && safety.isHeld(shell.state(), pod, nowMs())),
    );
    return (
      why ??
      safety.holds.whyNot(file) ??
      whyNotSynced(engine, file) ??
      (shell === undefined ? undefined : (whyNotConditions(shell) ?? whyNotCommands(shell)))
    );
  }

  /** Settled, as it should be, and one more look and step does nothing. */
  function isQuiet(): boolean {
    if (counts.steps === judgedAtStep) return false;
    judgedAtStep = counts.steps;
    if (shell === undefined) return false;
    if (!shell.last().settled && !(intent.kind === 'up' && waitsForInit(shell))) return false;
    if (whyNot() !== undefined) return false;
    const state = shell.state();
    const looked = {
      kind: 'looked',
      snapshot: snapshotOf(engine, 'shop', offsetMs),
      sinceOutcome: state.outcomes,
    } as const;
    return step(state, looked, nowMs()).effects.length === 0;
  }

  function settle(): void {
    if (timeline.run(timeline.nowMs() + quietWithinMs, isQuiet)) return;
    throw new Violation(`not settled: ${whyNot() ?? 'all is as it should be'}; ${describe(shell)}`);
  }

  if (schedule.imagesThere) for (const image of imagesOf(file)) engine.images.add(image);
  begin();
  for (const fault of schedule.faults) timeline.after(fault.atMs, () => befall(fault));
  const overAtMs = Math.max(0, ...schedule.faults.map((fault) => fault.atMs + ('forMs' in fault ? fault.forMs : 0)));
  timeline.run(overAtMs + 1, () => false);
  weather.calls.length = 0;
  for (const back of undo) back();
  settle();
  checkMemory(shell?.state(), file, fresh);
  if (intent.kind === 'up') {
    intent = { kind: 'down', ...schedule.end };
    say(`! ${JSON.stringify(intent)}`);
    shell?.feed({ kind: 'intent', intent });
    settle();
  }
  return { ...counts, virtualMs: timeline.nowMs() };
}

/** An init container or a sidecar waits for its back-off: nothing is under way, and the Pod is not up. */
function waitsForInit(shell: Shell): boolean {
  const { inFlight, blind } = shell.state();
  return inFlight.size === 0 && blind.size === 0 && [...allMemory(shell.state()).applied.values()].some(hasInit);
}

const hasInit = (pod: Pod): boolean => pod.spec.initContainers.length > 0;

/** A condition that was set by hand is in the record of a Pod that is there. */
function whyNotConditions(shell: Shell): string | undefined {
  const named = shell
    .state()
    .pods.list.find(
      ({ desired, lives, memory }) =>
        desired !== undefined && memory.conditions.size > 0 && lives.some(({ infras }) => infras.length > 0),
    );
  return named && `a condition of ${named.key} is not recorded`;
}

/** What a command asked for is done, or written down to be done. */
function whyNotCommands(shell: Shell): string | undefined {
  const memory = allMemory(shell.state());
  for (const { key, uid, infras } of livesOf(shell.state())) {
    if (memory.deletions.has(uid)) return `the deletion of ${key} is not done`;
    if (memory.restarts.has(uid) && infras.length > 0) return `a restart in ${key} is not recorded`;
  }
  return undefined;
}

function commandOf(fault: Extract<Fault, { kind: 'restart' | 'delete' }>, { metadata, spec }: Pod): Command {
  const pod = podKey(metadata);
  if (fault.kind === 'delete')
    return { kind: 'delete', pod, ...(fault.graceSeconds === undefined ? {} : { graceSeconds: fault.graceSeconds }) };
  const names = allContainers(spec).map(({ name }) => name);
  const container = fault.containerPick === undefined ? undefined : names[fault.containerPick % names.length];
  return { kind: 'restart', pod, ...(container === undefined ? {} : { container }) };
}

function imagesOf(project: Project): string[] {
  return project.pods.flatMap((pod) => allContainers(pod.spec).map(({ image }) => image));
}

function describe(shell: Shell | undefined): string {
  if (shell === undefined) return 'no podrun';
  const { inFlight, blind, engine } = shell.state();
  const retries = retriesIn(shell.state()).map(
    ({ verb, target, failure, count }) => `${verb} ${target} ${failure.kind} x${count}`,
  );
  return JSON.stringify({
    settled: shell.last().settled,
    inFlight: [...inFlight.keys()],
    blind: [...blind.keys()],
    engine: engine.answers,
    retries,
  });
}

function sayStep(say: (text: string) => unknown, input: Input, after: Step): void {
  const outcome =
    input.kind === 'outcome'
      ? ` ${input.target} ${input.outcome.ok ? 'ok' : `${input.outcome.failure.kind}: ${input.outcome.failure.message}`}`
      : '';
  if (input.kind !== 'looked' || after.effects.length > 0)
    say(`  < ${input.kind}${outcome}${after.settled ? ' (settled)' : ''}`);
  for (const effect of after.effects)
    if (effect.kind === 'perform') {
      const { action, because } = effect.planned;
      const why = because
        .map(causeOf)
        .map(({ path, from, to, text }) => `${path} ${from ?? ''}->${to ?? ''} ${text ?? ''}`)
        .join('; ');
      say(`  > ${action.verb} ${action.target}${'signal' in action ? ` ${action.signal}` : ''} because ${why}`);
    } else say(`  > ${effect.kind}`);
}
