/** What a deletion cannot remove because somebody else uses it: it must not keep `down` for ever. */
import type { Failure } from '../runtime/action.ts';
import type { Project } from '../../model/project.ts';
import { observe, surroundingsOf } from '../runtime/observed.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import type { Snapshot } from '../runtime/snapshot.ts';
import type { Retry } from '../state/pod-memory.ts';
import type { Intent } from '../state/self.ts';
import { livesOf, retriesIn } from '../state/state.ts';
import type { State } from '../state/state.ts';

export interface Leftover {
  /** A volume's or network's name. */
  readonly name: string;
  readonly failure: Failure;
}

/** How often a removal was refused before it counts as one that will not succeed: some seconds in either case. */
const hopelessAfter = { conflict: 7, refused: 4 } as const;

/** Empty as long as something of the project runs or may still go. */
export function leftovers(state: State): readonly Leftover[] {
  if (state.intent.kind !== 'down' || state.inFlight.size > 0 || !state.engine.answers) return [];
  const all = livesOf(state);
  const { networks } = surroundingsOf(state.rest, all);
  const pods = goingLives(all, state.intent, state.project);
  if (pods.some((pod) => pod.infras.length > 0 || pod.instances.size > 0)) return [];
  const stuck = retriesIn(state).flatMap((retry): Leftover[] => {
    const isRemoval = retry.verb === 'removeVolume' || retry.verb === 'removeNetwork';
    return isRemoval && isHopeless(retry) ? [{ name: retry.target, failure: retry.failure }] : [];
  });
  const names = new Set(stuck.map(({ name }) => name));
  const waits = pods.some((pod) => ![...pod.volumes, ...pod.records].some(({ name }) => names.has(name)));
  // The network and the persistent volumes go after the last Pod.
  return waits || (all.length === 0 && networks.length > 0 && stuck.length === 0) ? [] : stuck;
}

/** Whether a project is down to its last record, as the engine has it. @param volumes the persistent ones were to go as well */
export function isAllDown(
  snapshot: Snapshot,
  { volumes }: Pick<Extract<Intent, { kind: 'down' }>, 'volumes'>,
): boolean {
  const { pods, holds, objects, claims } = observe(snapshot);
  const { containers, networks } = snapshot;
  const left = pods.length + containers.length + networks.length + holds.size + objects.size;
  return left + (volumes ? claims.size : 0) === 0;
}

/**
 * The lives of Pods that an end takes down. Those that are apart stay where it is asked for by whoever left them alone;
 * where Pods are named, all others do.
 */
export function goingLives(
  pods: readonly ObservedPod[],
  intent: Extract<Intent, { kind: 'down' }>,
  project: Project | undefined,
): readonly ObservedPod[] {
  const apart = new Set(intent.ownOnly === true ? project?.apart : []);
  const { only } = intent;
  return pods.filter(({ key }) => !apart.has(key) && only?.includes(key) !== false);
}

function isHopeless({ count, failure }: Retry): boolean {
  return (failure.kind === 'conflict' || failure.kind === 'refused') && count >= hopelessAfter[failure.kind];
}
