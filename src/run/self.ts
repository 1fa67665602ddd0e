import type { Self } from '../core/state.ts';
import type { World } from './world.ts';

/** Engine calls at once: more only makes each slower (measured: 4 to 8 is enough), and pulls wait for the network. */
const limits = { calls: 8, pulls: 4 };

export interface SelfOptions {
  readonly infraImage: string;
  readonly takeOver?: boolean;
  readonly removeOrphans?: boolean;
}

/** This podrun as the supervisor of a project. */
export function makeSelf(world: World, project: string, dir: string, options: SelfOptions): Self {
  const { infraImage, takeOver = false, removeOrphans = false } = options;
  return { id: world.id, startedAtMs: world.clock.nowMs(), project, dir, infraImage, takeOver, removeOrphans, limits };
}
