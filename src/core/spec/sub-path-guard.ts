/**
 * A subPath is held still while a container starts (docs/decisions/sub-path.md): who can write to what it lies in is
 * paused, whichever Pod it is of, and starts neither meanwhile.
 */
import type { Container, VolumeMount } from '../../model/container.ts';
import type { Volume } from '../../model/volume.ts';
import type { SubPathGuard } from '../runtime/action.ts';
import { isConfigVolume } from './content.ts';
import { podFacts } from '../runtime/facts.ts';
import type { Life } from '../pod/life.ts';
import type { Instance, ObservedPod } from '../runtime/observed.ts';
import { isBusy, underWay } from '../state/planner.ts';
import type { PodMemory } from '../state/pod-memory.ts';
import type { PodPlanner } from '../state/planner.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { infraMountPath, isReadOnlyVolume, volumePlace } from './pod-volumes.ts';
import { hasEnded } from '../pod/restart.ts';
import { allInstances } from '../pod/sandbox.ts';
import type { Self } from '../state/self.ts';

type Source = Pick<ReturnType<typeof volumePlace>, 'kind' | 'source'>;

/** What a container's mounts lead to on the engine's machine. */
interface Reach {
  /** Where it may plant a symlink. */
  readonly writes: readonly Source[];
  /** Where a subPath of its lies that must be proven; what only podrun writes needs no proof. */
  readonly proves: readonly Source[];
}

/** What must be shown around the start of a container that mounts by subPath. */
export function subPathGuard(life: Life, container: Container): SubPathGuard | undefined {
  const { p, pod, observed, infra } = life;
  const mounts = container.volumeMounts.filter((mount) => isProven(pod.spec.volumes, mount));
  if (mounts.length === 0) return undefined;
  const { proves } = ownReach(life, container);
  const writers = others(p, observed, container, ({ state }) => state === 'running' || state === 'paused').filter(
    ({ reach }) => reach === undefined || overlap(proves, reach.writes),
  );
  return {
    infraId: infra.container.id,
    roots: mounts.map(({ name }) => infraMountPath(name)),
    pauseIds: writers.map(({ instance }) => instance.container.id),
  };
}

/**
 * True while a start under way rules out this one: one of the two could write to what is proven for the other, and no
 * pause holds what does not run yet. What was paused and is let go is the same.
 */
export function awaitStarts(life: Life, container: Container): boolean {
  const { p, observed } = life;
  const { proves, writes } = ownReach(life, container);
  if (proves.length === 0 && writes.length === 0) return false;
  const starting = new Set(
    [...underWay(p)].flatMap(({ action: { verb, target } }) => (verb === 'startContainer' ? [target] : [])),
  );
  // One that has ended may be on its way to another run, if an earlier start of it was not answered.
  const isBeginning = (other: Instance['container']) =>
    other.state !== 'running' &&
    (starting.has(other.name) || (!hasEnded(other) && (isBusy(p, other.name) || p.state.blind.has(other.name))));
  const before = others(p, observed, container, isBeginning).find(({ reach }) =>
    reach === undefined ? proves.length > 0 : overlap(proves, reach.writes) || overlap(reach.proves, writes),
  );
  if (before !== undefined) p.waitsFor.add(before.instance.container.name);
  return before !== undefined;
}

function ownReach({ p, pod, observed }: Life, { volumeMounts }: Container): Reach {
  return reachOf(p.self, observed, pod.spec.volumes, volumeMounts);
}

/** The project's other instances of such a state, each with its reach; unset where nothing tells it. */
function others(
  p: PodPlanner,
  own: PodRef,
  container: Container,
  is: (container: Instance['container']) => boolean,
): readonly { readonly instance: Instance; readonly reach: Reach | undefined }[] {
  return [...p.turn.lives()].flatMap(({ pod, memory }) =>
    allInstances(pod)
      .filter((instance) => is(instance.container) && !(pod.uid === own.uid && instance.name === container.name))
      .map((instance) => ({ instance, reach: observedReach(p, pod, memory, instance) })),
  );
}

/** By what it was made from: the file may say otherwise by now. */
function observedReach(p: PodPlanner, pod: ObservedPod, memory: PodMemory, { facts }: Instance): Reach | undefined {
  const applied = memory.applied.get(pod.uid);
  const volumes = pod.facts?.pod.volumes ?? (applied && podFacts(applied.spec).volumes);
  if (facts === undefined || volumes === undefined) return undefined;
  const named = Object.entries(volumes).map(([name, source]) => ({ name, ...source }));
  return reachOf(p.self, pod, named, Object.values(facts.volumeMounts));
}

function reachOf(
  self: Self,
  ref: PodRef,
  volumes: readonly Volume[],
  mounts: readonly Omit<VolumeMount, 'mountPath'>[],
): Reach {
  const sources = (chosen: (mount: Omit<VolumeMount, 'mountPath'>, volume: Volume) => boolean) =>
    mounts.flatMap((mount) => {
      const volume = volumes.find(({ name }) => name === mount.name);
      return volume !== undefined && chosen(mount, volume) ? [volumePlace(self, ref, volume)] : [];
    });
  return {
    writes: sources((mount, volume) => !mount.readOnly && !isReadOnlyVolume(volume)),
    proves: sources((mount) => isProven(volumes, mount)),
  };
}

function isProven(volumes: readonly Volume[], mount: Omit<VolumeMount, 'mountPath'>): boolean {
  const volume = volumes.find(({ name }) => name === mount.name);
  return (mount.subPath ?? mount.subPathExpr) !== undefined && volume !== undefined && !isConfigVolume(volume);
}

function overlap(some: readonly Source[], more: readonly Source[]): boolean {
  return some.some((a) => more.some((b) => a.kind === b.kind && isSamePlace(a, b)));
}

/** One path of the machine may lie in another. Where symlinks lead there, nobody here knows. */
function isSamePlace(a: Source, b: Source): boolean {
  if (a.kind === 'volume') return a.source === b.source;
  const [one, other] = [folder(a.source), folder(b.source)];
  return one.startsWith(other) || other.startsWith(one);
}

const folder = (path: string): string => ['', ...path.split('/').filter(Boolean), ''].join('/');
