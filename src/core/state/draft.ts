/** What a step changes, before it is the next state: the Pods that it touches are copied once, all others stay. */
import type { Pod } from '../../model/pod.ts';
import { byBirth, observePod, surroundingsOf } from '../runtime/observed.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { draftMemory, emptyPodMemory, keptMemory } from './pod-memory.ts';
import type { PodMemory, PodMemoryDraft } from './pod-memory.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { outlookAfter } from './outlook.ts';
import { inOrder, noPlan, podAt, withPods } from './pod-table.ts';
import type { PodPlan, PodState } from './pod-table.ts';
import type { SharedMemory } from './shared-memory.ts';
import type { State } from './state.ts';
import type { PodObjects, Surroundings } from '../runtime/observed.ts';

/** A Pod that the step touches. It is planned anew. */
export interface PodDraft {
  readonly key: string;
  desired: Pod | undefined;
  lives: readonly ObservedPod[];
  readonly memory: PodMemoryDraft;
  plan: PodPlan;
}

export interface Draft {
  /** With all that the input changed but the Pods and what is shared. */
  state: State;
  readonly shared: SharedMemory;
  readonly touched: Map<string, PodDraft>;
  /** The project as a whole is planned anew. */
  project: boolean;
  /** Which Pods there is room for, and which must wait, is asked anew. */
  admission: boolean;
}

export const beginDraft = (state: State): Draft => ({
  state,
  shared: { ...state.shared },
  touched: new Map(),
  project: false,
  admission: false,
});

/** The Pod to be changed. One that nothing is known of begins empty. */
export function touch(draft: Draft, key: string): PodDraft {
  const touched = draft.touched.get(key);
  if (touched !== undefined) return touched;
  const before = podAt(draft.state.pods, key);
  const pod: PodDraft = {
    key,
    desired: before?.desired,
    lives: before?.lives ?? [],
    memory: draftMemory(before?.memory ?? emptyPodMemory),
    plan: before?.plan ?? noPlan,
  };
  draft.touched.set(key, pod);
  return pod;
}

export function touchAll(draft: Draft): void {
  draft.project = true;
  draft.admission = true;
  for (const { key } of draft.state.pods.list) touch(draft, key);
}

/** Those that wait for a call on that target, or for that Pod. */
export function touchWaiting(draft: Draft, topic: string): void {
  if (draft.state.outlook.waiting === 0) return;
  for (const { key, plan } of draft.state.pods.list) if (plan.waitsFor.has(topic)) touch(draft, key);
}

/** The Pod as it is now, touched or not. */
export function current(draft: Draft, key: string): PodState | PodDraft | undefined {
  return draft.touched.get(key) ?? podAt(draft.state.pods, key);
}

/** Every life of every Pod as it is now. */
export function* livesOf(draft: Draft): Iterable<{ readonly pod: ObservedPod; readonly memory: PodMemory }> {
  for (const { key } of draft.state.pods.list) {
    const pod = current(draft, key);
    for (const life of pod?.lives ?? []) yield { pod: life, memory: (pod as PodDraft).memory };
  }
  for (const pod of draft.touched.values())
    if (!draft.state.pods.places.has(pod.key)) for (const life of pod.lives) yield { pod: life, memory: pod.memory };
}

export const surroundings = (draft: Draft): Surroundings =>
  surroundingsOf(
    draft.state.rest,
    lazily(() => [...livesOf(draft)].map(({ pod }) => pod)),
  );

/** Asked for only where it is looked at. */
function lazily<T>(list: () => readonly T[]): Iterable<T> {
  return { [Symbol.iterator]: () => list()[Symbol.iterator]() };
}

/** Gives a life of a Pod other objects; one that has none left is over. */
export function setLife(draft: Draft, ref: PodRef, objects: PodObjects): void {
  const pod = touch(draft, podKey(ref));
  const others = pod.lives.filter(({ uid }) => uid !== ref.uid);
  const isOver = objects.containers.length === 0 && objects.volumes.length === 0;
  pod.lives = isOver ? others : [...others, observePod(ref, objects)].toSorted(byBirth);
  if (others.length === pod.lives.length || pod.lives.length !== (podAt(draft.state.pods, pod.key)?.lives.length ?? 0))
    draft.admission = true;
}

/** The next state: what no step touched stays the same object. */
export function commit(draft: Draft): State {
  const changed = new Map<string, PodState | undefined>();
  const before = draft.state.pods;
  for (const [key, { desired, lives, memory: own, plan }] of draft.touched) {
    const memory = keptMemory(podAt(before, key)?.memory, own);
    const isOver = desired === undefined && lives.length === 0 && memory.newUid === undefined;
    changed.set(key, isOver ? undefined : { key, ...(desired && { desired }), lives, memory, plan });
  }
  const table = withPods(before, changed);
  const plans = [...changed].map(([key, pod]) => ({ was: podAt(before, key)?.plan, is: pod?.plan }));
  const outlook = outlookAfter(draft.state.outlook, plans, table.list);
  const order = draft.project ? (draft.state.project?.pods ?? []).map(({ metadata }) => podKey(metadata)) : undefined;
  const pods = order === undefined ? table : inOrder(table, order);
  return { ...draft.state, shared: draft.shared, outlook, pods };
}
