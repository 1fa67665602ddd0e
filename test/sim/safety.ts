/** What may never happen, looked for at each step and at each change of the engine. A violation is thrown. */
import { snapshotOf } from '../../src/core/state/state.ts';
import type { EngineAction } from '../../src/core/runtime/action.ts';
import type { DeleteCommand, RestartCommand } from '../../src/core/pod/command.ts';
import { allContainers } from '../../src/core/runtime/facts.ts';
import { isOurs, kindOf, label, recordOf } from '../../src/core/runtime/labels.ts';
import { observe } from '../../src/core/runtime/observed.ts';
import type { Observed, ObservedPod } from '../../src/core/runtime/observed.ts';
import { podKey } from '../../src/core/runtime/pod-ref.ts';
import { instanceOf } from '../../src/core/runtime/run-key.ts';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import type { State } from '../../src/core/state/state.ts';
import type { Input, Step } from '../../src/core/state/input.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { Project } from '../../src/model/project.ts';
import type { RestartPolicy } from '../../src/model/container.ts';
import { isUp } from './engine.ts';
import type { Happening, SimContainer, SimEngine } from './engine.ts';
import { makeBackoffRule } from './rules/backoff-rule.ts';
import { makeCommands } from './commands.ts';
import { makeGateRule } from './rules/gate-rule.ts';
import { makeHoldRule } from './rules/hold-rule.ts';
import type { HoldRule } from './rules/hold-rule.ts';
import { makeLifeRule } from './rules/life-rule.ts';
import { makePaceRule } from './rules/pace-rule.ts';
import { offsetMs } from './shell.ts';
import { makeStatusRule } from './rules/status-rule.ts';
import { whyNotHeldStill } from './rules/sub-path-rule.ts';
import { makeSuccessionRule } from './rules/succession-rule.ts';

export interface Safety {
  onStep(before: State, input: Input, after: Step, nowMs: number): void;
  onHappening(happening: Happening): void;
  /** The file as it is from now on. */
  onFile(project: Project): void;
  /** What a command asks for from now on. */
  onCommand(command: RestartCommand | DeleteCommand): void;
  readonly holds: HoldRule;
  /** True when podrun ended that run of the container for another to follow. */
  isFollowed(container: SimContainer, policy: RestartPolicy): boolean;
  /** A sidecar has started in that sandbox at some time. */
  noteOnceStarted(infraId: string, name: string): boolean;
  /** When the first sandbox of a Pod's life was made, on the engine's clock. */
  bornAtMs(uid: string): number | undefined;
  /** The Pod is rightly not there: it waits for another. */
  isHeld(state: State, pod: Pod, nowMs: number): boolean;
}

export class Violation extends Error {}

interface Context {
  readonly engine: SimEngine;
  /** podrun's clock. */
  readonly nowMs: () => number;
  /** Tells the supervisors' lives apart. */
  readonly podrun: () => string;
}

/** What is remembered of a TERM: which run of the container it went to. */
interface Term {
  readonly starts: number;
  readonly atMs: number;
}

/** In seconds: those that the file had, and those that commands asked for. */
type GracesOf = (pod: ObservedPod) => readonly number[];

