/**
 * The order of a Pod's life (docs/pod-lifecycle.md): init containers, sidecars, hooks, startup and the end. Judged by what
 * happened on the engine and by podrun's calls and their answers, not by what podrun remembers.
 */
import { allMemory } from '../../core/memory.ts';
import { snapshotOf, retriesIn } from '../../../src/core/state/state.ts';
import type { EngineAction } from '../../../src/core/runtime/action.ts';
import { allContainers, isSidecar, podFacts } from '../../../src/core/runtime/facts.ts';
import { isOurs, kindOf, label, recordOf, sandboxFactsOf, supervisorOf } from '../../../src/core/runtime/labels.ts';
import { isHalfSeen, observe } from '../../../src/core/runtime/observed.ts';
import type { Instance, Observed, ObservedPod } from '../../../src/core/runtime/observed.ts';
import type { Planned } from '../../../src/core/state/planned.ts';
import { instanceOf } from '../../../src/core/runtime/run-key.ts';
import { sandboxOf } from '../../../src/core/pod/sandbox.ts';
import type { EngineContainer } from '../../../src/core/runtime/snapshot.ts';
import type { State } from '../../../src/core/state/state.ts';
import type { Effect, Input, Step } from '../../../src/core/state/input.ts';
import type { Container } from '../../../src/model/container.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { isUp } from '../engine.ts';
import type { Happening, SimContainer, SimEngine } from '../engine.ts';
import { Violation } from '../safety.ts';

export interface LifeRule {
  onStep(input: Input, after: Step, nowMs: number): void;
  onHappening(happening: Happening): void;
  /** How much of its grace a run's hook and order may have taken when it had TERM. */
  takenMs(run: string, termAtMs: number): number;
  /** A sidecar has started in that sandbox at some time: what comes after it waits for it no more. */
  noteOnceStarted(infraId: string, name: string): boolean;
  /** Which podrun last began a preStop hook of the container: that may end it, and is asking as well. */
  preStopBy(id: string): string | undefined;
  /** When the first sandbox of a Pod's life was made, on the engine's clock. */
  bornAtMs(uid: string): number | undefined;
}

interface Hook {
  readonly podrun: string;
  readonly atMs: number;
  endedAtMs?: number;
  ok?: boolean;
}

/**
 * @param leastGraceMs the smallest grace that may hold for a container
 * @param podrun tells the supervisors' lives apart
 */
