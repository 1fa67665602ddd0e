/** What is remembered of one Pod, over all of its lives. Each entry says by what it is kept and when it is forgotten. */
import type { Pod } from '../../model/pod.ts';
import type { EngineAction, Failure, SyncedFiles, VolumeContent } from '../runtime/action.ts';
import type { Reason } from '../runtime/reason.ts';
import type { CustomCondition, Follows } from '../runtime/labels.ts';
import type { HookMemory } from './planned.ts';
import type { ProbeMemory } from '../probes/probe.ts';
import { byContainerId, byPart, byHook, byRun, byUid, containerIds, ofPod } from './slice.ts';
import type { Alive, Slice } from './slice.ts';
import type { StatusMemory } from './told-status.ts';

/** What a volume held when it was last read or written. */
export interface KnownContent extends VolumeContent {
  /** A later write failed, and may be done all the same. */
  readonly isUnsure?: true;
}

/** What the volumes of a Pod took, and when that was measured. */
export interface Measured {
  readonly atMs: number;
  /** By the path in the infra. */
  readonly usedBytes: Readonly<Record<string, number>>;
}

/** An action that failed, and when it is tried again. */
export interface Retry {
  readonly verb: EngineAction['verb'];
  readonly target: string;
  readonly count: number;
  readonly failure: Failure;
  readonly failedAtMs: number;
  readonly untilMs: number;
}

/** A container that was asked to end. */
export interface Stop {
  /** Empty for what an earlier podrun ended. */
  readonly because: readonly Reason[];
  /** When its end was first wanted: preStop hook and order count from here. */
  readonly askedAtMs: number;
  /** Another is to follow it; unset: its exit code decides. */
  readonly follows?: Follows;
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

const slices = {
  /** The Pod as last applied, by UID: what is kept running while an edit is being prepared. */
  applied: byUid<Pod>(),
  /** Since when an attempt needs its image: with imagePullPolicy Always a pull since then is enough. */
  imageNeeds: byPart<{ readonly attempt: number | 'replacement'; readonly sinceMs: number }>(),
  /** Infras whose volumes have their modes. */
  prepared: containerIds(),
  /** The attempt after the last one that was started, by container and for the infra: a pruned one's number is not used again. */
  attempts: byPart<number>(),
  /** The sidecars that have started in a sandbox at some time, as `INFRA CONTAINER`. */
  onceStarted: containerIds(),
  /** What was told of each life. */
  statuses: byUid<StatusMemory>(),
  /** What no image can be called, by the field that names it. */
  badImages: byPart<string>(),
  /** Containers of which a start was not answered: the engine may carry it out at any later time. */
  unansweredStarts: containerIds(),
  /** Failed calls for the Pod alone, by `VERB TARGET`. */
  retries: ofPod.map<Retry>(),
  /** By run of a container: a restart by hand under the same id was not asked to end. */
  stops: byRun<Stop>(),
  probes: byPart<ProbeMemory>(),
  /** Conditions set by hand that no record shows yet, by type. */
  conditions: ofPod.map<CustomCondition>(),
  /** Restarts asked for by a command that no record shows yet, by UID. */
  restarts: byUid<Readonly<Record<string, string>>>(),
  /** Deletions asked for by a command, by UID. */
  deletions: byUid<{ readonly graceSeconds?: number }>(),
  /** What the config volumes hold, by the id of the infra that they are seen through. */
  contents: byContainerId<readonly KnownContent[]>(),
  /** What containers hold of synced folders, by container; unset: not asked yet. */
  synced: byPart<SyncedFiles>(),
  /** Why an edit of files wants an instance to be followed by a new one, by its id. */
  restartWhy: byContainerId<readonly Reason[]>(),
  /** The volumes that hold their image's files. */
  copied: ofPod.set(),
  /** The claims that belong to the Pod's group, by `INFRA PATH`. */
  owned: containerIds(),
  /** By the infra's id. */
  measured: byContainerId<Measured>(),
  /** The versions of its config volumes that a run was told of by a signal, or began with. */
  signalled: byRun<string>(),
  /** Why a container's configuration cannot be made, or a volume's content. */
  misconfigured: byPart<string>(),
  /** What has begun of the hooks of what runs. */
  hooks: byHook<HookMemory>(),
};

type Slices = typeof slices;
type Values = { [K in keyof Slices]: Slices[K] extends Slice<infer T> ? T : never };

interface Memory extends Values {
  /** The UID given to the life that is not on the engine yet. */
  newUid: string | undefined;
  /** It was on the engine at some time in this supervisor's life: its first start is over. */
  hasBegun: boolean;
}

export type PodMemory = Readonly<Memory>;

declare const ownOfStep: unique symbol;
/** A step's own: a slice that is to change is given another one. */
export type PodMemoryDraft = Memory & { readonly [ownOfStep]: true };

export const draftMemory = (memory: PodMemory): PodMemoryDraft => ({ ...memory }) as PodMemoryDraft;

/** What a step made of a memory: that of before where nothing of it changed. */
export function keptMemory(before: PodMemory | undefined, draft: PodMemoryDraft): PodMemory {
  const isSame = (name: keyof PodMemory): boolean => before?.[name] === draft[name];
  return before !== undefined && isSame('newUid') && isSame('hasBegun') && names.every(isSame) ? before : draft;
}

const names = Object.keys(slices) as (keyof Slices)[];

export const emptyPodMemory: PodMemory = {
  ...(Object.fromEntries(names.map((name) => [name, slices[name].empty])) as unknown as Values),
  newUid: undefined,
  hasBegun: false,
};

/** Drops what is remembered of objects that are no more. */
export function prunePodMemory(memory: PodMemoryDraft, alive: Alive): void {
  for (const name of names) memory[name] = (slices[name] as Slice<unknown>).prune(memory[name], alive) as never;
}