export function makeSafety(context: Context): Safety {
  const { engine } = context;
  const terms = new Map<string, Term>();
  const started = new Map<string, { readonly id: string; readonly pruned: boolean }>();
  /** Which podrun last saw that a container had started. */
  const seenBy = new Map<string, string>();
  const history = new Map<string, Pod[]>();
  const images = new Set<string>();
  /** Those of which a TERM was answered with an error: they may have heard it, and nobody can tell. */
  const perhapsAsked = new Set<string>();
  const blind = new Map<string, number>();
  const pace = makePaceRule();
  const commands = makeCommands(engine);
  const gates = makeGateRule();
  const holds = makeHoldRule(engine);
  const whyStatusWentBack = makeStatusRule(context.podrun);
  const gracesOf: GracesOf = ({ key, uid }) => [
    ...(history.get(key) ?? []).map((pod) => pod.spec.terminationGracePeriodSeconds),
    ...commands.graces(uid),
  ];
  const succession = makeSuccessionRule(engine, context.podrun, (key) => commands.has(key));
  const life = makeLifeRule(
    engine,
    context.podrun,
    (container, state) => 1000 * Math.min(...graces(container, state, gracesOf)),
  );
  const backoff = makeBackoffRule(
    engine,
    (key) => history.get(key) ?? [],
    (id) => terms.has(id) || perhapsAsked.has(id) || life.preStopBy(id) !== undefined,
    (container) => commands.restarts(container),
    (container) => succession.isFollowed(container, 'Never'),
  );

  function onStep(before: State, input: Input, after: Step, nowMs: number): void {
    for (const image of engine.images) images.add(image);
    for (const { name, startedAtMs } of snapshotOf(after.state).containers)
      if (startedAtMs !== undefined) seenBy.set(name, context.podrun());
    if (before.outcomes === 0) blind.clear();
    if (input.kind === 'outcome' && !input.outcome.ok) {
      blind.set(input.target, after.state.outcomes);
      const action = before.inFlight.get(input.target)?.action;
      // One that found it ended came too late.
      if (action?.verb === 'killContainer' && input.outcome.failure.kind !== 'conflict') perhapsAsked.add(action.id);
    }
    if (input.kind === 'looked')
      for (const [target, outcome] of blind) if (outcome <= input.sinceOutcome) blind.delete(target);
    const actions = after.effects.flatMap((effect) => (effect.kind === 'perform' ? [effect.planned.action] : []));
    pace(actions, engine.timeline.nowMs());
    const early = gates.onStep(after, nowMs);
    if (early !== undefined) throw new Violation(early);
    const unheld = holds.onStep(after);
    if (unheld !== undefined) throw new Violation(unheld);
    life.onStep(input, after, nowMs);
    const back = whyStatusWentBack(after.state, nowMs);
    if (back !== undefined) throw new Violation(back);
    succession.onStep(before, input, after);
    if (actions.length === 0) return;
    checkInFlight(before, input, after, actions);
    checkBlind(blind, actions);
    const view = observe(snapshotOf(after.state));
    for (const action of actions) {
      checkOurs(action, after.state);
      checkVolume(action, view, after.state);
      checkStart(action, view, after.state);
      const moving = whyNotHeldStill(action, view, after.state, engine);
      if (moving !== undefined) throw new Violation(moving);
      checkReplacement(action, view, after.state, history, images, (key) => commands.has(key));
      checkEnd(
        action,
        after.state,
        nowMs,
        (container) => terms.get(container.id),
        gracesOf,
        (run, atMs) => life.takenMs(run, atMs),
        engine,
      );
    }
  }

  function onHappening(happening: Happening): void {
    const { kind, container, by } = happening;
    life.onHappening(happening);
    gates.onHappening(happening);
    if (kind === 'created') backoff.onCreated(container);
    if (by !== 'podrun') {
      if (kind === 'removed' || kind === 'renamed') forget(container);
      return;
    }
    if (kind === 'signalled' && happening.signal !== 'SIGKILL') {
      const before = terms.get(container.id);
      // The first TERM of a run is the one that counts.
      if (before?.starts !== container.starts)
        terms.set(container.id, { starts: container.starts, atMs: context.nowMs() });
    }
    if (kind === 'started' && kindOf(container.labels) === 'container') checkLives(container);
  }

  /** A hand took away what told how many attempts there were: a podrun that has not seen it cannot know. */
  function forget(container: SimContainer): void {
    const stem = container.name.replace(/\d+$/, '');
    for (const [name, { id }] of started)
      if (name.replace(/\d+$/, '') === stem) started.set(name, { id, pruned: true });
  }

  function checkLives(container: SimContainer): void {
    const { labels } = container;
    for (const other of engine.containers.values()) {
      if (
        other === container ||
        !isUp(other) ||
        other.handled ||
        !isOurs(other) ||
        kindOf(other.labels) !== 'container'
      )
        continue;
      const samePod =
        other.labels[label.podName] === labels[label.podName] &&
        other.labels[label.podNamespace] === labels[label.podNamespace];
      const sameUid = other.labels[label.podUid] === labels[label.podUid];
      if (samePod && !sameUid) throw new Violation(`${container.name} starts while an older life runs ${other.name}`);
      if (sameUid && other.labels[label.containerName] === labels[label.containerName])
        throw new Violation(`${container.name} starts while ${other.name} runs`);
    }
    if (container.handled) return;
    const before = started.get(container.name);
    const forgotten = before?.pruned === true && seenBy.get(container.name) !== context.podrun();
    if (before !== undefined && before.id !== container.id && !forgotten)
      throw new Violation(`${container.name}: the attempt's number was used before`);
    started.set(container.name, { id: container.id, pruned: false });
  }

  return {
    onStep,
    onHappening,
    holds,
    onCommand: (command) => commands.take(command),
    bornAtMs: (uid) => life.bornAtMs(uid),
    isHeld: (state, pod, nowMs) => gates.isHeld(state, pod, nowMs),
    isFollowed: (container, policy) => succession.isFollowed(container, policy),
    noteOnceStarted: (infraId, name) => life.noteOnceStarted(infraId, name),
    onFile: (project) => {
      gates.onFile(project);
      holds.onFile(project);
      for (const pod of project.pods) {
        const versions = history.get(podKey(pod.metadata)) ?? [];
        if (JSON.stringify(versions.at(-1)) !== JSON.stringify(pod))
          history.set(podKey(pod.metadata), [...versions, pod]);
      }
    },
  };
}

