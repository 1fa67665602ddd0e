/** All that the supervisor knows. `step` copies it before it changes anything, so that a state once given stays. */
import type { Pod, Project } from '../manifest/types.ts';
import type { Because, EngineAction, Failure, Outcome, SyncedFiles, VolumeContent } from './action.ts';
import type { CronPlan } from './cron-jobs.ts';
import type { CronRun } from './cron-runs.ts';
import type { Measured } from './eviction.ts';
import type { HookMemory } from './hook.ts';
import type { CustomCondition, Follows, Supervisor } from './labels.ts';
import type { Files } from './on-change.ts';
import type { Planned } from './planner.ts';
import type { ProbeMemory } from './probe.ts';
import type { Admission, Refusal } from './schedule.ts';
import { emptySnapshot } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import type { StatusMemory } from './status-memory.ts';
import type { UidSource } from './uid.ts';

/** Who this supervisor is and where; fixed for its life. */
export interface Self extends Supervisor, Admission {
  readonly project: string;
  /** The folder the project comes from; '' for one that only takes down what was named without a file: whoever's it is. */
  readonly dir: string;
  readonly infraImage: string;
  /** Take the project over from another folder. */
  readonly takeOver: boolean;
  readonly removeOrphans: boolean;
  /** That of CronJobs that name none: kube-controller-manager's own. */
  readonly timeZone: string;
  /** Every image with a build is built once, whatever is there. */
  readonly rebuild?: true;
  /** How many finished Pods that no file names may stay (kube-controller-manager's terminated-pod-gc-threshold). */
  readonly finishedBound: number;
  /** How many engine calls may be in flight, and how many pulls beside them. */
  readonly limits: { readonly calls: number; readonly pulls: number };
}

/** What the supervisor is for now. Taking down never turns back into keeping up. */
export type Intent =
  | { readonly kind: 'up' }
  | {
      readonly kind: 'down';
      /** Overrides every Pod's own grace. */
      readonly graceSeconds?: number;
      /** Persistent volumes go as well. */
      readonly volumes: boolean;
      /** A second Ctrl-C: kill at once. */
      readonly kill: boolean;
      /** Pods that are {@link Project.apart} stay. */
      readonly ownOnly?: boolean;
    };

/** What a volume held when it was last read or written. */
export interface KnownContent extends VolumeContent {
  /** A later write failed, and may be done all the same. */
  readonly isUnsure?: true;
}

