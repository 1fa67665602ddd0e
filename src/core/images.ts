/** Getting a container's image onto the engine (POD-SEMANTICS 5.12-5.15; pkg/kubelet/images/image_manager.go). */
import type { Container } from '../manifest/types.ts';
import type { Because, EngineAction } from './action.ts';
import { ensureBuilt } from './build.ts';
import { wakeAt, want } from './planner.ts';
import type { Planned } from './planned.ts';
import type { PodPlanner } from './planner.ts';
import type { PodRef } from './pod-ref.ts';
import { loginsOf } from './pull-secrets.ts';

/**
 * True when the image is there for that attempt of the container; else what brings it is asked for. Always pulls for
 * every start; IfNotPresent pulls what is absent; Never only looks. What podrun builds itself has no policy.
 * @param attempt the attempt that is to start, or `replacement` for the Pod that is to follow this one
 */
export function ensureImage(
  p: PodPlanner,
  pod: PodRef,
  container: Container,
  attempt: number | 'replacement',
): boolean {
  const { image, imagePullPolicy, name, build, platform } = container;
  const wanted = { image, ...(platform === undefined ? {} : { platform }) };
  if (build !== undefined) return ensureBuilt(p, pod, container, build);
  const because: Because = {
    path: `containers.${name}.image`,
    to: image,
    text: `imagePullPolicy is ${imagePullPolicy}`,
  };
  if (imagePullPolicy !== 'Always')
    return bring(p, wanted, imagePullPolicy, { because: [because], pod, container: name });
  const slot = attempt === 'replacement' ? `${pod.uid}/${name}/replacement` : `${pod.uid}/${name}`;
  const need = p.memory.imageNeeds.get(slot);
  const sinceMs = need?.attempt === attempt ? need.sinceMs : p.nowMs;
  p.memory.imageNeeds.set(slot, { attempt, sinceMs });
  if (p.shared.images.has(image) && (p.shared.pulledAtMs.get(image) ?? -Infinity) >= sinceMs) return true;
  want(p, { action: pullOf(p, wanted, pod), because: [because], pod, container: name });
  return false;
}

/** The infra's own image, by imagePullPolicy IfNotPresent. */
export function ensureInfraImage(p: PodPlanner): boolean {
  const because: Because = { path: '', text: 'the image of every infra container' };
  return bring(p, { image: p.self.infraImage }, 'IfNotPresent', { because: [because] });
}

type Wanted = Pick<Container, 'image' | 'platform'>;

function bring(p: PodPlanner, wanted: Wanted, policy: 'IfNotPresent' | 'Never', why: Omit<Planned, 'action'>): boolean {
  const { image } = wanted;
  if (p.shared.images.has(image)) return true;
  const absent = p.shared.retries.get(`inspectImage ${image}`)?.failure.kind === 'noImage';
  const pullAtMs = p.shared.retries.get(`pullImage ${image}`)?.untilMs ?? p.nowMs;
  // While a failed pull waits, the image may come by another hand: it is built, loaded or tagged.
  if (p.nowMs < pullAtMs) wakeAt(p, pullAtMs);
  const isPull = absent && policy === 'IfNotPresent' && p.nowMs >= pullAtMs;
  want(p, {
    action: isPull ? pullOf(p, wanted, why.pod) : { verb: 'inspectImage', target: image, ...wanted },
    ...why,
  });
  return false;
}

function pullOf(p: PodPlanner, wanted: Wanted, pod: PodRef | undefined): EngineAction {
  return { verb: 'pullImage', target: wanted.image, ...wanted, ...loginsOf(p, wanted.image, pod) };
}
