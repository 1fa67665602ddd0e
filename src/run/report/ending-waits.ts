/** What the end of a Pod waits for. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { isRunning } from '../../core/pod/restart.ts';
import { hookKey } from '../../core/probes/hook.ts';
import type { Instance, ObservedPod } from '../../core/runtime/observed.ts';
import { instanceOf } from '../../core/runtime/run-key.ts';
import type { PodMemory, Stop } from '../../core/state/pod-memory.ts';
import { stopDueMs } from '../../core/stopping/stop.ts';
import type { Wait } from '../../output/terminal/progress.ts';

/**
 * One entry for each container that still runs, until when it is killed.
 * @param memory unset, as `life`, where another podrun ends the Pod: then its object says when the grace is over
 */
export function endingWaits(
  { metadata, status }: KubernetesPod,
  memory: PodMemory | undefined,
  life: ObservedPod | undefined,
): readonly Wait[] {
  if (memory === undefined || life === undefined) {
    // All its containers have ended: there is nothing that a grace could be for.
    if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return [];
    const atMs = Date.parse(metadata?.deletionTimestamp ?? '');
    return [{ text: 'its grace runs', until: { what: 'killed', atMs }, lineFromMs: Infinity }];
  }
  const running = [...life.instances.values()].flat().filter(({ container }) => isRunning(container));
  return running.flatMap((instance) => {
    const stop = memory.stops.get(instanceOf(instance.container));
    return stop === undefined ? [] : [stopWait(memory, instance, stop)];
  });
}

function stopWait(memory: PodMemory, instance: Instance, stop: Stop): Wait {
  const { name } = instance;
  const dueMs = stopDueMs(stop);
  if (dueMs === undefined) return { text: `killing ${name}`, lineFromMs: Infinity };
  const [text, what] =
    stop.termAtMs !== undefined
      ? [`stopping ${name}`, 'killed']
      : memory.hooks.get(hookKey(instance, 'preStop')) === 'running'
        ? [`preStop hook of ${name}`, 'cut off']
        : stop.held === true
          ? [`${name} waits for those that need it`, 'stopped']
          : [`stopping ${name}`, undefined];
  return { text, ...(what === undefined ? {} : { until: { what, atMs: dueMs } }), lineFromMs: Infinity };
}