function checkInFlight(before: State, input: Input, after: Step, actions: readonly EngineAction[]): void {
  const busy = new Set(before.inFlight.keys());
  if (input.kind === 'outcome') busy.delete(input.target);
  for (const { target, verb } of actions) {
    if (busy.has(target)) throw new Violation(`${verb} ${target}: another call is in flight`);
    busy.add(target);
  }
  const { calls, pulls } = after.state.self.limits;
  const pulling = [...after.state.inFlight.values()].filter(({ action }) => action.verb === 'pullImage').length;
  if (pulling > pulls || after.state.inFlight.size - pulling > calls)
    throw new Violation('too many calls are in flight');
}

/** After a failure nothing is done to the object before a look that began later. */
function checkBlind(blind: ReadonlyMap<string, number>, actions: readonly EngineAction[]): void {
  const action = actions.find(({ target }) => blind.has(target));
  if (action !== undefined)
    throw new Violation(`${action.verb} ${action.target}: its last call failed, and nobody looked since`);
}

/** Only what carries our labels under its own name is ever the object of a call. */
function checkOurs(action: EngineAction, state: State): void {
  if (!('id' in action)) return;
  const objects = action.verb === 'removeNetwork' ? snapshotOf(state).networks : snapshotOf(state).containers;
  const object = objects.find(({ id }) => id === action.id);
  if (object === undefined || !isOurs(object)) throw new Violation(`${action.verb} ${action.target}: not ours`);
}

function checkVolume(action: EngineAction, view: Observed, state: State): void {
  if (action.verb !== 'removeVolume') return;
  const volume = snapshotOf(state).volumes.find(({ name }) => name === action.name);
  if (volume === undefined || !isOurs(volume)) throw new Violation(`removeVolume ${action.name}: not ours`);
  const asked = state.intent.kind === 'down' && state.intent.volumes;
  if (kindOf(volume.labels) === 'claim' && !asked) throw new Violation(`removeVolume ${action.name}: a claim, unasked`);
  const pod = view.pods.find(({ volumes }) => volumes.some(({ name }) => name === action.name));
  if (pod !== undefined && (pod.infras.length > 0 || pod.instances.size > 0))
    throw new Violation(`removeVolume ${action.name}: its Pod is there`);
}

/** No container starts without its running infra, nor in a Pod whose deletion or end is recorded; none is made while a volume of its is written. */
function checkStart(action: EngineAction, view: Observed, state: State): void {
  if (action.verb !== 'createContainer' && action.verb !== 'startContainer') return;
  const container =
    action.verb === 'startContainer' ? snapshotOf(state).containers.find(({ id }) => id === action.id) : undefined;
  const infraId =
    action.verb === 'startContainer'
      ? container?.joinedTo
      : action.launch.role === 'container'
        ? action.launch.infraId
        : undefined;
  const infra = infraId === undefined ? undefined : snapshotOf(state).containers.find(({ id }) => id === infraId);
  if (infraId !== undefined && !(infra !== undefined && (infra.state === 'running' || infra.state === 'paused')))
    throw new Violation(`${action.verb} ${action.target}: its infra does not run`);
  const isWriting = [...state.inFlight.values()].some(
    ({ action: { verb, target } }) => verb === 'fillVolumes' && target === infra?.name,
  );
  if (action.verb === 'createContainer' && isWriting)
    throw new Violation(`${action.verb} ${action.target}: a volume of its Pod is being written`);
  const labels = action.verb === 'startContainer' ? container?.labels : action.launch.labels;
  const pod = view.pods.find(({ uid }) => uid === labels?.[label.podUid]);
  if (pod?.record.deletion !== undefined)
    throw new Violation(`${action.verb} ${action.target}: the Pod is being deleted`);
  if (pod?.record.end !== undefined) throw new Violation(`${action.verb} ${action.target}: the Pod is finished`);
  if (state.intent.kind === 'down') throw new Violation(`${action.verb} ${action.target}: the project is taken down`);
}

