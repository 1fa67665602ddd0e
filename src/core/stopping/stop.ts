/** Ending a container: preStop, TERM, its grace, KILL (kuberuntime_container.go killContainer). */
import { withEntry, withoutEntry } from '../state/entries.ts';
import type { FailureKind } from '../runtime/action.ts';
import type { Reason } from '../runtime/reason.ts';
import { runHook, skipHook } from '../probes/hook.ts';
import type { HookSpec } from '../probes/hook.ts';
import type { Instance, ObservedPod } from '../runtime/observed.ts';
import { isBusy, wakeAt, want } from '../state/planner.ts';
import type { Planned } from '../state/planned.ts';
import type { PodPlanner } from '../state/planner.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { idOfRun, instanceOf } from '../runtime/run-key.ts';
import { isRunning } from '../pod/restart.ts';
import type { EngineContainer } from '../runtime/snapshot.ts';
import type { PodMemoryDraft, Stop } from '../state/pod-memory.ts';
import { holdsBack, lifecycleOf } from './stop-order.ts';

/** The least that a container is granted between TERM and KILL. */
const leastGraceMs = 2_000;
/** How long a KILL may take to show before it is sent again. */
const killAgainAfterMs = 5_000;

export interface HowToStop {
  readonly graceMs: number;
  readonly because: readonly Reason[];
  /** The whole Pod ends: a sidecar's TERM waits for those that it serves. */
  readonly inOrder?: boolean;
}

/**
 * Asks a running container to end: its preStop hook, then TERM, then KILL when the grace is over. Called again with a
 * smaller grace, the smaller one counts from the beginning: a later deletion only shortens.
 * @returns true when it has ended
 */
export function stopInstance(p: PodPlanner, pod: ObservedPod, instance: Instance, how: HowToStop): boolean {
  const { container } = instance;
  if (!isRunning(container)) return true;
  p.wanted += 1;
  // Half seen, it would be taken for another run, and its preStop hook run again.
  if (container.listedOnly === true) return false;
  const run = instanceOf(container);
  const before = p.memory.stops.get(run);
  const stop: Stop = {
    because: how.because,
    askedAtMs: p.nowMs,
    ...before,
    graceMs: Math.min(before?.graceMs ?? Infinity, how.graceMs),
  };
  const kill = (signal: string, because: readonly Reason[]): Planned => ({
    action: { verb: 'killContainer', target: container.name, id: container.id, signal },
    because,
    pod,
    container: instance.name,
  });
  if (stop.termAtMs === undefined) sendTerm(p, pod, instance, how, stop, kill);
  else {
    if (stop.graceMs !== before?.graceMs) p.memory.stops = withEntry(p.memory.stops, run, stop);
    const leftMs = graceLeftMs(stop);
    const killAtMs = stop.killedAtMs === undefined ? stop.termAtMs + leftMs : stop.killedAtMs + killAgainAfterMs;
    killAt(p, killAtMs, container, kill('SIGKILL', [{ kind: 'graceOver', graceMs: leftMs }]));
  }
  return false;
}

/** Sends TERM when hook and order allow it, at the latest when the grace is over. */
function sendTerm(
  p: PodPlanner,
  pod: ObservedPod,
  instance: Instance,
  how: HowToStop,
  stop: Stop,
  kill: (signal: string, because: readonly Reason[]) => Planned,
): void {
  const { container } = instance;
  const { preStop, stopSignal } = lifecycleOf(p, pod, instance);
  const overAtMs = stop.askedAtMs + stop.graceMs;
  const hooked = runPreStop(p, pod, instance, preStop, stop.graceMs);
  const held = how.inOrder === true && holdsBack(p, pod, instance);
  if ((hooked || held) && p.nowMs < overAtMs) {
    p.memory.stops = withEntry(p.memory.stops, instanceOf(container), {
      ...stop,
      takenMs: 'waiting',
      ...(held ? { held } : {}),
    });
    wakeAt(p, overAtMs);
    return;
  }
  // Only what hook and order took is gone: a call that waits for its turn, or is made again, is nobody's grace.
  const endedAtMs = stop.held === true || hooked ? p.nowMs : (stop.hookedAtMs ?? p.nowMs);
  const released = stop.takenMs === 'waiting' ? { ...stop, takenMs: wholeSeconds(endedAtMs - stop.askedAtMs) } : stop;
  const sent = want(p, kill(stopSignal ?? container.stopSignal, how.because));
  // One that an edit brings while the call is under way comes after TERM.
  if (sent) skipHook(p, instance, 'preStop');
  if (sent || released !== stop) p.memory.stops = withEntry(p.memory.stops, instanceOf(container), released);
}

