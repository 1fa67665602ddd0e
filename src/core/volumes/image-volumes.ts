/** Image volumes: an image's files in a volume of the Pod, read only (KEP 4639). Not every engine can mount an image. */
import type { Container } from '../../model/container.ts';
import { mountedImages, volumeUse } from '../images/image-uses.ts';
import type { ImageVolume } from '../images/image-uses.ts';
import { ensureVolumeImage } from '../images/images.ts';
import { projectLabels } from '../runtime/labels.ts';
import type { Life } from '../pod/life.ts';
import { helperName, podVolumeName } from '../runtime/names.ts';
import { isBusy, takeUid, want } from '../state/planner.ts';
import { infraMountPath } from '../spec/pod-volumes.ts';
import { allInstances } from '../pod/sandbox.ts';

/** Copies each image that the container mounts once into the Pod's volume for it; true when all are there. */
export function ensureImageVolumes(life: Life, container: Container): boolean {
  return mountedImages(life.pod.spec, container)
    .map((volume) => ensureCopy(life, container, volume))
    .every(Boolean);
}

/** True while an image that the container takes is on its way, or is being copied: those after it wait. */
export function isFetching({ p, pod, observed }: Life, container: Container): boolean {
  const volumes = mountedImages(pod.spec, container);
  const targets = volumes.map(({ name }) => podVolumeName(p.self.project, observed, name));
  return [container.image, ...volumes.map((volume) => volumeUse(volume).image), ...targets].some((target) =>
    isBusy(p, target),
  );
}

function ensureCopy(life: Life, container: Container, volume: ImageVolume): boolean {
  const { p, observed, infra } = life;
  const target = podVolumeName(p.self.project, observed, volume.name);
  if (p.memory.copied.has(target) || wasMounted(life, volume)) return true;
  if (!ensureVolumeImage(p, observed, container, volume, 0)) return false;
  const name = helperName(p.self.project, takeUid(p));
  const labels = projectLabels(p.self, 'helper', name);
  const into = { infraId: infra.container.id, path: infraMountPath(volume.name) };
  const { image } = volumeUse(volume);
  const action = { verb: 'copyImage', target, image, name, labels, ...into } as const;
  want(p, {
    action,
    because: [{ kind: 'imageVolume', volume: volume.name, image }],
    pod: observed,
    container: container.name,
  });
  return false;
}

/** A container that mounts it was made, in this podrun's life or an earlier one: it was copied before. */
function wasMounted({ observed }: Life, volume: ImageVolume): boolean {
  return allInstances(observed).some(({ facts }) =>
    Object.values(facts?.volumeMounts ?? {}).some(({ name }) => name === volume.name),
  );
}