/** A Pod that the file names goes only by a command or for an edit of it, and then only when the images of what follows are there. */
function checkReplacement(
  action: EngineAction,
  view: Observed,
  state: State,
  history: ReadonlyMap<string, readonly Pod[]>,
  images: ReadonlySet<string>,
  wasCommanded: (key: string) => boolean,
): void {
  if (action.verb !== 'createVolume' || recordOf(action.labels)?.deletion === undefined || state.intent.kind !== 'up')
    return;
  const pod = view.pods.find(({ uid }) => uid === action.labels[label.podUid]);
  if (pod === undefined || pod.record.deletion !== undefined || isSecondLife(view, pod)) return;
  const desired = state.project?.pods.find(({ metadata }) => podKey(metadata) === pod.key);
  if (desired === undefined || wasCommanded(pod.key)) return;
  if ((history.get(pod.key) ?? []).length < 2) throw new Violation(`${pod.key} is deleted and was never edited`);
  const missing = allContainers(desired.spec).find(({ image }) => !images.has(image));
  if (missing !== undefined) throw new Violation(`${pod.key} is deleted and image ${missing.image} is not there`);
}

function isSecondLife(view: Observed, pod: ObservedPod): boolean {
  return view.pods.some((other) => other.key === pod.key && other.uid !== pod.uid);
}

/** No KILL before TERM and its grace, but for a second Ctrl-C. */
function checkEnd(
  action: EngineAction,
  state: State,
  nowMs: number,
  termOf: (container: SimContainer) => Term | undefined,
  gracesOf: GracesOf,
  takenMs: (run: string, termAtMs: number) => number,
  engine: SimEngine,
): void {
  if (action.verb !== 'removeContainer' && !(action.verb === 'killContainer' && action.signal === 'SIGKILL')) return;
  const known = snapshotOf(state).containers.find(({ id }) => id === action.id);
  if (known === undefined || kindOf(known.labels) !== 'container' || !isRunning(known)) return;
  if (action.verb === 'removeContainer') throw new Violation(`removeContainer ${action.target}: it runs`);
  if (state.intent.kind === 'down' && state.intent.kill) return;
  const container = engine.containers.get(action.id);
  // podrun may not know yet that a hand started it anew.
  if (container === undefined || !isUp(container) || known.startedAtMs !== (container.startedAtMs ?? 0) + offsetMs)
    return;
  const term = termOf(container);
  if (term?.starts !== container.starts) throw new Violation(`${action.target} is killed and was never asked to end`);
  const grantedMs = 1000 * Math.min(...graces(known, state, gracesOf)) - takenMs(instanceOf(known), term.atMs);
  const leastMs = container.handled ? 2_000 : Math.max(2_000, grantedMs);
  if (nowMs - term.atMs < leastMs)
    throw new Violation(`${action.target} is killed ${nowMs - term.atMs} ms after TERM, not ${leastMs}`);
}

/** Every grace that may hold: of the file now or before, of the deletion, of the command, of a liveness probe. */
function graces(container: EngineContainer, state: State, gracesOf: GracesOf): number[] {
  const pod = observe(snapshotOf(state)).pods.find(({ uid }) => uid === container.labels[label.podUid]);
  if (pod === undefined) return [0];
  const recorded = pod.record.deletion?.graceSeconds;
  const asked = state.intent.kind === 'down' ? state.intent.graceSeconds : undefined;
  const probes = Object.values(pod.facts?.live.containers ?? {}).map(
    ({ livenessProbe, startupProbe }) => (livenessProbe ?? startupProbe)?.terminationGracePeriodSeconds,
  );
  return [...gracesOf(pod), recorded, asked, ...probes].filter((grace) => grace !== undefined);
}

const isRunning = ({ state }: EngineContainer): boolean => state === 'running' || state === 'paused';
