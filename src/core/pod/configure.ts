/** What containers are made from: whether all of it is there, and whether what runs still is what it would be made from. */
import { withEntry, withoutEntry } from '../state/entries.ts';
import type { PartKey } from '../state/part-key.ts';
import { containerKey, volumeKey } from '../state/part-key.ts';
import type { Container } from '../../model/container.ts';
import type { Pod } from '../../model/pod.ts';
import type { ContainerLaunch } from '../runtime/action.ts';
import type { Reason } from '../runtime/reason.ts';
import { birthOf } from './birth.ts';
import { buildChanges } from '../images/build.ts';
import { containerChanges } from '../spec/change.ts';
import { restartReasons } from './command.ts';
import { configChanges } from '../volumes/config-change.ts';
import { containerLaunch } from '../spec/container-launch.ts';
import type { Attempt } from '../spec/container-launch.ts';
import { contentOf, isConfigVolume } from '../spec/content.ts';
import { ConfigError, environmentOf } from '../spec/environment.ts';
import { allContainers } from '../runtime/facts.ts';
import { ensureImageVolumes } from '../volumes/image-volumes.ts';
import { ensureImage } from '../images/images.ts';
import { objectsOf, viewOf } from './life.ts';
import type { FilledLife } from './life.ts';
import type { Instance } from '../runtime/observed.ts';
import type { PodPlanner } from '../state/planner.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { resizeReplaces } from './resize.ts';

/** True when the Pod that is to follow can be made as far as its configuration goes; else why not is remembered. */
export function prepareConfig(p: PodPlanner, desired: Pod, ref: PodRef): boolean {
  const view = viewOf(p, desired, ref, undefined);
  const objects = objectsOf(p);
  const volumes = desired.spec.volumes
    .filter(isConfigVolume)
    .map((volume) => orMissing(p, volumeKey(ref, volume.name), () => contentOf(volume, view, objects)));
  const containers = allContainers(desired.spec).map((container) =>
    orMissing(p, containerKey(ref, container.name), () => environmentOf(container, view, objects)),
  );
  return [...volumes, ...containers].every((made) => made !== undefined);
}

/** The container as it is to be made; undefined, and remembered why, where something that it takes is missing. */
export function configured(
  { p, pod, observed, infra, contents }: FilledLife,
  container: Container,
  attempt: Attempt,
): ContainerLaunch | undefined {
  const surroundings = {
    view: viewOf(p, pod, observed, infra),
    objects: objectsOf(p),
    infraId: infra.container.id,
    imageUser: p.shared.imageUsers.get(container.image) ?? '',
    versions: contents.versions,
  };
  return orMissing(p, containerKey(observed, container.name), () =>
    containerLaunch(p.self, pod, container, observed, attempt, surroundings),
  );
}

/** True when what is to follow a running instance can be made; until then that instance stays. */
export function prepareNext(life: FilledLife, container: Container, { attempt }: Instance): boolean {
  const { p, observed } = life;
  const birth = birthOf(p.memory, observed.uid, observed, p.nowMs);
  const next = { number: attempt + 1, backoffMs: 0, birth };
  const hasImages = [ensureImageVolumes(life, container), ensureImage(p, observed, container, next.number)];
  return hasImages.every(Boolean) && configured(life, container, next) !== undefined;
}

/** Why what runs is not what is wanted: each reason replaces that container. */
export function staleReasons(life: FilledLife, container: Container, instance: Instance): readonly Reason[] {
  const { p, pod, observed, contents } = life;
  return [
    ...restartReasons(p.memory, observed, instance),
    ...containerChanges(container, instance),
    ...buildChanges(p, pod.spec, container, instance),
    ...resizeReplaces(p, pod.spec, container, instance),
    ...configChanges(life, container, instance, contents.versions),
  ];
}

/**
 * What is made, or undefined where something is missing: that is remembered under the key, for status and events, until
 * it is there.
 */
export function orMissing<T extends object>(p: PodPlanner, key: PartKey, make: () => T): T | undefined {
  try {
    const made = make();
    p.memory.misconfigured = withoutEntry(p.memory.misconfigured, key);
    return made;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    p.memory.misconfigured = withEntry(p.memory.misconfigured, key, error.message);
    return undefined;
  }
}
