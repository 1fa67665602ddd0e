/** What a look at the engine brings: the Pods of which something changed, and all that no longer is in doubt. */
import { emptyPodMemory } from '../state/pod-memory.ts';
import type { EngineAction } from '../runtime/action.ts';
import { current, setLife, touchAll } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { fold } from './fold.ts';
import { splitSnapshot, surroundingsOf } from '../runtime/observed.ts';
import type { PodObjects, Surroundings } from '../runtime/observed.ts';
import type { Sight } from '../state/input.ts';
import { isOurs, podRefOf } from '../runtime/labels.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { isSame } from '../runtime/same.ts';
import type { Snapshot } from '../runtime/snapshot.ts';
import type { Done } from '../state/state.ts';

export function takeLook(draft: Draft, snapshot: Snapshot, sinceOutcome: number, nowMs: number): void {
  const { state } = draft;
  const done = state.done.filter(({ outcome }) => outcome > sinceOutcome);
  const blind = new Map([...state.blind].filter(([, outcome]) => outcome > sinceOutcome));
  const isBack = !state.engine.answers;
  draft.state = {
    ...state,
    looked: true,
    done,
    blind,
    engine: isBack ? { answers: true, sinceMs: nowMs } : state.engine,
  };
  draft.project = true;
  if (isBack || !state.looked || blind.size < state.blind.size) touchAll(draft);
  if (isBack) {
    draft.shared.retries = new Map();
    for (const { memory } of draft.touched.values()) memory.retries = emptyPodMemory.retries;
  }
  const { pods, rest } = splitSnapshot(done.reduce(fold, snapshot));
  const seen = new Set(pods.map(({ ref }) => ref.uid));
  for (const { lives } of state.pods.list)
    for (const life of lives) if (!seen.has(life.uid)) setLife(draft, life, { containers: [], volumes: [] });
  for (const { ref, objects } of pods) {
    const place = state.pods.places.get(podKey(ref));
    const before = place === undefined ? undefined : state.pods.list[place]?.lives.find(({ uid }) => uid === ref.uid);
    if (before === undefined || !areSame(before.objects, objects)) setLife(draft, ref, objects);
  }
  takeRest(draft, rest);
}

/** A container that no step knew, or one that is no Pod's, waits for a look at all. */
export function takeSeen(draft: Draft, seen: readonly Sight[], sinceOutcome: number): void {
  const done = draft.state.done.filter(({ outcome }) => outcome > sinceOutcome);
  for (const { id, labels, container } of seen) {
    const ref = podRefOf(labels);
    const life = ref && current(draft, podKey(ref))?.lives.find(({ uid }) => uid === ref.uid);
    const was = life?.objects.containers.find((each) => each.id === id);
    if (ref === undefined || life === undefined || was === undefined || (container && !isOurs(container))) continue;
    const others = life.objects.containers.filter((each) => each !== was);
    const now = { ...life.objects, containers: [...others, ...(container ? [container] : [])], networks: [] };
    const later = done.filter((each) => idOf(each.action) === id || madeId(each) === id);
    const after = later.reduce<Snapshot>(fold, now);
    if (!areSame(life.objects, after)) setLife(draft, ref, after);
  }
}

const idOf = (action: EngineAction): string | undefined => ('id' in action ? action.id : undefined);

const madeId = ({ result }: Done): string | undefined => ('container' in result ? result.container.id : undefined);

function areSame(before: PodObjects, after: PodObjects): boolean {
  return areAlike(before.containers, after.containers, 'id') && areAlike(before.volumes, after.volumes, 'name');
}

/** The same objects in whatever order. */
function areAlike<K extends string, T extends Readonly<Record<K, string>>>(
  before: readonly T[],
  after: readonly T[],
  name: K,
): boolean {
  if (before.length !== after.length) return false;
  return after.every((object, i) => {
    const was = before[i]?.[name] === object[name] ? before[i] : before.find((each) => each[name] === object[name]);
    return was !== undefined && isSame(was, object);
  });
}

/** Pods may wait for a claim or the network; an object of another kind is the project's alone. */
function takeRest(draft: Draft, rest: Snapshot): void {
  const before = surroundingsOf(draft.state.rest, []);
  const after = surroundingsOf(rest, []);
  draft.state = { ...draft.state, rest };
  if (!areEqual(before, after)) touchAll(draft);
}

const areEqual = (before: Surroundings, after: Surroundings): boolean =>
  isSame(before.network, after.network) &&
  before.networks.length === after.networks.length &&
  before.claims.size === after.claims.size &&
  [...before.claims.keys()].every((name) => after.claims.has(name));
