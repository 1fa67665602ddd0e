/** The Pods of workloads as their controllers look at them (src/controllers). */
import type { OwnedPod } from '../../controllers/decision.ts';
import type { Pod } from '../../model/pod.ts';
import { revisionLabel } from '../../model/workload.ts';
import type { Workload } from '../../model/workload.ts';
import { groupOf, groupOfLife } from '../admission/workload.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { isOver } from '../status/phase.ts';
import { recallPod, recallWhole } from '../spec/recall.ts';
import { livesOf } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import type { PodMemory } from '../state/pod-memory.ts';
import type { Seen } from './staffing.ts';
import type { State } from '../state/state.ts';

/** A workload with its Pods of the file and of the engine. */
export interface Group {
  readonly workload: Workload;
  /** The Pods of its template, in the file's order: of a StatefulSet by ordinal, of others alike but for their names. */
  readonly slots: readonly Pod[];
  /** By name. */
  readonly members: ReadonlyMap<string, Member>;
}

/** A Pod of a workload, on the engine or asked for. */
export interface Member {
  readonly view: OwnedPod;
  /** Unset while it is not made. */
  readonly life?: { readonly uid: string; readonly pod: Pod };
}

/** `NAMESPACE/KIND/NAME`, as {@link groupOf} has it. */
export const groupKey = ({ namespace, kind, name }: Workload): string => `${namespace}/${kind}/${name}`;

/** The workloads of a file, each with its Pods. */
export function groupsOf(draft: Draft, workloads: readonly Workload[], pods: readonly Pod[]): readonly Group[] {
  const groups = new Map(
    workloads.map((workload) => {
      const group = { workload, slots: new Array<Pod>(), members: new Map<string, Member>() };
      return [groupKey(workload), group];
    }),
  );
  for (const pod of pods) groups.get(groupOf(pod.metadata) ?? '')?.slots.push(pod);
  for (const { pod: life, memory } of livesOf(draft)) {
    const group = groups.get(groupOfLife(life) ?? '');
    // Of two lives the one that goes stands in the way of the other.
    if (group === undefined || group.members.get(life.name)?.view.isTerminating === true) continue;
    group.members.set(life.name, memberOf(draft, group.workload, life, memory));
  }
  for (const [key, { members, slots }] of groups)
    for (const name of draft.shared.staffing.asked.get(key) ?? [])
      if (!members.has(name) && slots.some(({ metadata }) => metadata.name === name))
        members.set(name, { view: unmade(name) });
  return [...groups.values()];
}

function memberOf(draft: Draft, { kind }: Workload, life: ObservedPod, memory: PodMemory): Member {
  const { uid, name, record } = life;
  const told = memory.statuses.get(uid);
  const statuses = [...(told?.statuses.init ?? []), ...(told?.statuses.regular ?? [])];
  const { labels } = life.facts?.live ?? record.end?.facts.live ?? {};
  const revision = labels?.[revisionLabel[kind]];
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
  return { view, life: { uid, pod: memory.applied.get(uid) ?? recallWhole(life) ?? recallPod(life) } };
}

/** How it is, as the last step that touched it left it. */
export function seenOf({ isAssumed }: State, { uid, record, instances }: ObservedPod, { statuses }: PodMemory): Seen {
  const told = statuses.get(uid);
  const phase = told?.phase ?? record.end?.phase ?? 'Pending';
  // What is assumed to have begun, if only with its init containers, is assumed to have been Ready for long.
  if (isAssumed && instances.size > 0 && !isOver(phase)) return { phase: 'Running', readySinceMs: -Infinity };
  return { phase, readySinceMs: told?.readySinceMs };
}

const unmade = (name: string): OwnedPod => ({
  name,
  createdAtMs: Infinity,
  phase: 'Pending',
  isTerminating: false,
  restarts: 0,
});
