/** Ending a container: TERM, its grace, KILL (POD-SEMANTICS 7.2; kuberuntime_container.go killContainer). */
import type { Because } from './action.ts';
import type { Instance } from './observed.ts';
import { isBusy, reason, wakeAt, want } from './planner.ts';
import type { Planner } from './planner.ts';
import type { PodRef } from './pod-ref.ts';
import { instanceOf } from './probe.ts';
import { isRunning } from './restart.ts';
import type { EngineContainer } from './snapshot.ts';
import type { Memory } from './state.ts';
import { goDuration } from './time.ts';

/** The least that a container is granted between TERM and KILL. */
const leastGraceMs = 2_000;
/** How long a KILL may take to show before it is sent again. */
const killAgainAfterMs = 5_000;

/**
 * Asks a running container to end, and kills it when its grace is over. Called again with a smaller grace, the
 * smaller one counts from the first TERM: a later deletion only shortens.
 * @returns true when it has ended
 */
export function stopInstance(
  p: Planner,
  pod: PodRef,
  instance: Instance,
  graceMs: number,
  because: readonly Because[],
): boolean {
  const { container } = instance;
  if (!isRunning(container)) return true;
  p.wanted += 1;
  const run = instanceOf(container);
  const stop = p.memory.stops.get(run);
  const kill = (signal: string, why: readonly Because[]) => ({
    action: { verb: 'killContainer', target: container.name, id: container.id, signal } as const,
    because: why,
    pod,
    container: instance.name,
  });
  const least = Math.min(stop?.graceMs ?? Infinity, Math.max(graceMs, leastGraceMs));
  if (stop?.sinceMs === undefined) {
    if (want(p, kill(container.stopSignal, because))) p.memory.stops.set(run, { ...stop, graceMs: least });
    return false;
  }
  if (least < stop.graceMs) p.memory.stops.set(run, { ...stop, graceMs: least });
  const killAtMs = stop.killedAtMs === undefined ? stop.sinceMs + least : stop.killedAtMs + killAgainAfterMs;
  killAt(p, killAtMs, container, kill('SIGKILL', reason(`its grace of ${goDuration(least)} is over`)));
  return false;
}

/** The grace counts from when the process has the signal, not from when the call began. */
export function signalDelivered(memory: Memory, id: string, signal: string, nowMs: number): void {
  if (signal === 'SIGKILL') return;
  for (const [run, stop] of memory.stops) if (isRunOf(run, id)) memory.stops.set(run, { ...stop, sinceMs: nowMs });
}

/** A KILL that failed is sent again. A TERM that failed has started no grace, and may have been heard all the same. */
export function signalLost(memory: Memory, id: string, signal: string): void {
  if (signal !== 'SIGKILL') return;
  for (const [run, { killedAtMs: _lost, ...stop }] of memory.stops) if (isRunOf(run, id)) memory.stops.set(run, stop);
}

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
  if (stop === undefined) p.memory.stops.set(run, { graceMs: 0 });
  const action = { verb: 'killContainer', target: container.name, id: container.id, signal: 'SIGKILL' } as const;
  killAt(p, dueAtMs, container, { action, because, pod, ...(name === undefined ? {} : { container: name }) });
  return false;
}

const isRunOf = (run: string, id: string): boolean => run.startsWith(`${id}@`);

function killAt(p: Planner, dueAtMs: number, container: EngineContainer, kill: Parameters<typeof want>[1]): void {
  if (p.nowMs < dueAtMs) return wakeAt(p, dueAtMs);
  if (isBusy(p, container.name)) return;
  const run = instanceOf(container);
  const stop = p.memory.stops.get(run);
  if (want(p, kill) && stop !== undefined) p.memory.stops.set(run, { ...stop, killedAtMs: p.nowMs });
}
