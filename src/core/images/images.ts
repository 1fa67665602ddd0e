/** Getting the images that a container takes onto the engine (pkg/kubelet/images/image_manager.go). */
import { withEntry, withoutEntry } from '../state/entries.ts';
import { containerKey, imageKey, needKey } from '../state/part-key.ts';
import type { Container } from '../../model/container.ts';
import type { PodSpec } from '../../model/pod.ts';
import type { EngineAction } from '../runtime/action.ts';
import { reason } from '../runtime/reason.ts';
import type { Reason } from '../runtime/reason.ts';
import { ensureBuilt } from './build.ts';
import { imageNameProblem } from './image-name.ts';
import { containerUse, mountedImages, volumeUse } from './image-uses.ts';
import type { ImageUse, ImageVolume } from './image-uses.ts';
import { wakeAt, want } from '../state/planner.ts';
import type { Planned } from '../state/planned.ts';
import type { Planner, PodPlanner } from '../state/planner.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { loginsOf } from './pull-secrets.ts';

/** Which start of a container needs its image: an attempt, or that of the Pod that is to follow this one. */
type Start = number | 'replacement';

/** True when all images are there that the container takes: its own, and those of the image volumes that it mounts. */
export function ensureImages(p: PodPlanner, pod: PodRef, spec: PodSpec, container: Container, start: Start): boolean {
  const volumes = mountedImages(spec, container).map((volume) => ensureVolumeImage(p, pod, container, volume, start));
  return [...volumes, ensureImage(p, pod, container, start)].every(Boolean);
}

/** Has the images of containers come before their turn to start has: what a builder or a registry gives takes longest. */
export function fetchImages(
  p: PodPlanner,
  pod: PodRef,
  spec: PodSpec,
  containers: readonly Container[],
  observed: ObservedPod | undefined,
): void {
  for (const container of containers) {
    if (observed?.instances.has(container.name) === true) continue;
    ensureImages(p, pod, spec, container, p.memory.attempts.get(containerKey(pod, container.name)) ?? 0);
  }
}

/**
 * True when the image is there for that attempt of the container; else what brings it is asked for. Always pulls for
 * every start; IfNotPresent pulls what is absent; Never only looks. What podrun builds itself has no policy.
 */
export function ensureImage(p: PodPlanner, pod: PodRef, container: Container, start: Start): boolean {
  if (!checkName(p, pod, container, containerUse(container))) return false;
  if (container.build !== undefined) return ensureBuilt(p, pod, container, container.build);
  return ensureUse(p, pod, container, containerUse(container), start);
}

/** The same of an image volume, for a container that mounts it: it is copied once in a Pod's life. */
export function ensureVolumeImage(
  p: PodPlanner,
  pod: PodRef,
  container: Container,
  volume: ImageVolume,
  start: Start,
): boolean {
  const use = volumeUse(volume);
  return checkName(p, pod, container, use) && ensureUse(p, pod, container, use, start === 'replacement' ? start : 0);
}

/** No engine is asked for what no image can be called: that is remembered, for events, until the name is another. */
function checkName(p: PodPlanner, pod: PodRef, container: Container, { image, path }: ImageUse): boolean {
  const key = imageKey(pod, container.name, path);
  const problem = imageNameProblem(image);
  if (problem === undefined) {
    p.memory.badImages = withoutEntry(p.memory.badImages, key);
    return true;
  }
  p.wanted += 1;
  p.memory.badImages = withEntry(p.memory.badImages, key, problem);
  return false;
}

function ensureUse(p: PodPlanner, pod: PodRef, container: Container, use: ImageUse, start: Start): boolean {
  const { image, platform, policy, path, policyField } = use;
  const wanted = { image, ...(platform === undefined ? {} : { platform }) };
  const because: readonly Reason[] = [{ kind: 'imagePolicy', path, image, policyField, policy }];
  const why = { because, pod, container: container.name };
  if (policy !== 'Always') return bring(p, wanted, policy, why);
  const slot = needKey(pod, path, start === 'replacement');
  const need = p.memory.imageNeeds.get(slot);
  const sinceMs = need?.attempt === start ? need.sinceMs : p.nowMs;
  if (need?.attempt !== start) p.memory.imageNeeds = withEntry(p.memory.imageNeeds, slot, { attempt: start, sinceMs });
  if (p.shared.images.has(image) && (p.shared.pulledAtMs.get(image) ?? -Infinity) >= sinceMs) return true;
  want(p, { action: pullOf(p, wanted, pod), ...why });
  return false;
}

/** The infra's own image, by imagePullPolicy IfNotPresent. */
export function ensureInfraImage(p: PodPlanner): boolean {
  return bring(p, { image: p.self.infraImage }, 'IfNotPresent', { because: reason('infraImage') });
}

type Wanted = Pick<Container, 'image' | 'platform'>;

/** True when the image is there; else what brings it is asked for. */
export function bring(
  p: Planner,
  wanted: Wanted,
  policy: 'IfNotPresent' | 'Never',
  why: Omit<Planned, 'action'>,
): boolean {
  const { image } = wanted;
  if (p.shared.images.has(image)) return true;
  const absent = p.shared.retries.get(`inspectImage ${image}`)?.failure.kind === 'noImage';
  const pullAtMs = p.shared.retries.get(`pullImage ${image}`)?.untilMs ?? p.nowMs;
  // While a failed pull waits, the image may come from outside podrun: it is built, loaded or tagged.
  if (p.nowMs < pullAtMs) wakeAt(p, pullAtMs);
  const isPull = absent && policy === 'IfNotPresent' && p.nowMs >= pullAtMs;
  want(p, {
    action: isPull ? pullOf(p, wanted, why.pod) : { verb: 'inspectImage', target: image, ...wanted },
    ...why,
  });
  return false;
}

function pullOf(p: Planner | PodPlanner, wanted: Wanted, pod: PodRef | undefined): EngineAction {
  return { verb: 'pullImage', target: wanted.image, ...wanted, ...loginsOf(p, wanted.image, pod) };
}
