/** Ending a container: TERM, its grace, KILL (POD-SEMANTICS 7.2; kuberuntime_container.go killContainer). */
import type { Because } from './action.ts';
import type { Instance } from './observed.ts';
import { isBusy, wakeAt, want } from './planner.ts';
import type { Planner } from './planner.ts';
import type { PodRef } from './pod-ref.ts';
import { isRunning } from './restart.ts';

/** The least that a container is granted between TERM and KILL. */
const leastGraceMs = 2_000;
/** How long a KILL may take to show before it is sent again. */
const killAgainAfterMs = 5_000;

/**
 * Asks a running container to end, and kills it when its grace is over. Called again with a smaller grace, the
 * smaller one counts from the first TERM: a later deletion only shortens.
 * @returns true when it has ended
 */
export function stopInstance(p: Planner, pod: PodRef, instance: Instance, graceMs: number, because: readonly Because[]): boolean {
  const { container } = instance;
  if (!isRunning(container)) return true;
  p.wanted += 1;
  const stop = p.memory.stops.get(container.id);
  const kill = (signal: string) => ({
    action: { verb: 'killContainer', target: container.name, id: container.id, signal } as const,
    because,
    pod,
    container: instance.name,
  });
  if (stop === undefined) {
    if (want(p, kill(container.stopSignal)))
      p.memory.stops.set(container.id, { sinceMs: p.nowMs, graceMs: Math.max(graceMs, leastGraceMs) });
    return false;
  }
  const least = Math.min(stop.graceMs, Math.max(graceMs, leastGraceMs));
  if (least < stop.graceMs) p.memory.stops.set(container.id, { ...stop, graceMs: least });
  killAt(p, stop.killedAtMs === undefined ? stop.sinceMs + least : stop.killedAtMs + killAgainAfterMs, instance, kill('SIGKILL'));
  return false;
}

/** Kills a running container without any grace: the second Ctrl-C. */
export function killInstance(p: Planner, pod: PodRef, instance: Instance, because: readonly Because[]): boolean {
  const { container } = instance;
  if (!isRunning(container)) return true;
  p.wanted += 1;
  const stop = p.memory.stops.get(container.id);
  const dueAtMs = stop?.killedAtMs === undefined ? p.nowMs : stop.killedAtMs + killAgainAfterMs;
  if (stop === undefined) p.memory.stops.set(container.id, { sinceMs: p.nowMs, graceMs: 0 });
  const action = { verb: 'killContainer', target: container.name, id: container.id, signal: 'SIGKILL' } as const;
  killAt(p, dueAtMs, instance, { action, because, pod, container: instance.name });
  return false;
}

function killAt(p: Planner, dueAtMs: number, instance: Instance, kill: Parameters<typeof want>[1]): void {
  const { container } = instance;
  if (p.nowMs < dueAtMs) return wakeAt(p, dueAtMs);
  if (isBusy(p, container.name)) return;
  const stop = p.memory.stops.get(container.id);
  if (want(p, kill) && stop !== undefined) p.memory.stops.set(container.id, { ...stop, killedAtMs: p.nowMs });
}
