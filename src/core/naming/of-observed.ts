import type { ObservedPod } from '../runtime/observed.ts';
import { recallPod } from '../spec/recall.ts';
import { selectingServices } from '../services/service-records.ts';
import type { KeptService } from '../services/service-records.ts';
import type { Nameable } from './meant-pods.ts';

/**
 * A Pod with what it is known by, as the engine's labels keep it.
 * @param kept the Services of its project
 */
export function nameableLife(
  life: ObservedPod,
  kept: readonly KeptService[],
): Nameable & { readonly life: ObservedPod } {
  const { metadata } = recallPod(life);
  const { name, namespace, labels, ownerReference: owner } = metadata;
  const services = selectingServices(kept, metadata);
  return { name, namespace, labels, services, life, ...(owner === undefined ? {} : { owner }) };
}
