/** All that the supervisor knows. A state once given stays as it is: `step` makes the next one from it. */
import type { PartKey } from './part-key.ts';
import type { Project } from '../../model/project.ts';
import type { Failure } from '../runtime/action.ts';
import type { Answered } from '../runtime/outcome.ts';
import type { Files } from './files.ts';
import type { ProbeMemory } from '../probes/probe.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { emptyOutlook } from './outlook.ts';
import type { Outlook } from './outlook.ts';
import type { Planned } from './planned.ts';
import type { Retry } from './pod-memory.ts';
import { emptyTable } from './pod-table.ts';
import type { PodTable } from './pod-table.ts';
import type { Intent, Self } from './self.ts';
import { emptySharedMemory } from './shared-memory.ts';
import type { SharedMemory } from './shared-memory.ts';
import { emptySnapshot } from '../runtime/snapshot.ts';
import type { Snapshot } from '../runtime/snapshot.ts';
import type { UidSource } from './uid.ts';

/** Whether the engine answers; `sinceMs` is when it last changed. */
export interface EngineHealth {
  readonly answers: boolean;
  readonly sinceMs: number;
  readonly failure?: Failure;
}

export interface State {
  readonly self: Self;
  /** What is to be there now: {@link file} with the Pods that its workloads want, and those of Jobs that its CronJobs have begun. */
  readonly project?: Project;
  /** The project as it was last read. */
  readonly file?: Project;
  /** What the files are that `onChange` rules name; unset until they are read. */
  readonly files?: Files;
  readonly intent: Intent;
  readonly engine: EngineHealth;
  /** False until the first look. */
  readonly looked: boolean;
  /** Each Pod: as it is to be, as it is on the engine, what is remembered of it, and what it waits for. */
  readonly pods: PodTable;
  /** What the engine holds that is no Pod's. */
  readonly rest: Snapshot;
  readonly shared: SharedMemory;
  /** What is planned for the project as a whole. */
  readonly plan: ProjectPlan;
  /** What the Pods' own plans come to. */
  readonly outlook: Outlook;
  /** Calls under way, by target. */
  readonly inFlight: ReadonlyMap<string, Planned>;
  /** Actions that were done since a look began, oldest first: a look that began before them does not show them. */
  readonly done: readonly Done[];
  /** How many outcomes there were; a look tells at which count it began. */
  readonly outcomes: number;
  /** Targets of which too little is known to act, and from which outcome on a look tells: by target. */
  readonly blind: ReadonlyMap<string, number>;
  /** The verdicts of probes that an earlier podrun saved, by `UID/CONTAINER/TYPE`, until their Pod is seen. */
  readonly savedProbes: ReadonlyMap<PartKey, ProbeMemory>;
  /** Every outcome is assumed, as for `diff`: what runs counts as available. */
  readonly isAssumed?: true;
  /** A later podrun took the project over, or another folder owns it: nothing is done any more. */
  readonly ousted?: string;
}

export interface ProjectPlan {
  readonly wakeAtMs: number;
  readonly wanted: number;
  /** Some of it waits for a call under way to end. */
  readonly needsSlot: boolean;
}

/** An action that was done, and what the engine answered. */
export type Done = Answered & {
  /** Sequence number of this outcome. */
  readonly outcome: number;
};

export function initialState(self: Self, seed: UidSource['seed'], nowMs: number): State {
  return {
    self,
    intent: { kind: 'up' },
    engine: { answers: true, sinceMs: nowMs },
    looked: false,
    pods: emptyTable,
    rest: emptySnapshot,
    shared: emptySharedMemory(seed),
    plan: { wakeAtMs: -Infinity, wanted: 0, needsSlot: false },
    outlook: emptyOutlook,
    inFlight: new Map(),
    done: [],
    outcomes: 0,
    blind: new Map(),
    savedProbes: new Map(),
  };
}

/** Every life of every Pod that is on the engine. */
export const livesOf = ({ pods }: Pick<State, 'pods'>): readonly ObservedPod[] =>
  pods.list.flatMap(({ lives }) => lives);

/** Every call that failed and is to be tried again. */
export const retriesIn = ({ shared, pods }: Pick<State, 'shared' | 'pods'>): readonly Retry[] => [
  ...shared.retries.values(),
  ...pods.list.flatMap(({ memory }) => [...memory.retries.values()]),
];

/** All that the engine is known to hold: the last look, with what was done since folded in. */
export function snapshotOf({ pods, rest }: Pick<State, 'pods' | 'rest'>): Snapshot {
  const objects = pods.list.flatMap(({ lives }) => lives.map((life) => life.objects));
  return {
    containers: [...rest.containers, ...objects.flatMap(({ containers }) => containers)],
    volumes: [...rest.volumes, ...objects.flatMap(({ volumes }) => volumes)],
    networks: rest.networks,
  };
}
