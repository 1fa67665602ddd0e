/** What is remembered of Jobs: what each has come to, and which Pods were asked for. */
import type { JobStatus } from '../../controllers/job/status.ts';
import type { Job } from '../../model/job.ts';
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import type { Reason } from '../runtime/reason.ts';

export interface Jobs {
  /** The project that it was decided for; unset while none with Jobs was looked at. */
  readonly given?: Project;
  /** The same with those Pods of its Jobs that are to be there now. */
  readonly project?: Project;
  /** By `NAMESPACE/Job/NAME`. */
  readonly runs: ReadonlyMap<string, JobRun>;
  /** What was decided of each, and for what; by the same. */
  readonly decided: ReadonlyMap<string, Decided>;
  /** What the controllers saw of their Pods, by Pod key. */
  readonly seen: ReadonlyMap<string, Seen>;
  /** Why Pods go, by UID. */
  readonly leaving: ReadonlyMap<string, Reason>;
  /** When one is to be decided anew, whatever happens. */
  readonly wakeAtMs: number;
}

/** A decision holds until one of these is another, what was seen of a Pod is, or its time has come. */
export interface Basis {
  readonly job: Job;
  /** The Pods that it begins with, in the file's order. */
  readonly slots: readonly Pod[];
  readonly standing: 'free' | 'changing' | 'held';
  /** Why it goes, with its Pods: a CronJob deletes it. */
  readonly gone?: Reason;
}

export interface Decided extends Basis {
  /** Unset of a Job that is held down: it is as good as deleted. */
  readonly run?: JobRun;
  /** Those that are to be there. */
  readonly pods: readonly Pod[];
  /** Why others go, by UID. */
  readonly leaving: ReadonlyMap<string, Reason>;
  readonly wakeAtMs: number;
}

/** A Pod as it was when its Job was decided. */
export interface Seen {
  /** The Job's. */
  readonly unit: string;
  readonly sight: string;
}

/** A Job from when it begins: an edit that no cluster allows makes another one. */
export interface JobRun {
  /** metadata.uid. */
  readonly uid: string;
  readonly createdAtMs: number;
  /** Of what it was made from. */
  readonly revision: string;
  /** As its Job last had them; see `isRunOf`. */
  readonly completions?: number;
  readonly status: JobStatus;
  /** The Pods that are there or were asked for, by name. */
  readonly asked: ReadonlyMap<string, AskedPod>;
  /** It takes the place of another one: until that is written down. */
  readonly isAnew?: true;
}

export interface AskedPod {
  readonly index?: number;
  /** The annotations that tell how often its index failed. */
  readonly annotations: Readonly<Record<string, string>>;
  /** It was seen on the engine: when it is gone from there it does not come back. */
  readonly isMade: boolean;
}

export const noJobs: Jobs = {
  runs: new Map(),
  decided: new Map(),
  seen: new Map(),
  leaving: new Map(),
  wakeAtMs: Infinity,
};
