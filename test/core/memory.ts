/** What is remembered of all Pods together, for tests that do not care of which Pod; and a change of it. */
import { beginDraft, commit, setLife } from '../../src/core/state/draft.ts';
import { splitSnapshot } from '../../src/core/runtime/observed.ts';
import { stateWith } from '../../src/core/state/seen-state.ts';
import { emptySnapshot } from '../../src/core/runtime/snapshot.ts';
import type { Snapshot } from '../../src/core/runtime/snapshot.ts';
import type { Project } from '../../src/model/project.ts';
import { copyPodMemory, emptyPodMemory } from '../../src/core/state/pod-memory.ts';
import type { PodMemory, Retry } from '../../src/core/state/pod-memory.ts';
import { noPlan, podAt, withPods } from '../../src/core/state/pod-table.ts';
import type { SharedMemory } from '../../src/core/state/shared-memory.ts';
import type { State } from '../../src/core/state/state.ts';

type Maps = { readonly [K in keyof PodMemory]: PodMemory[K] };

export interface AllMemory extends Omit<Maps, 'newUid' | 'hasBegun'> {
  readonly newUids: ReadonlyMap<string, string>;
  readonly begun: ReadonlySet<string>;
}

export function allMemory({ pods }: State): AllMemory {
  const all = emptyPodMemory();
  for (const { memory } of pods.list)
    for (const [name, value] of Object.entries(memory) as [keyof PodMemory, unknown][]) {
      const into: unknown = all[name];
      if (into instanceof Map && value instanceof Map) for (const [key, entry] of value) into.set(key, entry);
      if (into instanceof Set && value instanceof Set) for (const entry of value) into.add(entry);
    }
  return {
    ...all,
    newUids: new Map(pods.list.flatMap(({ key, memory }) => (memory.newUid ? [[key, memory.newUid] as const] : []))),
    begun: new Set(pods.list.filter(({ memory }) => memory.hasBegun).map(({ key }) => key)),
  };
}

/** The state with that Pod's memory changed. */
export function remember(state: State, key: string, change: (memory: PodMemory) => void): State {
  const before = podAt(state.pods, key);
  const memory = before === undefined ? emptyPodMemory() : copyPodMemory(before.memory);
  change(memory);
  const pod = { key, lives: [], plan: noPlan, ...before, memory };
  return { ...state, pods: withPods(state.pods, new Map([[key, pod]])) };
}

/** The state with some of what the Pods share as given. */
export const share = (state: State, shared: Partial<SharedMemory>): State => ({
  ...state,
  shared: { ...state.shared, ...shared },
});

/** The state of a supervisor of that project that has seen these objects, and remembers nothing of it. */
export function holding(state: State, project: Project, snapshot: Partial<Snapshot>): State {
  const { pods, rest } = splitSnapshot({ ...emptySnapshot, ...snapshot });
  const draft = beginDraft({ ...stateWith(state, project), looked: true, rest });
  for (const { ref, objects } of pods) setLife(draft, ref, objects);
  return commit(draft);
}

/** What the Pods share, with a call for several of them that failed. */
export const shareRetry = (state: State, retry: Retry): State =>
  share(state, { retries: new Map([[`${retry.verb} ${retry.target}`, retry]]) });
