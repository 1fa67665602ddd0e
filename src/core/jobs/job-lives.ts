/** A Job's Pods on the engine, as its controller looks at them. */
import type { JobPod } from '../../controllers/job/job-pod.ts';
import { INDEX } from '../../model/job-pods.ts';
import { isHalfSeen } from '../runtime/observed.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { current } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import type { PodMemory } from '../state/pod-memory.ts';
import { seenOf } from '../workloads/owned.ts';

export interface JobLife {
  readonly life: ObservedPod;
  readonly memory: PodMemory;
}

export const labelsOf = ({ facts, record }: ObservedPod): Readonly<Record<string, string>> =>
  (facts?.live ?? record.end?.facts.live)?.labels ?? {};

export function indexOf(life: ObservedPod): number | undefined {
  const index = labelsOf(life)[INDEX];
  return index === undefined ? undefined : Number(index);
}

/**
 * @param isLeaving the Job ends it
 * @param asked the index that it was asked for with: of a Pod whose infra is gone no label tells it
 */
export function viewOf(draft: Draft, { life, memory }: JobLife, isLeaving: boolean, asked?: number): JobPod {
  const { uid, name, record } = life;
  const told = memory.statuses.get(uid);
  const statuses = [...(told?.statuses.regular ?? []), ...(told?.statuses.init ?? [])];
  const index = indexOf(life) ?? asked;
  const { phase, readySinceMs } = seenOf(draft.state, life, memory);
  const endedAtMs = endOf(life);
  return {
    name,
    uid,
    createdAtMs: told?.createdAtMs ?? 0,
    phase,
    ...(index === undefined ? {} : { index }),
    ...(readySinceMs === undefined ? {} : { readySinceMs }),
    ...(endedAtMs === undefined ? {} : { endedAtMs }),
    isTerminating: isLeaving || record.deletion !== undefined || memory.deletions.has(uid),
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    exits: statuses.flatMap(({ name: container, state }) =>
      state?.terminated === undefined ? [] : [{ container, exitCode: state.terminated.exitCode }],
    ),
    conditions: (told?.conditions ?? []).map(({ type, status }) => ({ type, status })),
  };
}

/** When the last of its containers ended; undefined while one has not (getFinishTimeFromContainers). */
function endOf({ record, instances }: ObservedPod): number | undefined {
  const kept = Object.values(record.end?.containers ?? {}).map(({ finishedAtMs }) => finishedAtMs);
  if (kept.length > 0) return Math.max(...kept);
  const ends = [...instances.values()].map(([newest]) => newest?.container.finishedAtMs);
  const known = ends.filter((ms) => ms !== undefined);
  return known.length === 0 || known.length < ends.length ? undefined : Math.max(...known);
}

/** One that was asked for and is not there yet; what the machine will never take has failed. */
export function viewOfUnmade(draft: Draft, namespace: string, name: string, index: number | undefined): JobPod {
  const key = podKey({ name, namespace });
  const isRefused = draft.shared.refused.get(key)?.phase === 'Failed';
  const uid = isRefused ? current(draft, key)?.memory.newUid : undefined;
  return {
    name,
    ...(uid === undefined ? {} : { uid }),
    ...(index === undefined ? {} : { index }),
    ...{ createdAtMs: Infinity, phase: isRefused ? 'Failed' : 'Pending', isTerminating: false, restarts: 0 },
    ...{ exits: [], conditions: [] },
  };
}

/** What a decision goes by: another one is a reason to decide anew. */
export function sightOf(draft: Draft, key: string): string {
  const pod = current(draft, key);
  if (pod === undefined) return '';
  const { lives, memory } = pod;
  const views = lives.map((life) => [viewOf(draft, { life, memory }, false), uidOfJob(life), isHalfSeen(life)]);
  return JSON.stringify([views, draft.shared.refused.get(key)?.phase]);
}

/** The Job's UID, in its Pods' labels. */
export const uidLabel = 'batch.kubernetes.io/controller-uid';

/** Of the Job that it was made for; undefined where that is not known yet. */
export const uidOfJob = (life: ObservedPod): string | undefined => labelsOf(life)[uidLabel];
