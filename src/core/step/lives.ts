/** What the lives of the Pods that a step touches say of their past, and what is forgotten with them. */
import { withEntry, withoutEntry } from '../state/entries.ts';
import { emptyPodMemory } from '../state/pod-memory.ts';
import { containerKey, infraKey, readPartKey } from '../state/part-key.ts';
import type { Draft, PodDraft } from '../state/draft.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { prunePodMemory } from '../state/pod-memory.ts';
import { idOfRun, instanceOf } from '../runtime/run-key.ts';
import { podAt } from '../state/pod-table.ts';
import { retryForgottenAfterMs } from './retry.ts';
import type { Alive } from '../state/slice.ts';
import { recallStops } from '../stopping/succession.ts';

/** @param isLook the engine was looked at: only then is it known what is no more */
export function noteLives(draft: Draft, isLook: boolean, nowMs: number): void {
  for (const pod of draft.touched.values()) {
    if (pod.lives === podAt(draft.state.pods, pod.key)?.lives && !isLook) continue;
    takeSavedProbes(draft, pod);
    // Not only at a look: a life may come and go between two looks, and the next one is another. Until its sandbox has
    // started a Pod keeps its uid, and with it the back-off of what fails.
    if (pod.lives.some(hasBegun)) pod.memory.newUid = undefined;
    if (!isLook) continue;
    recallStops(pod.memory, pod.lives, nowMs);
    forget(pod, nowMs);
    rememberAttempts(pod);
  }
  if (isLook) draft.state = { ...draft.state, savedProbes: new Map() };
}

const hasBegun = (life: ObservedPod): boolean =>
  life.instances.size > 0 || life.infras.some(({ container }) => container.startedAtMs !== undefined);

const containersOf = (lives: readonly ObservedPod[]) =>
  lives.flatMap(({ infras, instances }) =>
    [...infras, ...[...instances.values()].flat()].map(({ container }) => container),
  );

/** Drops what is remembered of objects that are no more. */
function forget({ lives, memory }: PodDraft, nowMs: number): void {
  const there = containersOf(lives);
  const runs = new Set(there.map(instanceOf));
  const halfSeen = there.filter(({ listedOnly }) => listedOnly === true);
  const alive: Alive = {
    uids: new Set([...lives.map(({ uid }) => uid), ...(memory.newUid === undefined ? [] : [memory.newUid])]),
    ids: new Set(there.map(({ id }) => id)),
    isRun: (run) => runs.has(run) || halfSeen.some(({ id }) => idOfRun(run) === id),
  };
  prunePodMemory(memory, alive);
  if (lives.length === 0) memory.conditions = emptyPodMemory.conditions;
  for (const [key, { untilMs }] of memory.retries)
    if (nowMs >= untilMs + retryForgottenAfterMs) memory.retries = withoutEntry(memory.retries, key);
}

/** Also those that another podrun started, or whose start was not answered: they may be removed by hand. */
function rememberAttempts({ lives, memory }: PodDraft): void {
  for (const life of lives) {
    const parts = [...life.instances].map(([name, list]) => [containerKey(life, name), list] as const);
    for (const [key, list] of [[infraKey(life), life.infras] as const, ...parts])
      for (const { attempt, container } of list)
        if (container.startedAtMs !== undefined)
          memory.attempts = withEntry(memory.attempts, key, Math.max(memory.attempts.get(key) ?? 0, attempt + 1));
  }
}

/** What was ready and started stays so until a probe says otherwise. */
function takeSavedProbes(draft: Draft, { lives, memory }: PodDraft): void {
  for (const [key, probe] of draft.state.savedProbes)
    if (lives.some(({ uid }) => uid === readPartKey(key).uid) && !memory.probes.has(key))
      memory.probes = withEntry(memory.probes, key, probe);
}
