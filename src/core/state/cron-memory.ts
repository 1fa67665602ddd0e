/** What is remembered of CronJobs and of the Jobs that they have begun. */
import type { CronStatus } from '../../controllers/cron-job/cron-job.ts';
import type { Job } from '../../model/job.ts';
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import type { Reason } from '../runtime/reason.ts';

export interface Crons {
  /** The project that it was decided for; unset while none with CronJobs was looked at. */
  readonly given?: Project;
  /** The same with those of their Jobs that are to be there. */
  readonly project?: Project;
  /** By `NAMESPACE/CronJob/NAME`. */
  readonly statuses: ReadonlyMap<string, CronStatus>;
  /** Their Jobs, by `NAMESPACE/Job/NAME`. */
  readonly runs: ReadonlyMap<string, CronRun>;
  /** How those had ended when it was decided, by the same. */
  readonly ends: ReadonlyMap<string, string>;
  /** When it is to be decided anew, whatever happens. */
  readonly wakeAtMs: number;
}

/** A Job with the Pods that it begins with, as both were when it began: an edit is for those that begin later. */
export interface CronRun {
  /** The CronJob's unit. */
  readonly cron: string;
  readonly job: Job;
  readonly slots: readonly Pod[];
  /** `create job --from` made it. */
  readonly isByHand?: true;
  /** Why it goes, with its Pods. */
  readonly gone?: Reason;
}

export const noCrons: Crons = {
  statuses: new Map(),
  runs: new Map(),
  ends: new Map(),
  wakeAtMs: Infinity,
};

/** A Job of a CronJob's template is to be made by hand. */
export interface CreateJob {
  readonly kind: 'createJob';
  /** The CronJob's unit. */
  readonly cron: string;
  readonly name: string;
}