/** How long after TERM the KILL comes: what hook and order have left of the grace. */
function graceLeftMs({ graceMs, takenMs }: Stop): number {
  return Math.max(graceMs - (typeof takenMs === 'number' ? takenMs : 0), leastGraceMs);
}

/** When TERM, or the KILL after it, comes at the latest; undefined once there was one. */
export function stopDueMs(stop: Stop): number | undefined {
  if (stop.killedAtMs !== undefined) return undefined;
  return stop.termAtMs === undefined ? stop.askedAtMs + stop.graceMs : stop.termAtMs + graceLeftMs(stop);
}

const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** True while the hook runs. A failed one is told, and the stop goes on; without any grace there is no hook. */
function runPreStop(
  p: PodPlanner,
  pod: PodRef,
  instance: Instance,
  hook: HookSpec | undefined,
  graceMs: number,
): boolean {
  return hook !== undefined && graceMs > 0 && runHook(p, pod, instance, 'preStop', hook) === 'running';
}

/** The grace counts from when the process has the signal, not from when the call began. */
export function signalDelivered(memory: PodMemoryDraft, id: string, signal: string, nowMs: number): void {
  if (signal === 'SIGKILL') return;
  for (const [run, stop] of memory.stops)
    if (idOfRun(run) === id) memory.stops = withEntry(memory.stops, run, { ...stop, termAtMs: nowMs });
}

/**
 * A KILL that failed is sent again. A TERM that failed has started no grace, and may have been heard all the same; but
 * one that found the container ended came too late, and the end is its own.
 */
export function signalLost(memory: PodMemoryDraft, id: string, signal: string, kind: FailureKind): void {
  for (const [run, before] of memory.stops) {
    if (idOfRun(run) !== id) continue;
    const { killedAtMs: lost, ...stop } = before;
    if (signal === 'SIGKILL') memory.stops = withEntry(memory.stops, run, stop);
    else if (kind !== 'conflict') memory.stops = withEntry(memory.stops, run, { ...before, perhapsHeard: true });
    else if (before.perhapsHeard !== true && lost === undefined) memory.stops = withoutEntry(memory.stops, run);
  }
}

/**
 * Kills a running container without any grace: the second Ctrl-C, or an infra of which nothing is left.
 * @param name the container's name in the Pod; undefined for the infra
 */
export function killNow(
  p: PodPlanner,
  pod: PodRef,
  container: EngineContainer,
  name: string | undefined,
  because: readonly Reason[],
): boolean {
  if (!isRunning(container)) return true;
  p.wanted += 1;
  const run = instanceOf(container);
  const stop = p.memory.stops.get(run);
  const dueAtMs = stop?.killedAtMs === undefined ? p.nowMs : stop.killedAtMs + killAgainAfterMs;
  if (stop === undefined)
    p.memory.stops = withEntry(p.memory.stops, run, { because, askedAtMs: p.nowMs, graceMs: 0, termAtMs: p.nowMs });
  const action = { verb: 'killContainer', target: container.name, id: container.id, signal: 'SIGKILL' } as const;
  killAt(p, dueAtMs, container, { action, because, pod, ...(name === undefined ? {} : { container: name }) });
  return false;
}

function killAt(p: PodPlanner, dueAtMs: number, container: EngineContainer, kill: Planned): void {
  if (p.nowMs < dueAtMs) return wakeAt(p, dueAtMs);
  if (isBusy(p, container.name)) return;
  const run = instanceOf(container);
  const stop = p.memory.stops.get(run);
  if (want(p, kill) && stop !== undefined)
    p.memory.stops = withEntry(p.memory.stops, run, { ...stop, killedAtMs: p.nowMs });
}
