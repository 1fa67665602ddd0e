/** A Pod's record: what changes in its life, in labels of an empty volume (docs/decisions/records-are-volumes.md). */
import { withoutEntry } from '../state/entries.ts';
import { emptyPodMemory } from '../state/pod-memory.ts';
import type { Pod } from '../../model/pod.ts';
import type { Reason } from '../runtime/reason.ts';
import { birthOf } from './birth.ts';
import { restartCauses } from './command.ts';
import type { PodChanges } from '../spec/change.ts';
import { liveFacts } from '../runtime/facts.ts';
import { folderOf } from '../runtime/folder.ts';
import { nextGeneration } from './generation.ts';
import { label, podLabels, projectLabels } from '../runtime/labels.ts';
import type { PodRecord } from '../runtime/labels.ts';
import { recordName } from '../runtime/names.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { reason } from '../runtime/reason.ts';
import { want } from '../state/planner.ts';
import type { PodPlanner } from '../state/planner.ts';

/** What was edited live or set by a command is written down, so that the next podrun and `diff` know of it. */
export function planRecord(p: PodPlanner, desired: Pod, observed: ObservedPod, { live }: PodChanges): void {
  const conditions = newConditions(p, observed);
  const taken = takenOver(p, observed);
  const restarts = newRestarts(p, observed);
  const next = nextGeneration(desired, observed);
  const changes = [...live, ...conditions, ...restarts, ...taken];
  const because = changes.length > 0 || next === undefined ? changes : [next.because];
  if (because.length > 0 && observed.infras.length > 0) {
    const set = { ...observed.record.conditions, ...Object.fromEntries(p.memory.conditions) };
    const record = {
      ...observed.record,
      ...(live.length > 0 ? { live: liveFacts(desired) } : {}),
      ...(Object.keys(set).length > 0 ? { conditions: set } : {}),
      ...(restarts.length > 0
        ? { restarts: { ...observed.record.restarts, ...p.memory.restarts.get(observed.uid) } }
        : {}),
      ...(next === undefined ? {} : { generation: next.generation }),
      ...(taken.length > 0 ? { dir: p.self.dir } : {}),
    };
    writeRecord(p, observed, record, because);
  }
  removeOldRecords(p, observed);
}

/** The Pod belongs to this folder from now on: the next podrun needs no --take-over. */
function takenOver(p: PodPlanner, observed: ObservedPod): readonly Reason[] {
  const from = folderOf(observed);
  return from === undefined || from === p.self.dir ? [] : [{ kind: 'folder', from, to: p.self.dir }];
}

/** What was set by hand and is not in the record yet; what is in it need not be remembered. */
function newConditions(p: PodPlanner, observed: ObservedPod): readonly Reason[] {
  const set = [...p.memory.conditions];
  const recorded = observed.record.conditions ?? {};
  const fresh = set.filter(([type, condition]) => recorded[type]?.atMs !== condition.atMs);
  if (fresh.length === 0) p.memory.conditions = emptyPodMemory.conditions;
  return fresh.map(([type, { status }]) => ({
    kind: 'condition',
    type,
    ...(recorded[type] === undefined ? {} : { from: recorded[type].status }),
    to: status,
  }));
}

/** What a command asked for and is not in the record yet: there it is done, whoever supervises then. */
function newRestarts(p: PodPlanner, observed: ObservedPod): readonly Reason[] {
  const asked = Object.entries(p.memory.restarts.get(observed.uid) ?? {});
  const fresh = asked.filter(([name, id]) => observed.record.restarts?.[name] !== id);
  if (fresh.length === 0) p.memory.restarts = withoutEntry(p.memory.restarts, observed.uid);
  return restartCauses(p.memory, observed.uid, { kind: 'restartAsked', containers: fresh.map(([name]) => name) });
}

/**
 * Makes the Pod's next record; the one before goes when this one is seen.
 * @param container the one that it is about; unset: the Pod
 * @returns the name of its volume
 */
export function writeRecord(
  p: PodPlanner,
  pod: ObservedPod,
  record: PodRecord,
  because: readonly Reason[],
  container?: string,
): string {
  const sequence = (pod.records[0]?.sequence ?? 0) + 1;
  const birth = birthOf(p.memory, pod.uid, pod, p.nowMs);
  const name = recordName(p.self.project, pod, sequence);
  const labels = {
    ...projectLabels(p.self, 'record', name),
    ...podLabels(pod),
    [label.attempt]: String(sequence),
    [label.record]: JSON.stringify({ ...record, birth }),
  };
  const action = { verb: 'createVolume', target: name, name, labels } as const;
  want(p, { action, because, pod, ...(container === undefined ? {} : { container }) });
  return name;
}

export function removeOldRecords(p: PodPlanner, pod: ObservedPod): void {
  for (const { name } of pod.records.slice(1))
    want(p, { action: { verb: 'removeVolume', target: name, name }, because: reason('newerRecord'), pod });
}
