/** What is remembered of workloads: which of their Pods are to be there, and which go. */
import type { Scales } from '../../controllers/deployment/sets.ts';
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import type { Reason } from '../runtime/reason.ts';
import type { Phase } from '../status/phase.ts';

export interface Staffing {
  /** The file, with what is changed by hand, that it was decided for; unset while none of its workloads was looked at. */
  readonly file?: Project;
  /** The file with those Pods of its workloads that are to be there now. */
  readonly project?: Project;
  /** When it is to be decided anew, whatever happens. */
  readonly wakeAtMs: number;
  /** By workload, the Pods that were asked for and have not ended, by name. */
  readonly asked: ReadonlyMap<string, Asked>;
  /** How many Pods each ReplicaSet of a Deployment is to have, by Deployment. */
  readonly scales: ReadonlyMap<string, Scales>;
  /** By workload, a Pod of each of its templates that there is a use for, by revision. */
  readonly templates: ReadonlyMap<string, Templates>;
  /** By workload, the names of the file that no Pod of its template had yet. */
  readonly names: ReadonlyMap<string, FileNames>;
  /** The workloads whose Pods all are of the template as it is now, and available. */
  readonly complete: ReadonlySet<string>;
  /** What controllers saw of their Pods, by UID. */
  readonly seen: ReadonlyMap<string, Seen>;
  /** Why Pods go, by UID. */
  readonly leaving: ReadonlyMap<string, Leave>;
}

/** By name. */
export type Asked = ReadonlyMap<string, AskedPod>;

export interface AskedPod {
  readonly revision: string;
  /** It was seen on the engine: when it is gone from there, no Pod has its name again but a StatefulSet's. */
  readonly isMade: boolean;
}

export type Templates = ReadonlyMap<string, Pod>;

export interface FileNames {
  /** The template that they are for. */
  readonly revision: string;
  readonly left: readonly string[];
}

export interface Seen {
  readonly phase: Phase;
  /** Unset while it is not Ready. */
  readonly readySinceMs: number | undefined;
}

export interface Leave {
  readonly because: Reason;
  /** The Pod that follows: what it takes is there before this one is ended. */
  readonly next?: Pod;
}

export const noStaffing: Staffing = {
  wakeAtMs: Infinity,
  asked: new Map(),
  scales: new Map(),
  templates: new Map(),
  names: new Map(),
  complete: new Set(),
  seen: new Map(),
  leaving: new Map(),
};
