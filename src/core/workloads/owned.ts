/** The Pods of workloads as their controllers look at them (src/controllers). */
import type { OwnedPod } from '../../controllers/decision.ts';
import type { Pod } from '../../model/pod.ts';
import { revisionIn } from '../../model/workload.ts';
import type { Workload } from '../../model/workload.ts';
import { groupNow, podInstead } from '../admission/infra-gone.ts';
import { groupOf } from '../admission/workload.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { readObjectKey } from '../runtime/object-record.ts';
import { isMadeOf } from '../pod/generation.ts';
import { isOver } from '../status/phase.ts';
import { recallPod, recallWhole } from '../spec/recall.ts';
import { livesOf, surroundings } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import type { PodMemory } from '../state/pod-memory.ts';
import type { Asked, Seen } from './staffing.ts';
import type { State } from '../state/state.ts';

/** A workload with its Pods of the file and of the engine. */
export interface Group {
  readonly workload: Workload;
  /** The Pods of its template, in the file's order: of a StatefulSet by ordinal, of others alike but for their names. */
  readonly slots: readonly Pod[];
  /** By name. */
  readonly members: ReadonlyMap<string, Member>;
  readonly asked: Asked;
  /** The templates that there are records of, oldest first. */
  readonly known: readonly string[];
}

/** A Pod of a workload, on the engine or asked for. */
export interface Member {
  readonly view: OwnedPod;
  /** Unset while it is not made. */
  readonly life?: MemberLife;
}

export interface MemberLife {
  readonly uid: string;
  /** As it was made. */
  readonly pod: Pod;
  /** It is known from its labels that it is of the template as it is now; of a ReplicaSet from its spec. */
  readonly isCurrent: boolean;
  /** Its end is written down: nothing more is done to it. */
  readonly isFinished: boolean;
}

/** `NAMESPACE/KIND/NAME`, as {@link groupOf} has it. */
export const groupKey = ({ namespace, kind, name }: Workload): string => `${namespace}/${kind}/${name}`;

/** The workloads of a file, each with its Pods. */
export function groupsOf(draft: Draft, workloads: readonly Workload[], pods: readonly Pod[]): readonly Group[] {
  const groups = new Map(
    workloads.map((workload) => {
      const key = groupKey(workload);
      const asked: Asked = draft.shared.staffing.asked.get(key) ?? new Map();
      const known = revisionsKept(draft, workload);
      return [key, { workload, slots: new Array<Pod>(), members: new Map<string, Member>(), asked, known }];
    }),
  );
  for (const pod of pods) groups.get(groupOf(pod.metadata) ?? '')?.slots.push(pod);
  for (const { pod: life, memory } of livesOf(draft)) {
    const group = groups.get(groupNow(draft, life) ?? '');
    // Of two lives the one that goes stands in the way of the other.
    if (group === undefined || group.members.get(life.name)?.view.isTerminating === true) continue;
    group.members.set(life.name, memberOf(draft, group, life, memory));
  }
  for (const { workload, members, slots, asked } of groups.values())
    for (const [name, { revision, isMade }] of asked) {
      if (members.has(name)) continue;
      if (workload.kind === 'StatefulSet') {
        // One of an earlier template that was not made is made of this one.
        const isSlot = slots.some(({ metadata }) => metadata.name === name);
        if (isSlot) members.set(name, { view: unmade(name, workload.revision) });
      } else if (!isMade) members.set(name, { view: unmade(name, revision) });
    }
  return [...groups.values()];
}

function revisionsKept(draft: Draft, workload: Workload): readonly string[] {
  const owner = groupKey(workload);
  const kept = new Map([...surroundings(draft).objects].map(([key, { record }]) => [key, record]));
  return [...new Map([...kept, ...draft.shared.records]).values()]
    .filter((record) => record.owner === owner)
    .toSorted((a, b) => (a.revision ?? 0) - (b.revision ?? 0))
    .map(({ object }) => readObjectKey(object).name)
    .map((name) => (workload.kind === 'StatefulSet' ? name : name.slice(workload.name.length + 1)));
}

function memberOf(
  draft: Draft,
  { workload, slots: [slot] }: Pick<Group, 'workload' | 'slots'>,
  life: ObservedPod,
  memory: PodMemory,
): Member {
  const { uid, name, record } = life;
  const told = memory.statuses.get(uid);
  const statuses = [...(told?.statuses.init ?? []), ...(told?.statuses.regular ?? [])];
  const instead = podInstead(draft, life);
  const { labels } = life.facts?.live ?? record.end?.facts.live ?? instead?.metadata ?? {};
  const revision = revisionIn(labels, workload.kind);
  const { phase, readySinceMs } = seenOf(draft.state, life, memory);
  const view: OwnedPod = {
    name,
    ...(revision === undefined ? {} : { revision }),
    createdAtMs: told?.createdAtMs ?? 0,
    phase,
    ...(readySinceMs === undefined ? {} : { readySinceMs }),
    isTerminating: record.deletion !== undefined || memory.deletions.has(uid) || draft.shared.staffing.leaving.has(uid),
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
  };
  const pod = memory.applied.get(uid) ?? recallWhole(life) ?? instead ?? recallPod(life);
  const isCurrent =
    revision === undefined ? slot === undefined || isMadeOf(slot, life) : revision === workload.revision;
  return { view, life: { uid, pod, isCurrent, isFinished: record.end !== undefined } };
}

/** How it is, as the last step that touched it left it. */
export function seenOf({ isAssumed }: State, { uid, record, instances }: ObservedPod, { statuses }: PodMemory): Seen {
  const told = statuses.get(uid);
  const phase = told?.phase ?? record.end?.phase ?? 'Pending';
  // What is assumed to have begun, if only with its init containers, is assumed to have been Ready for long.
  if (isAssumed && instances.size > 0 && !isOver(phase)) return { phase: 'Running', readySinceMs: -Infinity };
  return { phase, readySinceMs: told?.readySinceMs };
}

const unmade = (name: string, revision: string): OwnedPod => ({
  name,
  revision,
  createdAtMs: Infinity,
  phase: 'Pending',
  isTerminating: false,
  restarts: 0,
});