export interface Memory {
  uids: UidSource;
  /** The engine was seen to fail where a process's oom_score_adj is to go below its own. */
  lowScoresFail: boolean;
  /** Why Pods of the file are not begun with, by Pod key. */
  refused: ReadonlyMap<string, Refusal>;
  /** The uid given to a Pod that is not on the engine yet, by Pod key. */
  readonly newUids: Map<string, string>;
  /** The Pod as last applied, by uid: what is kept running while an edit is being prepared. */
  readonly applied: Map<string, Pod>;
  /** Pods that the file named at some time in this supervisor's life: gone from it, they are deleted. */
  readonly known: Set<string>;
  /** When CronJobs begin their next Job, by their key. */
  readonly plans: Map<string, CronPlan>;
  /** The Jobs that they have begun, as `NAMESPACE/JOB`. */
  readonly runs: Map<string, CronRun>;
  /** Why Pods of such Jobs go, by Pod key. */
  going: Map<string, string>;
  /** Pods of the file that were on the engine at some time in this supervisor's life, by key: their first start is over. */
  readonly begun: Set<string>;
  /** The ids of images that are on the engine. */
  readonly images: Map<string, string>;
  /** The user that each image names, '' where it names none. */
  readonly imageUsers: Map<string, string>;
  /** The ids of images that are as their builds are, by `buildKey`; asked anew when the file is read again. */
  readonly built: Map<string, string>;
  /** What was built in this podrun's life, by `buildKey`. */
  readonly rebuilt: Set<string>;
  /** When an image was last pulled. */
  readonly pulledAtMs: Map<string, number>;
  /** Since when an attempt, by `UID/FIELD`, needs its image: with imagePullPolicy Always a pull since then is enough. */
  readonly imageNeeds: Map<string, { readonly attempt: number | 'replacement'; readonly sinceMs: number }>;
  /** Host paths that were checked, as `TYPE PATH`. */
  readonly hostPaths: Set<string>;
  /** Infras whose volumes have their modes. */
  readonly prepared: Set<string>;
  /** The attempt after the last one that was started, by `UID/CONTAINER`, `UID/` for the infra: a pruned one's number is not used again. */
  readonly attempts: Map<string, number>;
  /** The ids of containers of which a start was not answered: the engine may carry it out at any later time. */
  readonly unansweredStarts: Set<string>;
  /** By `VERB TARGET`. */
  readonly retries: Map<string, Retry>;
  /** The sidecars that have started in a sandbox at some time, as `INFRA CONTAINER`. */
  readonly onceStarted: Set<string>;
  /** By run of a container (`instanceOf`): a hand's restart under the same id was not asked to end. */
  readonly stops: Map<string, Stop>;
  /** By `UID/CONTAINER/TYPE`. */
  readonly probes: Map<string, ProbeMemory>;
  /** Conditions set by hand that no record shows yet, by Pod key, then type. */
  readonly conditions: Map<string, Readonly<Record<string, CustomCondition>>>;
  /** Restarts asked for by a command that no record shows yet, by uid: {@link PodRecord.restarts}. */
  readonly restarts: Map<string, Readonly<Record<string, string>>>;
  /** Deletions asked for by a command, by uid. */
  readonly deletions: Map<string, { readonly graceSeconds?: number }>;
  /** What the config volumes of a Pod hold, by the id of the infra that they are seen through. */
  readonly contents: Map<string, readonly KnownContent[]>;
  /** What containers hold of synced folders, by `UID/CONTAINER`; unset: not asked yet. */
  readonly synced: Map<string, SyncedFiles>;
  /** Why an edit of files wants an instance to be followed by a new one, by its id. */
  readonly restartWhy: Map<string, readonly Because[]>;
  /** Why an edit of files wants an image to be built anew, by its name. */
  readonly rebuilds: Map<string, readonly Because[]>;
  /** Images that are being built, or asked for, from a context that is another by now. */
  readonly overtaken: Set<string>;
  /** The volumes that hold their image's files. */
  readonly copied: Set<string>;
  /** The claims that belong to their Pod's group, by `INFRA PATH`. */
  readonly owned: Set<string>;
  /** What a Pod's volumes took when they were last measured, by the infra's id. */
  readonly measured: Map<string, Measured>;
  /** By run: the versions of its config volumes that it was told of by a signal, or began with. */
  readonly signalled: Map<string, string>;
  /** Why a container's configuration cannot be made, by `UID/CONTAINER`, or a volume's content, by `UID//VOLUME`. */
  readonly misconfigured: Map<string, string>;
  /** What was told of each Pod, by uid. */
  readonly statuses: Map<string, StatusMemory>;
  /** What no image can be called, by `UID/CONTAINER/FIELD`. */
  readonly badImages: Map<string, string>;
  /** By `RUN/TYPE`: what has begun of the hooks of what runs. */
  readonly hooks: Map<string, HookMemory>;
}

/** An action that failed, and when it is tried again. */
export interface Retry {
  readonly count: number;
  readonly failure: Failure;
  readonly failedAtMs: number;
  readonly untilMs: number;
}

/** A container that was asked to end. */
export interface Stop {
  /** Empty for what an earlier podrun ended. */
  readonly because: readonly Because[];
  /** Another is to follow it; unset: its exit code decides. */
  readonly follows?: Follows;
  /** When its end was first wanted: preStop hook and order count from here. */
  readonly askedAtMs: number;
  /** For preStop hook, order and signal together. */
  readonly graceMs: number;
  /** How much of the grace hook and order took, in whole seconds; `waiting` while they last, unset where there were none. */
  readonly takenMs?: number | 'waiting';
  /** When its preStop hook ended: what passes after that, say with the engine away, is nobody's grace. */
  readonly hookedAtMs?: number;
  /** Its order kept it waiting. */
  readonly held?: true;
  /** When it had TERM; unset: that is under way, or nobody knows whether it arrived. */
  readonly termAtMs?: number;
  readonly killedAtMs?: number;
  /** A TERM failed, and may have arrived all the same. */
  readonly perhapsHeard?: true;
}

/** Whether the engine answers; `sinceMs` is when it last changed. */
export interface EngineHealth {
  readonly answers: boolean;
  readonly sinceMs: number;
  readonly failure?: Failure;
}