export function makeLifeRule(
  engine: SimEngine,
  podrun: () => string,
  leastGraceMs: (container: EngineContainer, state: State) => number,
): LifeRule {
  /** `INFRA/CONTAINER` of sidecars that have started, as far as podrun could see. */
  const onceStarted = new Set<string>();
  /** `INFRA/CONTAINER` of plain init containers that succeeded. */
  const initDone = new Set<string>();
  const born = new Map<string, number>();
  const hooks = new Map<string, Hook>();
  const preStops = new Map<string, string>();
  /** Runs of containers whose startup check passed, and `PODRUN RUN` of those that were sent TERM. */
  const passed = new Set<string>();
  const termed = new Set<string>();
  /** `PODRUN UID`: since when podrun sees that the Pod ends. */
  const ending = new Map<string, number>();
  /** The same for a Pod whose sandbox is lost. */
  const lost = new Map<string, number>();
  /** Runs of sidecars whose TERM may have waited, and since when. */
  const heldSince = new Map<string, number>();

  function onHappening({ kind, container, by }: Happening): void {
    if (!isOurs(container)) return;
    const uid = container.labels[label.podUid] ?? '';
    if (kind === 'created' && kindOf(container.labels) === 'infra' && !born.has(uid)) born.set(uid, engine.nowMs());
    const name = container.labels[label.containerName];
    if (name === undefined || container.joinedTo === undefined) return;
    if (kind === 'ended' && container.exitCode === 0) initDone.add(`${container.joinedTo}/${name}`);
    if (kind === 'started' && by === 'podrun' && isPlainInit(engine, container)) checkAlone(engine, container);
  }

  function onStep(input: Input, after: Step, nowMs: number): void {
    const view = observe(snapshotOf(after.state));
    if (input.kind === 'hooked') {
      const hook = hooks.get(input.hook.key);
      if (hook !== undefined) Object.assign(hook, { endedAtMs: nowMs, ok: input.result.ok });
    }
    if (input.kind === 'checked' && input.check.key.endsWith('/startup') && input.result.verdict === 'success')
      passed.add(input.check.instance);
    noteEnds(view, after, nowMs);
    noteStarted(view, after.state);
    if (isIdle(after.state))
      for (const pod of view.pods) checkProgress(pod, allMemory(after.state).applied.get(pod.uid));
    for (const effect of after.effects) onEffect(effect, view, after.state, nowMs);
  }

  /** An end counts from when it is first to be written down, also where the engine refuses that. */
  function noteEnds(view: Observed, { state, effects }: Step, nowMs: number): void {
    const written = effects.flatMap((effect) => (effect.kind === 'perform' ? endWritten(effect.planned) : []));
    for (const pod of view.pods) {
      const recorded = pod.record.deletion !== undefined || pod.record.end !== undefined;
      const ends = recorded || state.intent.kind === 'down' || written.includes(pod.uid);
      const key = `${podrun()} ${pod.uid}`;
      if (ends && !ending.has(key)) ending.set(key, nowMs);
      // A lost sandbox ends the whole Pod in order, too; what runs in the next one is another matter.
      const { kind } = sandboxOf(pod);
      if (kind !== 'lost' && kind !== 'absent') lost.delete(key);
      else if (!lost.has(key)) lost.set(key, nowMs);
    }
  }

  function noteStarted(view: Observed, state: State): void {
    for (const pod of view.pods) {
      const spec = allMemory(state).applied.get(pod.uid)?.spec;
      for (const container of spec?.initContainers.filter(isSidecar) ?? [])
        for (const instance of pod.instances.get(container.name) ?? [])
          if (hasStarted(container, instance, state))
            onceStarted.add(`${instance.container.joinedTo}/${container.name}`);
    }
  }

  /** With nothing under way, nothing waits for a sidecar but one that has never started. */
  function checkProgress(pod: ObservedPod, applied: Pod | undefined): void {
    const sandbox = sandboxOf(pod);
    const ends = pod.record.deletion !== undefined || pod.record.end !== undefined;
    if (applied === undefined || sandbox.kind !== 'ready' || ends || isHalfSeen(pod)) return;
    const { id } = sandbox.infra.container;
    const order = [...applied.spec.initContainers, ...applied.spec.containers.slice(0, 1)];
    const isThere = ({ name }: Container) =>
      pod.instances.get(name)?.some(({ container }) => container.joinedTo === id);
    const next = order.slice(order.findLastIndex(isThere) + 1)[0];
    const before = next === undefined ? [] : order.slice(0, order.indexOf(next));
    const isDone = (one: Container) => (isSidecar(one) ? onceStarted : initDone).has(`${id}/${one.name}`);
    const isDown = ({ name }: Container) => pod.instances.get(name)?.some((one) => isUpSeen(one.container)) !== true;
    const down = before.find((one) => isSidecar(one) && isDown(one));
    if (next !== undefined && down !== undefined && before.every(isDone))
      throw new Violation(`${next.name} of ${pod.key} waits for ${down.name}, and that has started once`);
  }

  function onEffect(effect: Effect, view: Observed, state: State, nowMs: number): void {
    switch (effect.kind) {
      case 'check':
        return checkCheck(effect.check.key, effect.check.instance, state);
      case 'hook':
        return beginHook(effect.hook, nowMs);
      case 'perform':
        return checkAction(effect.planned.action, view, state, nowMs);
      case 'look':
        return;
    }
  }

  /** Nothing is asked before the hook is over; only its startup before that has passed. */
  function checkCheck(key: string, run: string, state: State): void {
    const [uid = '', name] = key.split('/');
    const hook = hooks.get(`${run}/postStart`);
    if (hook !== undefined && hook.endedAtMs === undefined && hook.podrun === podrun())
      throw new Violation(`${key} is checked while its postStart hook runs`);
    const container = allContainers(allMemory(state).applied.get(uid)?.spec ?? { ...noSpec }).find(
      (c) => c.name === name,
    );
    if (key.endsWith('/startup') || container?.startupProbe === undefined || passed.has(run)) return;
    throw new Violation(`${key} is checked before its startup has passed`);
  }

  function beginHook(hook: Extract<Effect, { kind: 'hook' }>['hook'], nowMs: number): void {
    const { key, type } = hook;
    const before = hooks.get(key);
    if (before !== undefined && (type === 'postStart' || before.podrun === podrun()))
      throw new Violation(`${key} runs twice`);
    if (type === 'preStop' && termed.has(`${podrun()} ${key.slice(0, key.lastIndexOf('/'))}`))
      throw new Violation(`${key} runs after TERM`);
    const container = engine.containers.get(hook.containerId);
    if (type === 'postStart' && container !== undefined && engine.nowMs() - (container.startedAtMs ?? 0) > 600_000)
      throw new Violation(`${key} runs long after the start`);
    if (type === 'preStop') preStops.set(hook.containerId, podrun());
    hooks.set(key, { podrun: podrun(), atMs: nowMs });
  }

  function checkAction(action: EngineAction, view: Observed, state: State, nowMs: number): void {
    if (action.verb === 'createContainer' && action.launch.role === 'container') {
      const pod = view.pods.find(({ uid }) => uid === action.launch.labels[label.podUid]);
      const spec = pod && allMemory(state).applied.get(pod.uid);
      if (pod !== undefined && spec !== undefined) {
        const { infraId, labels } = action.launch;
        checkOrder(action.target, labels[label.containerName] ?? '', spec, pod, infraId);
      }
    }
    if (action.verb === 'killContainer' && action.signal !== 'SIGKILL') checkTerm(action.id, view, state, nowMs);
  }

  function checkOrder(target: string, name: string, { spec }: Pod, pod: ObservedPod, infraId: string): void {
    const instances = [...pod.instances.values()].flat().filter(({ container }) => container.joinedTo === infraId);
    const begun = instances.some((instance) => spec.containers.some((c) => c.name === instance.name));
    const position = spec.initContainers.findIndex((c) => c.name === name);
    const own = spec.initContainers[position];
    const index = spec.containers.findIndex((c) => c.name === name);
    const hooking = spec.containers.slice(0, Math.max(0, index)).find((c) => isHooking(pod.instances.get(c.name)?.[0]));
    if (hooking !== undefined) throw new Violation(`${target} is made while the postStart of ${hooking.name} runs`);
    if (begun) {
      if (own !== undefined && !isSidecar(own)) throw new Violation(`${target} is made and the Pod is initialized`);
      return;
    }
    const before = position < 0 ? spec.initContainers : spec.initContainers.slice(0, position);
    for (const other of before) {
      const done = isSidecar(other) ? onceStarted : initDone;
      if (!done.has(`${infraId}/${other.name}`))
        throw new Violation(`${target} is made before ${other.name} ${isSidecar(other) ? 'has started' : 'succeeded'}`);
    }
  }

  function isHooking(newest: Instance | undefined): boolean {
    const hook = newest && hooks.get(`${instanceOf(newest.container)}/postStart`);
    if (newest === undefined || hook === undefined || !isUpSeen(newest.container)) return false;
    return hook.podrun === podrun() && hook.endedAtMs === undefined;
  }

  /** It runs, or has run: its hook done, its startup check passed. */
  function hasStarted(container: Container, { container: seen }: Instance, state: State): boolean {
    if (seen.startedAtMs === undefined) return false;
    const run = instanceOf(seen);
    const own = supervisorOf(seen.labels)?.id === state.self.id;
    const hook = hooks.get(`${run}/postStart`);
    const isHooked = container.lifecycle?.postStart !== undefined;
    // Another podrun's hook has had its chance, if it still runs.
    if (hook === undefined ? isHooked && (own || !isUpSeen(seen)) : own && hook.ok !== true) return false;
    if (isHooked && !isUpSeen(seen) && hook?.ok !== true) return false;
    return container.startupProbe === undefined || passed.has(run);
  }

  /** In a Pod that ends a sidecar is needed until those after it have ended, or its grace is over. */
  function checkTerm(id: string, view: Observed, state: State, nowMs: number): void {
    const pod = view.pods.find((p) => [...p.instances.values()].flat().some(({ container }) => container.id === id));
    const instance = [...(pod?.instances.values() ?? [])].flat().find(({ container }) => container.id === id);
    if (pod === undefined || instance === undefined) return;
    const run = instanceOf(instance.container);
    termed.add(`${podrun()} ${run}`);
    const key = `${podrun()} ${pod.uid}`;
    const sinceMs = ending.get(key) ?? lost.get(key);
    // With its infra its labels are gone: what podrun last applied tells the order.
    const applied = allMemory(state).applied.get(pod.uid);
    const facts = pod.facts?.pod ?? (applied && podFacts(applied.spec));
    const own = facts?.initContainers[instance.name];
    if (sinceMs === undefined || facts === undefined || own === undefined || !('restartPolicy' in own)) return;
    // A TERM that was not answered is sent again, perhaps for a later end: its wait goes on.
    heldSince.set(run, Math.min(heldSince.get(run) ?? sinceMs, sinceMs));
    const askedAtMs = allMemory(state).stops.get(run)?.askedAtMs ?? sinceMs;
    if (askedAtMs < sinceMs || nowMs - sinceMs >= leastGraceMs(instance.container, state)) return;
    const needs = [...pod.instances].flatMap(([name, list]) => {
      const init = facts.initContainers[name];
      const later = init !== undefined && 'restartPolicy' in init && init.position > own.position;
      return later || facts.containers[name] !== undefined ? list : [];
    });
    const needing = needs.find(({ container }) => isUpSeen(container));
    if (needing !== undefined)
      throw new Violation(`${instance.container.name} is asked to end while ${needing.container.name} needs it`);
  }

  function takenMs(run: string, termAtMs: number): number {
    const hook = hooks.get(`${run}/preStop`);
    const hookMs = hook === undefined || hook.podrun !== podrun() ? 0 : (hook.endedAtMs ?? termAtMs) - hook.atMs;
    const heldMs = termAtMs - (heldSince.get(run) ?? termAtMs);
    return Math.floor(Math.max(hookMs, heldMs) / 1000) * 1000;
  }

  return {
    ...{ onStep, onHappening, takenMs },
    noteOnceStarted: (infraId, name) => onceStarted.has(`${infraId}/${name}`),
    preStopBy: (id) => preStops.get(id),
    bornAtMs: (uid) => born.get(uid),
  };
}

