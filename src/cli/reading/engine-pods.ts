import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { seenState } from '../../core/state/seen-state.ts';
import { initialState } from '../../core/state/state.ts';
import { podList } from '../../core/status/status.ts';
import type { Engine } from '../../engine/port.ts';
import { makeSelf } from '../../run/self.ts';
import type { World } from '../../run/world.ts';
import { loadProbes } from '../../state/probes.ts';
import { probesPath } from '../../state/paths.ts';

/** The Pods from the engine alone, with the last verdicts of the probes that were saved: for when nobody supervises. */
export async function enginePods(
  world: World,
  engine: Engine,
  name: string,
  folder: string,
): Promise<readonly KubernetesPod[]> {
  const nowMs = world.clock.nowMs();
  const snapshot = await engine.snapshot(name);
  const fresh = initialState(makeSelf(world, engine.info, name, '', { infraImage: '' }), world.seed, nowMs);
  const savedProbes = new Map(await loadProbes(probesPath(folder)));
  return podList(seenState({ ...fresh, savedProbes }, snapshot, nowMs), nowMs);
}
