import type { ObservedPod } from '../runtime/observed.ts';
import { recallPod } from '../spec/recall.ts';
import type { Nameable } from './meant-pods.ts';

/** A Pod with what it is known by, as the engine's labels keep it. */
export function nameableLife(life: ObservedPod): Nameable & { readonly life: ObservedPod } {
  const { metadata, services = [] } = recallPod(life);
  const { name, namespace, labels, ownerReference: owner } = metadata;
  return { name, namespace, labels, services, life, ...(owner === undefined ? {} : { owner }) };
}
