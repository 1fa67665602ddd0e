/** Which Pods a step changed: all others are the same objects before and after it. */
import type { ObservedPod } from '../runtime/observed.ts';
import { podAt } from './pod-table.ts';
import type { PodState, PodTable } from './pod-table.ts';
import type { EngineContainer } from '../runtime/snapshot.ts';
import type { State } from './state.ts';

export interface PodChange {
  readonly before: PodState | undefined;
  readonly after: PodState | undefined;
}

/** Several ask of the same step. Of one step alone: a table that kept the one before it would keep them all. */
let last: { readonly before: PodTable; readonly after: PodTable; readonly changes: readonly PodChange[] } | undefined;

export function changedPods({ pods: before }: State, { pods: after }: State): readonly PodChange[] {
  if (before === after) return [];
  if (last?.before === before && last.after === after) return last.changes;
  const gone = after.places === before.places ? [] : before.list.filter(({ key }) => !after.places.has(key));
  const changes = [
    ...gone.map((pod) => ({ before: pod, after: undefined })),
    ...after.list.flatMap((pod, place) => {
      const was = after.places === before.places ? before.list[place] : podAt(before, pod.key);
      return was === pod ? [] : [{ before: was, after: pod }];
    }),
  ];
  last = { before, after, changes };
  return changes;
}

export const containersOf = (pod: PodState | undefined): readonly EngineContainer[] =>
  (pod?.lives ?? []).flatMap(({ objects }) => objects.containers);

/** The container of that id: a Pod's, or one that belongs to none. */
export function findContainer({ rest }: State, pod: PodState | undefined, id: string): EngineContainer | undefined {
  return [...containersOf(pod), ...rest.containers].find((container) => container.id === id);
}

/** The life of that UID. */
export const lifeOf = (pod: PodState | undefined, uid: string): ObservedPod | undefined =>
  pod?.lives.find((life) => life.uid === uid);
