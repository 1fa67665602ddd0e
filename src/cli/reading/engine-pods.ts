import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { folderOf } from '../../core/runtime/folder.ts';
import { unitLabel } from '../../core/runtime/hold.ts';
import { observe } from '../../core/runtime/observed.ts';
import { seenState } from '../../core/state/seen-state.ts';
import { initialState } from '../../core/state/state.ts';
import { podList } from '../../core/status/status.ts';
import type { Engine } from '../../engine/port.ts';
import { makeSelf } from '../../run/self.ts';
import type { World } from '../../run/world.ts';
import { loadProbes } from '../../state/probes.ts';
import { probesPath } from '../../state/paths.ts';

/** The Pods from the engine alone, with the last verdicts of the probes that were saved: for when nobody supervises. */
export const enginePods = async (
  world: World,
  engine: Engine,
  name: string,
  folder: string,
): Promise<readonly KubernetesPod[]> => (await engineProject(world, engine, name, folder)).pods;

export interface EngineProject {
  readonly pods: readonly KubernetesPod[];
  /** The folder that the Pods came from; unset where none of them is left to tell. */
  readonly dir: string | undefined;
  /** What is held down, as a user names it. */
  readonly held: readonly string[];
}

/** @param folder where the project's podrun kept its state */
export async function engineProject(
  world: World,
  engine: Engine,
  name: string,
  folder: string,
): Promise<EngineProject> {
  const nowMs = world.clock.nowMs();
  const snapshot = await engine.snapshot(name);
  const fresh = initialState(makeSelf(world, engine.info, name, '', { infraImage: '' }), world.seed, nowMs);
  const savedProbes = new Map(await loadProbes(probesPath(folder)));
  const pods = podList(seenState({ ...fresh, savedProbes }, snapshot, nowMs), nowMs);
  const { pods: lives, holds } = observe(snapshot);
  const [dir] = lives.flatMap((pod) => folderOf(pod) ?? []);
  return { pods, dir, held: [...holds.keys()].map(unitLabel).toSorted() };
}
