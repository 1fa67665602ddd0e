import type { RestartPolicy } from './container.ts';
import type { Pod } from './pod.ts';

/** A Job as its controller goes by it (src/controllers/job), with Kubernetes' defaults filled in. */
export interface Job {
  readonly kind: 'Job';
  readonly name: string;
  readonly namespace: string;
  /** Of what cannot be edited: another one makes another Job. */
  readonly revision: string;
  /** Of its Pods. */
  readonly restartPolicy: RestartPolicy;
  /** Not all of its Pods are selected: its rules do not count, and what else there is of it is left as it is. */
  readonly apart?: true;
  /** Unset: its Pods work off a queue, and the first that succeeds says that it is empty. */
  readonly completions?: number;
  readonly parallelism: number;
  readonly isIndexed: boolean;
  /** How many of its Pods may fail. */
  readonly backoffLimit: number;
  /** How often each index may fail. */
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
  readonly podFailurePolicy?: readonly FailureRule[];
  readonly successPolicy?: readonly SuccessRule[];
  readonly activeDeadlineSeconds?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly suspend: boolean;
  /** `Failed`: a Pod that is on its way out is not replaced before it has ended. */
  readonly podReplacementPolicy: 'TerminatingOrFailed' | 'Failed';
  /** Another controller than Kubernetes' own looks after it. */
  readonly isManagedElsewhere: boolean;
}

/** The first rule that a failed Pod matches says what its failure means. */
export interface FailureRule {
  readonly action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
  readonly onExitCodes?: {
    /** Unset: any of its containers. */
    readonly containerName?: string;
    readonly operator: 'In' | 'NotIn';
    readonly values: readonly number[];
  };
  readonly onPodConditions?: readonly { readonly type: string; readonly status: string }[];
}

/** Met when enough of these indexes have succeeded. */
export interface SuccessRule {
  /** As `0,2-4`; unset: any. */
  readonly succeededIndexes?: string;
  /** Unset: all of them. */
  readonly succeededCount?: number;
}

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

/** How many Pods it begins with. */
export function firstPods({ suspend, isManagedElsewhere, parallelism, completions = Infinity }: Job): number {
  return suspend || isManagedElsewhere ? 0 : Math.min(parallelism, completions);
}
