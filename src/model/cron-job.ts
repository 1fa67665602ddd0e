import type { Job } from './job.ts';
import type { Pod } from './pod.ts';

/** What makes a Job at each of its times; the core begins them (core/cron/cron-jobs.ts). */
export interface CronJob extends CronTimes {
  readonly name: string;
  readonly namespace: string;
  /** Its Jobs, but for their names. */
  readonly job: Job;
  /** What the Pods of its Jobs are like; it has the CronJob's own name. */
  readonly template: Pod;
  /** Other Pods were named: its Jobs are left as they are, and none begins. */
  readonly apart?: true;
}

export interface CronTimes {
  /** As it is written. */
  readonly schedule: string;
  /** Minute, hour, day of month, month and day of week, each `*` or a list of numbers. */
  readonly times: string;
  /** Unset: podrun's own. */
  readonly timeZone?: string;
  readonly suspend: boolean;
  readonly concurrencyPolicy: 'Allow' | 'Forbid' | 'Replace';
  readonly startingDeadlineSeconds?: number;
  readonly successfulJobsHistoryLimit: number;
  readonly failedJobsHistoryLimit: number;
}
