import type { ObservedPod } from './observed.ts';

/** More of the Pod is on the engine than volumes. */
export function isThere({ infras, instances, record }: ObservedPod): boolean {
  return infras.length > 0 || instances.size > 0 || record.end !== undefined;
}
