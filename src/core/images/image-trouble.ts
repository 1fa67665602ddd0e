/** Why a container waits for its images, in the words of pkg/kubelet/images (image_manager.go, types.go). */
import type { ContainerStateWaiting } from 'kubernetes-types/core/v1.js';
import type { Container } from '../../model/container.ts';
import type { PodSpec } from '../../model/pod.ts';
import { briefText } from '../runtime/failure-text.ts';
import { imageNameProblem } from './image-name.ts';
import { imageUses } from './image-uses.ts';
import type { ImageUse } from './image-uses.ts';
import type { Retry } from '../state/pod-memory.ts';
import type { SharedMemory } from '../state/shared-memory.ts';

type Waiting = Required<Pick<ContainerStateWaiting, 'reason' | 'message'>>;

type Known = Pick<SharedMemory, 'retries' | 'images'>;

/** Of several image volumes the last one's trouble counts, and the container's own image only after them. */
export function imagesTrouble(memory: Known, spec: PodSpec, container: Container, nowMs: number): Waiting | undefined {
  const troubles = imageUses(spec, container).map((use) => imageTrouble(memory, use, nowMs));
  return troubles.slice(0, -1).findLast((trouble) => trouble !== undefined) ?? troubles.at(-1);
}

/** A pull that has just failed is ErrImagePull, one that waits for another try ImagePullBackOff. */
export function imageTrouble(memory: Known, use: ImageUse, nowMs: number): Waiting | undefined {
  const { image, policy, build } = use;
  // Of a Pod that is only on the engine, nobody knows what a container that is not made yet is to run.
  if (image === '') return undefined;
  const problem = imageNameProblem(image);
  if (problem !== undefined) return { reason: 'InvalidImageName', message: problem };
  if (build !== undefined) return buildTrouble(memory, image);
  // Another Pod may have tried to pull it, by a policy of its own.
  const isPulled = policy === 'Always' || (policy === 'IfNotPresent' && !memory.images.has(image));
  const pull = isPulled ? memory.retries.get(`pullImage ${image}`) : undefined;
  if (pull !== undefined) {
    if (nowMs < pull.failedAtMs + 1000) return { reason: 'ErrImagePull', message: pull.failure.message };
    const cause = pullMessage(pull, memory, use);
    return { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${cause}` };
  }
  const inspect = memory.retries.get(`inspectImage ${image}`);
  if (inspect === undefined || memory.images.has(image)) return undefined;
  if (inspect.failure.kind !== 'noImage')
    return { reason: 'ImageInspectError', message: `Failed to inspect image "${image}": ${inspect.failure.message}` };
  if (policy !== 'Never') return undefined;
  return {
    reason: 'ErrImageNeverPull',
    message: `Container image "${image}" is not present with pull policy of Never`,
  };
}

/** Ours: Kubernetes builds nothing. */
function buildTrouble({ retries }: Known, image: string): Waiting | undefined {
  const failures = [retries.get(`buildImage ${image}`)?.failure, retries.get(`inspectBuild ${image}`)?.failure];
  const told = failures.find((failure) => failure?.kind === 'refused');
  return told === undefined ? undefined : { reason: 'ErrImageBuild', message: briefText(told) };
}

function pullMessage(pull: Retry, memory: Known, { image, policyField }: ImageUse): string {
  const hint = `the image is on this engine: ${policyField}: IfNotPresent would use it`;
  return memory.images.has(image) ? `${pull.failure.message} (${hint})` : pull.failure.message;
}
