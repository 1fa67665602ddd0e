/** A Job's Pod as its controller looks at it. */
import type { Job } from '../../model/job.ts';
import type { OwnedPod } from '../decision.ts';

export interface JobPod extends OwnedPod {
  /** Unset while it is not made, and nothing has been said of it. */
  readonly uid?: string;
  /** Of an Indexed Job. */
  readonly index?: number;
  /** Of a Pod that has ended. */
  readonly endedAtMs?: number;
  /** Of its containers that have ended, the regular ones first. */
  readonly exits: readonly { readonly container: string; readonly exitCode: number }[];
  readonly conditions: readonly { readonly type: string; readonly status: string }[];
}

/** A Pod that is deleted counts as failed before it has ended, unless only failed ones are replaced (isPodFailed). */
export const isFailed = ({ podReplacementPolicy }: Job, { phase, isTerminating }: JobPod): boolean =>
  phase === 'Failed' || (podReplacementPolicy !== 'Failed' && isTerminating && phase !== 'Succeeded');

/** It is one of the Job's indexes, where it has any (getValidPodsWithFilter). */
export const isValid = ({ isIndexed, completions = 0 }: Job, { index }: JobPod): boolean =>
  !isIndexed || (index !== undefined && index < completions);

/** It is being deleted and has not ended (controller_utils.go IsPodTerminating). */
export const isGoing = ({ phase, isTerminating }: JobPod): boolean =>
  isTerminating && phase !== 'Succeeded' && phase !== 'Failed';
