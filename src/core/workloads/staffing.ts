/** What is remembered of workloads: which of their Pods are to be there, and which go. */
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
  /** By workload, the names of the Pods of its template as it is now that were asked for, made or not. */
  readonly asked: ReadonlyMap<string, ReadonlySet<string>>;
  /** The workloads whose Pods all are of the template as it is now, and available. */
  readonly complete: ReadonlySet<string>;
  /** What controllers saw of their Pods, by UID. */
  readonly seen: ReadonlyMap<string, Seen>;
  /** Why Pods go, by UID. */
  readonly leaving: ReadonlyMap<string, Leave>;
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
  complete: new Set(),
  seen: new Map(),
  leaving: new Map(),
};
