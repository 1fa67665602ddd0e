import type { Pod } from '../manifest/types.ts';
import type { Infra, ObservedPod } from './observed.ts';
import type { Planner } from './planner.ts';

/** One life of a Pod with its sandbox ready: what its containers are planned with. */
export interface Life {
  readonly p: Planner;
  /** The Pod as applied. */
  readonly pod: Pod;
  readonly observed: ObservedPod;
  readonly infra: Infra;
}
