/** What a Job has come to: what of its status is kept, whatever becomes of its Pods. */
import { canonicalJson } from '../../model/fingerprint.ts';
import type { BackOff } from './back-off.ts';

export interface JobStatus {
  /** Since when it is active: a Job that is resumed starts anew. */
  readonly startedAtMs?: number;
  /** When it was Complete. */
  readonly completedAtMs?: number;
  /** In the order in which they came. */
  readonly conditions: readonly JobCondition[];
  readonly succeeded: number;
  readonly failed: number;
  /** Of an Indexed Job, as `0,2-4`. */
  readonly completedIndexes?: string;
  /** With backoffLimitPerIndex. */
  readonly failedIndexes?: string;
  /**
   * Those of its Pods that are there still and are in these counts already, by UID, or do not count. None of a Job that has
   * ended, and of an Indexed one none that has succeeded: its indexes tell.
   */
  readonly counted: readonly string[];
  readonly backOff?: BackOff;
  /** With backoffLimitPerIndex, of the indexes that have failed and are to be tried again. */
  readonly indexFailures?: Readonly<Record<string, IndexFailures>>;
  /** Its ttlSecondsAfterFinished are over: it is as good as deleted. */
  readonly isExpired?: true;
}

export interface IndexFailures extends BackOff {
  /** How many of them a podFailurePolicy ignores. */
  readonly ignored: number;
}

export type JobConditionType = 'Suspended' | 'SuccessCriteriaMet' | 'FailureTarget' | 'Complete' | 'Failed';

export interface JobCondition {
  readonly type: JobConditionType;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly atMs: number;
}

export const newJobStatus: JobStatus = { conditions: [], succeeded: 0, failed: 0, counted: [] };

/** The condition of a type that is True. */
export const trueCondition = ({ conditions }: JobStatus, type: JobConditionType): JobCondition | undefined =>
  conditions.find((condition) => condition.type === type && condition.status === 'True');

/** Complete or Failed; undefined while it is neither (pkg/controller/job/util IsJobFinished). */
export const finishOf = (status: JobStatus): JobCondition | undefined =>
  trueCondition(status, 'Complete') ?? trueCondition(status, 'Failed');

/** From False to False, and from nothing to False, nothing changes (ensureJobConditionStatus). */
export function withCondition(conditions: readonly JobCondition[], next: JobCondition): readonly JobCondition[] {
  const before = conditions.find(({ type }) => type === next.type);
  if (before === undefined) return next.status === 'False' ? conditions : [...conditions, next];
  const isSame = before.status === next.status && before.reason === next.reason && before.message === next.message;
  return isSame ? conditions : conditions.map((each) => (each === before ? next : each));
}

export const isSameStatus = (a: JobStatus, b: JobStatus): boolean => canonicalJson(a) === canonicalJson(b);
