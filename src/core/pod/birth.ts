/** When a Pod came to be. It never moves: not over sandboxes, nor while nothing of the Pod is on the engine. */
import { birthOfLabels } from '../runtime/labels.ts';
import type { Birth } from '../runtime/labels.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import type { PodMemory } from '../state/pod-memory.ts';

/** As it is remembered; else as the engine tells it; else it is now. */
export function birthOf(
  { statuses }: Pick<PodMemory, 'statuses'>,
  uid: string,
  observed: ObservedPod | undefined,
  nowMs: number,
): Birth {
  const known = statuses.get(uid);
  const seen = observedBirth(observed);
  return {
    createdAtMs: known?.createdAtMs ?? seen?.createdAtMs ?? nowMs,
    acceptedAtMs: known?.acceptedAtMs ?? seen?.acceptedAtMs ?? nowMs,
  };
}

/** What the Pod's record or any of its containers tells; undefined where nothing does. */
export function observedBirth(pod: ObservedPod | undefined): Birth | undefined {
  if (pod === undefined) return undefined;
  const containers = [...pod.infras, ...[...pod.instances.values()].flat()];
  const told = containers.map(({ container }) => birthOfLabels(container));
  const all = pod.record.birth === undefined ? told : [pod.record.birth, ...told];
  if (all.length === 0) return undefined;
  return {
    createdAtMs: Math.min(...all.map(({ createdAtMs }) => createdAtMs)),
    acceptedAtMs: Math.min(...all.map(({ acceptedAtMs }) => acceptedAtMs)),
  };
}
