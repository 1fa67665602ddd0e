import type { PodCondition } from 'kubernetes-types/core/v1.js';
import type { Generation, PodRecord } from '../runtime/labels.ts';
import type { Phase, Statuses } from '../status/phase.ts';

/** What was told of a Pod's status: the next is told after it (status-memory.ts). */
export interface StatusMemory {
  readonly createdAtMs: number;
  /** Unset while the Pod waits for another one, or for room. */
  readonly acceptedAtMs: number | undefined;
  readonly deletion: PodRecord['deletion'];
  /** Of metadata.generation, what edits made it; its deletion is one more. */
  readonly generation: Generation;
  readonly phase: Phase;
  readonly statuses: Statuses;
  readonly conditions: readonly PodCondition[];
  /** Since when the condition Ready is True; unset while it is not. */
  readonly readySinceMs: number | undefined;
  /** '' until there is one. */
  readonly podIP: string;
}

/** metadata.generation: a deletion is one more. */
export const toldGeneration = ({ generation, deletion }: StatusMemory): number =>
  deletion === undefined ? generation.number : generation.number + 1;
