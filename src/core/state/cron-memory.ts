/** What is remembered of CronJobs and of the Jobs that they have begun. */
import type { Pod } from '../../model/pod.ts';
import type { Reason } from '../runtime/reason.ts';

/** Of a CronJob that is not suspended. */
export interface CronPlan {
  /** Its times and their zone. */
  readonly when: string;
  /** The first of its times that no Job has begun for. */
  readonly dueAtMs: number;
}

/** One Job, with its Pods as they were when it began: an edit of the template is for those that begin later. */
export interface CronRun {
  /** The CronJob's key. */
  readonly cron: string;
  readonly name: string;
  /** The time that it was scheduled for, in minutes since 1970. */
  readonly minutes: number;
  readonly pods: readonly Pod[];
  /** All its Pods have ended: one that goes now is not made anew. */
  readonly isOver: boolean;
  /** Why its Pods go. */
  readonly gone?: Reason;
}
