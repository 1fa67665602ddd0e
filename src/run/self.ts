import type { Self } from '../core/state/self.ts';
import type { EngineInfo } from '../engine/port.ts';
import { nodeOf } from './node.ts';
import type { World } from './world.ts';

/**
 * Engine calls at once: more only makes each slower (measured: 4 to 8 is enough). Pulls and builds begin at once: the engine
 * itself loads three layers at a time (max-concurrent-downloads). Their bound only keeps a file of hundreds in hand.
 */
const limits = { calls: 8, pulls: 32 };

export interface SelfOptions {
  readonly infraImage: string;
  /** What serves Services; unset: nothing does. */
  readonly gateway?: Self['gateway'];
  readonly lease?: string;
  readonly takeOver?: boolean;
  readonly removeOrphans?: boolean;
  /** --build. */
  readonly build?: boolean;
  /** Unset or false: no edit is followed. */
  readonly watch?: boolean;
  readonly allowSysctl?: readonly string[];
  /** As kube-controller-manager's terminated-pod-gc-threshold. */
  readonly terminatedPodGcThreshold?: number;
}

/** This podrun as the supervisor of a project on an engine. */
export function makeSelf(world: World, engine: EngineInfo, project: string, dir: string, options: SelfOptions): Self {
  const { infraImage, takeOver = false, removeOrphans = false } = options;
  const { allowSysctl: allowedSysctls = [], terminatedPodGcThreshold: finishedBound = 100 } = options;
  const node = nodeOf(engine, world.env);
  return {
    ...{ id: world.id, startedAtMs: world.clock.nowMs(), project, dir, infraImage, takeOver, removeOrphans },
    ...{ node, allowedSysctls, finishedBound, limits },
    ...(options.gateway === undefined ? {} : { gateway: options.gateway }),
    ...(options.build === true ? { rebuild: true } : {}),
    ...(options.lease === undefined ? {} : { lease: options.lease }),
    ...(options.watch === true ? { followsEdits: true } : {}),
    get timeZone() {
      return world.timeZone;
    },
  };
}
