/**
 * What a controller looks at, and what it decides: a pure function of its object, of the Pods that it owns and of the
 * time. Who calls it makes and deletes the Pods, and asks again when one of them changes, or when the decision says so.
 */

/** A Pod that the controller owns: on the engine, or asked for and not made yet. */
export interface OwnedPod {
  readonly name: string;
  /** The template that it was made of; unset where it does not say: then it counts as made of the one of now. */
  readonly revision?: string;
  /** Infinity while it is not made. */
  readonly createdAtMs: number;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** Since when its condition Ready is True; unset while it is not. */
  readonly readySinceMs?: number;
  readonly isTerminating: boolean;
  readonly restarts: number;
}

/** Why a controller deletes a Pod. */
export type EndCause = 'updated' | 'scaledDown' | 'unhealthy' | 'failed' | 'spare' | JobEndCause;

/** Why a Job does; `edited`: it is another Job by now. */
type JobEndCause = 'suspended' | 'jobFailed' | 'jobComplete' | 'expired' | 'edited';

export interface Decision {
  /** How many Pods are to be made of the template as it is now. */
  readonly begin: number;
  /** The Pods that are to be deleted, by name. */
  readonly end: ReadonlyMap<string, EndCause>;
  /** When a Pod becomes available by the passing of time alone; Infinity: none does. */
  readonly wakeAtMs: number;
}

/** It is neither finished nor on its way out (controller_utils.go IsPodActive). */
export const isActive = (pod: OwnedPod): boolean => !pod.isTerminating && !isOver(pod);

export const isOver = ({ phase }: OwnedPod): boolean => phase === 'Succeeded' || phase === 'Failed';

export const isOfRevision = (pod: OwnedPod, revision: string): boolean =>
  pod.revision === undefined || pod.revision === revision;
