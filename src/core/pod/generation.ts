/**
 * metadata.generation: 1 for a new Pod, and one more for each change of its spec and for its deletion
 * (pkg/registry/core/pod/strategy.go PrepareForUpdate; apiserver pkg/registry/rest/delete.go).
 * The infra's label says which one it was made for; the Pod's record, what it became since.
 */
import type { Pod } from '../../model/pod.ts';
import type { Reason } from '../runtime/reason.ts';
import type { Generation } from '../runtime/labels.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { apiSpec } from '../status/api-spec.ts';
import type { PodMemory } from '../state/pod-memory.ts';
import type { StatusMemory } from '../state/told-status.ts';
import { canonicalJson, fnv1a } from '../../model/fingerprint.ts';

/** The newest that the engine tells of; undefined where nothing does. */
export function recordedGeneration(pod: ObservedPod | undefined): Generation | undefined {
  const made = pod?.infras[0]?.generation;
  const since = pod?.record.generation;
  return since === undefined || (made !== undefined && made.number > since.number) ? made : since;
}

/**
 * What is told after what was told before, without the deletion: as the engine has it; of a Pod that still waits, and has
 * nothing there, one more for each edit.
 */
export function generationAfter(told: Told | undefined, pod: Pod, observed: ObservedPod | undefined): Generation {
  const recorded = recordedGeneration(observed);
  const fingerprint = specFingerprint(pod);
  const number = Math.max(told?.generation.number ?? 1, recorded?.number ?? 1);
  const isEdited = recorded === undefined && told !== undefined && told.generation.fingerprint !== fingerprint;
  return { number: isEdited ? number + 1 : number, fingerprint };
}

type Told = Pick<StatusMemory, 'generation'>;

/** Whether what is on the engine was made of a Pod with that spec, as far as the engine tells. */
export function isMadeOf(pod: Pod, observed: ObservedPod): boolean {
  const known = recordedGeneration(observed);
  return known === undefined || known.fingerprint === specFingerprint(pod);
}

/** What an infra for the Pod is labelled with. */
export function generationOf(memory: PodMemory, pod: Pod, uid: string, observed: ObservedPod | undefined): Generation {
  const next = generationAfter(memory.statuses.get(uid), pod, observed);
  const known = recordedGeneration(observed);
  return known === undefined || known.fingerprint === next.fingerprint ? next : { ...next, number: next.number + 1 };
}

/** The record is written for the number alone: what was edited is told elsewhere. */
export const isOnlyNumber = (because: readonly Reason[]): boolean =>
  because.length > 0 && because.every(({ kind }) => kind === 'generation');

/** The next generation, where the spec is another than that of the recorded one. */
export function nextGeneration(
  desired: Pod,
  observed: ObservedPod,
): { readonly generation: Generation; readonly because: Reason } | undefined {
  const known = recordedGeneration(observed);
  const fingerprint = specFingerprint(desired);
  if (known === undefined || known.fingerprint === fingerprint) return undefined;
  const number = known.number + 1;
  return {
    generation: { number, fingerprint },
    because: { kind: 'generation', from: known.number, to: number },
  };
}

/** A Pod as read from the file never changes, and is asked for at every step. */
const fingerprints = new WeakMap<Pod, string>();

/** Of the spec as the API has it: what podrun adds is no field of it. 32 bits are enough to see a change, and too few to guess a value from. */
function specFingerprint(pod: Pod): string {
  const known = fingerprints.get(pod);
  if (known !== undefined) return known;
  const made = fnv1a(canonicalJson(apiSpec(pod.spec)))
    .toString(16)
    .padStart(8, '0');
  fingerprints.set(pod, made);
  return made;
}
