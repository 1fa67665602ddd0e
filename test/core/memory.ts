/** What is remembered of all Pods together, for tests that do not care of which Pod; and a change of it. */
import { beginDraft, commit, setLife } from '../../src/core/state/draft.ts';
import { splitSnapshot } from '../../src/core/runtime/observed.ts';
import { stateWith } from '../../src/core/state/seen-state.ts';
import { emptySnapshot } from '../../src/core/runtime/snapshot.ts';
import type { Snapshot } from '../../src/core/runtime/snapshot.ts';
import type { Project } from '../../src/model/project.ts';
import { emptyPodMemory } from '../../src/core/state/pod-memory.ts';
import type { PodMemory, Retry } from '../../src/core/state/pod-memory.ts';
import { noPlan, podAt, withPods } from '../../src/core/state/pod-table.ts';
import type { SharedMemory } from '../../src/core/state/shared-memory.ts';
import type { State } from '../../src/core/state/state.ts';

export interface AllMemory extends Omit<PodMemory, 'newUid' | 'hasBegun'> {
  readonly newUids: ReadonlyMap<string, string>;
  readonly begun: ReadonlySet<string>;
}

export function allMemory({ pods }: State): AllMemory {
  const names = Object.keys(emptyPodMemory) as (keyof PodMemory)[];
  const all = names.map((name) => {
    const values: readonly unknown[] = pods.list.map(({ memory }) => memory[name]);
    const entries = values.flatMap((value) =>
      value instanceof Map || value instanceof Set ? [...(value as Iterable<unknown>)] : [],
    );
    const isSet = emptyPodMemory[name] instanceof Set;
    return [name, isSet ? new Set(entries) : new Map(entries as [string, unknown][])];
  });
  return {
    ...(Object.fromEntries(all) as Omit<PodMemory, 'newUid' | 'hasBegun'>),
    newUids: new Map(pods.list.flatMap(({ key, memory }) => (memory.newUid ? [[key, memory.newUid] as const] : []))),
    begun: new Set(pods.list.filter(({ memory }) => memory.hasBegun).map(({ key }) => key)),
  };
}

/** The state with some of that Pod's memory as given. */
export function remember(state: State, key: string, change: (memory: PodMemory) => Partial<PodMemory>): State {
  const before = podAt(state.pods, key);
  const memory = before?.memory ?? emptyPodMemory;
  const pod = { key, lives: [], plan: noPlan, ...before, memory: { ...memory, ...change(memory) } };
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
