/** What all that can be asked of an instance needs. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { Input } from '../core/state/input.ts';
import type { State } from '../core/state/state.ts';
import type { Engine } from '../engine/port.ts';
import type { World } from '../run/world.ts';
import type { PodrunError, PodrunErrorCode } from './podrun-error.ts';
import type { Waits } from './wait-for-pods.ts';

export interface Running {
  readonly world: World;
  readonly engine: Engine;
  readonly waits: Waits;
  /** What is known now. Throws a PodrunError once it was taken down. */
  state(): State;
  /** A command for its supervisor. Throws as {@link state}. */
  feed(input: Input): void;
  /** An error that says why these Pods are not as they should be, with the ends of their logs. */
  explain(code: PodrunErrorCode, headline: string, pods: readonly KubernetesPod[]): Promise<PodrunError>;
}
