/** Ending a container: preStop, TERM, its grace, KILL (POD-SEMANTICS 7.2; kuberuntime_container.go killContainer). */
import type { Because } from './action.ts';
import { runHook } from './hook.ts';
import type { HookSpec } from './hook.ts';
import type { Instance, ObservedPod } from './observed.ts';
import { isBusy, wakeAt, want } from './planner.ts';
import type { Planned, Planner } from './planner.ts';
import type { PodRef } from './pod-ref.ts';
import { instanceOf } from './probe.ts';
import { isRunning } from './restart.ts';
import type { EngineContainer } from './snapshot.ts';
import type { Memory, Stop } from './state.ts';
import { holdsBack, lifecycleOf } from './stop-order.ts';

/** The least that a container is granted between TERM and KILL. */
const leastGraceMs = 2_000;
/** How long a KILL may take to show before it is sent again. */
const killAgainAfterMs = 5_000;

export interface HowToStop {
  readonly graceMs: number;
  readonly because: readonly Because[];
  /** The whole Pod ends: a sidecar's TERM waits for those that it serves. */
  readonly inOrder?: boolean;
}

/**
 * Asks a running container to end: its preStop hook, then TERM, then KILL when the grace is over. Called again with a
 * smaller grace, the smaller one counts from the beginning: a later deletion only shortens.
 * @returns true when it has ended
 */
export function stopInstance(p: Planner, pod: ObservedPod, instance: Instance, how: HowToStop): boolean {
  const { container } = instance;
  if (!isRunning(container)) return true;
  p.wanted += 1;
  const run = instanceOf(container);
  const before = p.memory.stops.get(run);
  const stop: Stop = { sinceMs: p.nowMs, ...before, graceMs: Math.min(before?.graceMs ?? Infinity, how.graceMs) };
  const lifecycle = lifecycleOf(p, pod, instance);
  const kill = (signal: string): Planned => ({
    action: { verb: 'killContainer', target: container.name, id: container.id, signal },
    because: how.because,
    pod,
    container: instance.name,
  });
  if (stop.termAtMs === undefined) {
    const overAtMs = stop.sinceMs + stop.graceMs;
    const waits = [
      runPreStop(p, pod, instance, lifecycle.preStop, stop.graceMs),
      how.inOrder === true && holdsBack(pod, instance),
    ];
    if (waits.some(Boolean) && p.nowMs < overAtMs) {
      p.memory.stops.set(run, stop);
      wakeAt(p, overAtMs);
    } else if (want(p, kill(lifecycle.stopSignal ?? container.stopSignal))) {
      p.memory.stops.set(run, { ...stop, termAtMs: p.nowMs });
    }
    return false;
  }
  if (stop.graceMs !== before?.graceMs) p.memory.stops.set(run, stop);
  killAt(
    p,
    stop.killedAtMs === undefined ? killDueMs(stop, stop.termAtMs) : stop.killedAtMs + killAgainAfterMs,
    container,
    kill('SIGKILL'),
  );
  return false;
}

/** What is left of the grace at TERM: whole seconds that the hook and the order took are gone, two are always granted. */
function killDueMs(stop: Stop, termAtMs: number): number {
  const takenMs = Math.floor((termAtMs - stop.sinceMs) / 1000) * 1000;
  return termAtMs + Math.max(stop.graceMs - takenMs, leastGraceMs);
}

/** True while the hook runs. A failed one is told, and the stop goes on; without any grace there is no hook. */
function runPreStop(p: Planner, pod: PodRef, instance: Instance, hook: HookSpec | undefined, graceMs: number): boolean {
  return hook !== undefined && graceMs > 0 && runHook(p, pod, instance, 'preStop', hook) === 'running';
}

/** The grace counts from when the process has the signal, not from when the call began. */
export function signalDelivered(memory: Memory, id: string, signal: string, nowMs: number): void {
  if (signal === 'SIGKILL') return;
  for (const [run, stop] of memory.stops)
    if (isRunOf(run, id) && stop.termAtMs !== undefined) memory.stops.set(run, shifted(stop, stop.termAtMs, nowMs));
}

/** A signal that was not delivered has started no grace. */
export function signalLost(memory: Memory, id: string, signal: string): void {
  for (const [run, { sinceMs, graceMs, ...sent }] of memory.stops) {
    if (!isRunOf(run, id)) continue;
    if (signal === 'SIGKILL')
      memory.stops.set(run, { sinceMs, graceMs, ...(sent.termAtMs === undefined ? {} : { termAtMs: sent.termAtMs }) });
    else if (memory.hooks.has(`${run}/preStop`)) memory.stops.set(run, { sinceMs, graceMs });
    else memory.stops.delete(run);
  }
}

/** The call's own time is nobody's grace. */
const shifted = (stop: Stop, termAtMs: number, nowMs: number): Stop => ({
  ...stop,
  sinceMs: stop.sinceMs + nowMs - termAtMs,
  termAtMs: nowMs,
});

/**
 * Kills a running container without any grace: the second Ctrl-C, or an infra of which nothing is left.
 * @param name the container's name in the Pod; undefined for the infra
 */
export function killNow(
  p: Planner,
  pod: PodRef,
  container: EngineContainer,
  name: string | undefined,
  because: readonly Because[],
): boolean {
  if (!isRunning(container)) return true;
  p.wanted += 1;
  const run = instanceOf(container);
  const stop = p.memory.stops.get(run);
  const dueAtMs = stop?.killedAtMs === undefined ? p.nowMs : stop.killedAtMs + killAgainAfterMs;
  if (stop === undefined) p.memory.stops.set(run, { sinceMs: p.nowMs, graceMs: 0, termAtMs: p.nowMs });
  const action = { verb: 'killContainer', target: container.name, id: container.id, signal: 'SIGKILL' } as const;
  killAt(p, dueAtMs, container, { action, because, pod, ...(name === undefined ? {} : { container: name }) });
  return false;
}

const isRunOf = (run: string, id: string): boolean => run.startsWith(`${id}@`);

function killAt(p: Planner, dueAtMs: number, container: EngineContainer, kill: Planned): void {
  if (p.nowMs < dueAtMs) return wakeAt(p, dueAtMs);
  if (isBusy(p, container.name)) return;
  const run = instanceOf(container);
  const stop = p.memory.stops.get(run);
  if (want(p, kill) && stop !== undefined) p.memory.stops.set(run, { ...stop, killedAtMs: p.nowMs });
}
