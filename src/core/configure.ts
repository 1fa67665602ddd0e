/** Whether what a Pod's volumes and containers take from elsewhere is there, before anything that runs is stopped for it. */
import type { Pod } from '../manifest/types.ts';
import { contentOf, isConfigVolume } from './content.ts';
import { ConfigError, environmentOf } from './environment.ts';
import { allContainers } from './facts.ts';
import { objectsOf, viewOf } from './life.ts';
import type { Planner } from './planner.ts';
import type { PodRef } from './pod-ref.ts';

/** True when the Pod that is to follow can be made as far as its configuration goes; else why not is remembered. */
export function canConfigure(p: Planner, desired: Pod, ref: PodRef): boolean {
  const view = viewOf(p, desired, ref, undefined);
  const objects = objectsOf(p);
  const volumes = desired.spec.volumes
    .filter(isConfigVolume)
    .map((volume) => attempt(p, `${ref.uid}//${volume.name}`, () => contentOf(volume, view, objects)));
  const containers = allContainers(desired.spec).map((container) =>
    attempt(p, `${ref.uid}/${container.name}`, () => environmentOf(container, view, objects)),
  );
  return [...volumes, ...containers].every(Boolean);
}

function attempt(p: Planner, key: string, make: () => unknown): boolean {
  try {
    make();
    p.memory.misconfigured.delete(key);
    return true;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    p.memory.misconfigured.set(key, error.message);
    return false;
  }
}