export interface State {
  readonly self: Self;
  /** What is to be there now: {@link file} with the Pods of Jobs that its CronJobs have begun. */
  readonly project?: Project;
  /** The project as it was last read. */
  readonly file?: Project;
  /** What the files are that `onChange` rules name; unset until they are read. */
  readonly files?: Files;
  readonly intent: Intent;
  readonly engine: EngineHealth;
  /** The last look, with what was done since folded in. */
  readonly snapshot: Snapshot;
  /** False until the first look. */
  readonly looked: boolean;
  /** Calls under way, by target. */
  readonly inFlight: ReadonlyMap<string, Planned>;
  /** Actions that were done since a look began, oldest first: a look that began before them does not show them. */
  readonly done: readonly Done[];
  /** How many outcomes there were; a look tells at which count it began. */
  readonly outcomes: number;
  /** Targets of which too little is known to act, and from which outcome on a look tells: by target. */
  readonly blind: ReadonlyMap<string, number>;
  readonly memory: Memory;
  /** A later podrun took the project over, or another folder owns it: nothing is done any more. */
  readonly ousted?: string;
}

/** An action that was done, and what the engine answered. */
export interface Done {
  /** The how-manieth outcome it was. */
  readonly outcome: number;
  readonly action: EngineAction;
  readonly result: ActionResult;
}

export type ActionResult = Extract<Outcome, { ok: true }>;

export function initialState(self: Self, seed: UidSource['seed'], nowMs: number): State {
  return {
    self,
    intent: { kind: 'up' },
    engine: { answers: true, sinceMs: nowMs },
    snapshot: emptySnapshot,
    looked: false,
    inFlight: new Map(),
    done: [],
    outcomes: 0,
    blind: new Map(),
    memory: {
      uids: { seed, made: 0 },
      lowScoresFail: false,
      refused: new Map(),
      newUids: new Map(),
      applied: new Map(),
      known: new Set(),
      plans: new Map(),
      runs: new Map(),
      going: new Map(),
      begun: new Set(),
      images: new Map(),
      imageUsers: new Map(),
      built: new Map(),
      rebuilt: new Set(),
      pulledAtMs: new Map(),
      imageNeeds: new Map(),
      hostPaths: new Set(),
      prepared: new Set(),
      attempts: new Map(),
      unansweredStarts: new Set(),
      retries: new Map(),
      onceStarted: new Set(),
      stops: new Map(),
      probes: new Map(),
      hooks: new Map(),
      contents: new Map(),
      measured: new Map(),
      synced: new Map(),
      restartWhy: new Map(),
      rebuilds: new Map(),
      overtaken: new Set(),
      copied: new Set(),
      owned: new Set(),
      signalled: new Map(),
      misconfigured: new Map(),
      badImages: new Map(),
      conditions: new Map(),
      restarts: new Map(),
      deletions: new Map(),
      statuses: new Map(),
    },
  };
}

/** A copy whose maps and sets can be changed without anyone else seeing it. */
export function copyMemory(memory: Memory): Memory {
  return {
    uids: memory.uids,
    lowScoresFail: memory.lowScoresFail,
    refused: memory.refused,
    newUids: new Map(memory.newUids),
    applied: new Map(memory.applied),
    known: new Set(memory.known),
    plans: new Map(memory.plans),
    runs: new Map(memory.runs),
    going: memory.going,
    begun: new Set(memory.begun),
    images: new Map(memory.images),
    imageUsers: new Map(memory.imageUsers),
    built: new Map(memory.built),
    rebuilt: new Set(memory.rebuilt),
    pulledAtMs: new Map(memory.pulledAtMs),
    imageNeeds: new Map(memory.imageNeeds),
    hostPaths: new Set(memory.hostPaths),
    prepared: new Set(memory.prepared),
    attempts: new Map(memory.attempts),
    unansweredStarts: new Set(memory.unansweredStarts),
    retries: new Map(memory.retries),
    onceStarted: new Set(memory.onceStarted),
    stops: new Map(memory.stops),
    probes: new Map(memory.probes),
    hooks: new Map(memory.hooks),
    contents: new Map(memory.contents),
    measured: new Map(memory.measured),
    synced: new Map(memory.synced),
    restartWhy: new Map(memory.restartWhy),
    rebuilds: new Map(memory.rebuilds),
    overtaken: new Set(memory.overtaken),
    copied: new Set(memory.copied),
    owned: new Set(memory.owned),
    signalled: new Map(memory.signalled),
    misconfigured: new Map(memory.misconfigured),
    badImages: new Map(memory.badImages),
    conditions: new Map(memory.conditions),
    restarts: new Map(memory.restarts),
    deletions: new Map(memory.deletions),
    statuses: new Map(memory.statuses),
  };
}
