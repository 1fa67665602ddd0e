/** Image volumes: an image's files in a volume of the Pod, read only (POD-SEMANTICS 8.8; KEP 4639). */
import type { Volume } from '../manifest/types.ts';
import { ensureImage } from './images.ts';
import { projectLabels } from './labels.ts';
import type { Life } from './life.ts';
import { helperName, podVolumeName } from './names.ts';
import { takeUid, want } from './planner.ts';
import { infraMountPath } from './pod-volumes.ts';

/**
 * Copies each image once into the Pod's volume for it; true when all are there. Not every engine can mount an image.
 * Where a container was made before, all of them were.
 */
export function planImageVolumes(life: Life): boolean {
  if (life.observed.instances.size > 0) return true;
  return life.pod.spec.volumes.map((volume) => planCopy(life, volume)).every(Boolean);
}

function planCopy({ p, observed, infra }: Life, { name: volume, image: source }: Volume): boolean {
  if (source === undefined) return true;
  const target = podVolumeName(p.self.project, observed, volume);
  if (p.memory.copied.has(target)) return true;
  const { reference: image, pullPolicy: imagePullPolicy } = source;
  const wanted = { name: volume, image, imagePullPolicy, env: [], ports: [], volumeMounts: [] };
  if (!ensureImage(p, observed, wanted, 0)) return false;
  const name = helperName(p.self.project, takeUid(p));
  const labels = projectLabels(p.self.project, 'helper', name);
  const into = { infraId: infra.container.id, path: infraMountPath(volume) };
  const because = [{ path: `volumes.${volume}.image`, to: image }];
  want(p, { action: { verb: 'copyImage', target, image, name, labels, ...into }, because, pod: observed });
  return false;
}
