/** What is remembered of the project as a whole, and of what its Pods share. */
import type { Reason } from '../runtime/reason.ts';
import type { Hand, ObjectRecord } from '../runtime/labels.ts';
import { noCrons } from './cron-memory.ts';
import type { Crons } from './cron-memory.ts';
import type { Retry } from './pod-memory.ts';
import type { Refusal } from '../admission/schedule.ts';
import { noJobs } from '../jobs/jobs-memory.ts';
import type { Jobs } from '../jobs/jobs-memory.ts';
import { noStaffing } from '../workloads/staffing.ts';
import type { Staffing } from '../workloads/staffing.ts';
import type { UidSource } from './uid.ts';

/** What a command wants of something that can be held down. */
export type HoldWish = DownWish | UpWish;

export interface DownWish {
  readonly kind: 'down';
  /** What was asked to be down (`unitPrint`): an edit before the engine has it so takes the wish back. */
  readonly print: string;
  /** Overrides the Pods' own grace. */
  readonly graceSeconds?: number;
}

export interface UpWish {
  readonly kind: 'up';
  /** It is up; what makes the engine hold it down only now is a call from before. */
  readonly done?: true;
}

/** Its maps and sets never change: what is to change is given another one. */
export interface SharedMemory {
  uids: UidSource;
  /** The engine was seen to fail where a process's oom_score_adj is to go below its own. */
  lowScoresFail: boolean;
  /** Why Pods of the file are not begun with, by Pod key. */
  refused: ReadonlyMap<string, Refusal>;
  /** What commands want held down, until the engine has it so, or no longer; by unit (core/admission/unit.ts). */
  wishes: ReadonlyMap<string, HoldWish>;
  /** Finished Pods that no file names and of which there are too many, by UID. */
  surplus: ReadonlySet<string>;
  /** Pods that the file named at some time in this supervisor's life: gone from it, they are deleted. */
  known: ReadonlySet<string>;
  crons: Crons;
  staffing: Staffing;
  /** What commands change by hand and is in no record yet, by the key of the object. */
  hands: ReadonlyMap<string, Hand>;
  jobs: Jobs;
  /** The records of objects that are no Pods, as the engine is to have them, by `NAMESPACE/KIND/NAME`. */
  records: ReadonlyMap<string, ObjectRecord>;
  /** The ids of images that are on the engine. */
  images: ReadonlyMap<string, string>;
  /** The user that each image names, '' where it names none. */
  imageUsers: ReadonlyMap<string, string>;
  /** The ids of images that are as their builds are, by `buildKey`; what is not synced is asked anew when the file is read again. */
  built: ReadonlyMap<string, string>;
  /** What was built in this podrun's life, by `buildKey`. */
  rebuilt: ReadonlySet<string>;
  /** When an image was last pulled. */
  pulledAtMs: ReadonlyMap<string, number>;
  /** Why an edit of files wants an image to be built anew, by its name. */
  rebuilds: ReadonlyMap<string, readonly Reason[]>;
  /** Images that are being built, or asked for, from a context that is another by now. */
  overtaken: ReadonlySet<string>;
  /** Host paths that were checked, as `TYPE PATH`. */
  hostPaths: ReadonlySet<string>;
  /** The gateway has acknowledged the Services, once in this podrun's life; or nothing waits for that any longer. */
  isServed: boolean;
  /** Failed calls for what several Pods may wait for, by `VERB TARGET`. */
  retries: ReadonlyMap<string, Retry>;
}

export function emptySharedMemory(seed: UidSource['seed']): SharedMemory {
  return {
    uids: { seed, made: 0 },
    lowScoresFail: false,
    refused: new Map(),
    wishes: new Map(),
    surplus: new Set(),
    known: new Set(),
    crons: noCrons,
    staffing: noStaffing,
    hands: new Map(),
    jobs: noJobs,
    records: new Map(),
    images: new Map(),
    imageUsers: new Map(),
    built: new Map(),
    rebuilt: new Set(),
    pulledAtMs: new Map(),
    rebuilds: new Map(),
    overtaken: new Set(),
    hostPaths: new Set(),
    isServed: false,
    retries: new Map(),
  };
}