/** Nothing is under way or tried again later. */
const isIdle = (state: State): boolean =>
  state.intent.kind === 'up' &&
  state.looked &&
  state.engine.answers &&
  [state.inFlight, state.blind, allMemory(state).misconfigured].every(({ size }) => size === 0) &&
  retriesIn(state).length === 0;

/** The Pod whose deletion or end an action writes down. */
function endWritten({ action, pod }: Planned): readonly string[] {
  const record = action.verb === 'createVolume' ? recordOf(action.labels) : undefined;
  const ends = record?.deletion !== undefined || record?.end !== undefined;
  return ends && pod !== undefined ? [pod.uid] : [];
}

const noSpec = { containers: [], initContainers: [] } as unknown as Pod['spec'];

const isUpSeen = ({ state }: EngineContainer): boolean => state === 'running' || state === 'paused';

function isPlainInit(engine: SimEngine, container: SimContainer): boolean {
  const infra = engine.containers.get(container.joinedTo ?? '');
  const init = infra && sandboxFactsOf(infra.labels)?.pod.initContainers[container.labels[label.containerName] ?? ''];
  return init !== undefined && !('restartPolicy' in init);
}

function checkAlone(engine: SimEngine, container: SimContainer): void {
  const other = [...engine.containers.values()].find(
    (one) =>
      one !== container &&
      isUp(one) &&
      isOurs(one) &&
      !one.handled &&
      one.joinedTo === container.joinedTo &&
      isPlainInit(engine, one),
  );
  if (other !== undefined) throw new Violation(`${container.name} starts while ${other.name} runs`);
}
