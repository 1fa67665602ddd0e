/** Images that podrun builds: asked for at the start, at each reload and for `--build`, and what a new one replaces. */
import type { Build } from '../../model/build.ts';
import type { Container } from '../../model/container.ts';
import type { PodSpec } from '../../model/pod.ts';
import type { Reason } from '../runtime/reason.ts';
import type { Instance } from '../runtime/observed.ts';
import { want } from '../state/planner.ts';
import type { PodPlanner } from '../state/planner.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { loginsOf } from './pull-secrets.ts';
import { askedBy, hasEnded, isOver, policyOf } from '../pod/restart.ts';

/** The image and how it is made: an edit of either is another question. */
export const buildKey = (image: string, build: Build): string => `${image} ${JSON.stringify(build)}`;

/** The image that a key is of; no image's name has a space. */
export const imageOfKey = (key: string): string => key.slice(0, key.indexOf(' '));

/**
 * True when the image is there as its context is; else that is asked, and what differs is built. A build that failed is
 * tried again when its back-off is over, from the context as it is then.
 */
export function ensureBuilt(p: PodPlanner, pod: PodRef, { name, image }: Container, build: Build): boolean {
  const { built, rebuilt, retries } = p.shared;
  const key = buildKey(image, build);
  if (built.has(key)) return true;
  const differs = retries.get(`inspectBuild ${image}`)?.failure.kind === 'noImage';
  const isForced = p.self.rebuild === true && !rebuilt.has(key);
  const verb = isForced || differs || retries.has(`buildImage ${image}`) ? 'buildImage' : 'inspectBuild';
  const kind = verb === 'inspectBuild' ? 'build' : isForced ? 'buildForced' : 'buildDiffers';
  const because = p.shared.rebuilds.get(image) ?? [{ kind, container: name }];
  const logins = verb === 'buildImage' ? loginsOf(p, image, pod) : {};
  want(p, { action: { verb, target: image, image, build, ...logins }, because, pod, container: name });
  return false;
}

/** Why an instance is to be replaced: its image is another by now. What has ended for good is not run again for it. */
export function buildChanges(
  p: PodPlanner,
  spec: PodSpec,
  container: Container,
  instance: Instance,
): readonly Reason[] {
  const { name, image, build } = container;
  const now = build === undefined ? undefined : p.shared.built.get(buildKey(image, build));
  const { container: actual } = instance;
  // A plan that is only shown does not know what a container that it makes runs from.
  if (now === undefined || actual.imageId === '' || plain(actual.imageId) === plain(now)) return [];
  if (hasEnded(actual) && isOver(policyOf(spec, container), actual, askedBy(p.memory))) return [];
  const [from, to] = [plain(actual.imageId), plain(now)];
  return [...(p.shared.rebuilds.get(image) ?? []), { kind: 'imageBuilt', container: name, from, to }];
}

/** Not every engine writes the digest's kind before it everywhere. */
const plain = (imageId: string): string => imageId.replace(/^sha256:/, '');
