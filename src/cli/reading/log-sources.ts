/** Whose logs `podrun logs` prints: chosen and told as by kubectl (kubectl/pkg/polymorphichelpers/logsforobject.go). */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { allContainers } from '../../core/runtime/facts.ts';
import type { Instance, Observed, ObservedPod } from '../../core/runtime/observed.ts';
import type { LabelTest } from '../../core/naming/label-selector.ts';
import { recallPod } from '../../core/spec/recall.ts';
import { hasEnded, isRunning, policyOf, restarts } from '../../core/pod/restart.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { bestLife } from './best-life.ts';
import { chooseContainer, meantLives, namesOf } from './pod-target.ts';

/** What of the command's options chooses. */
export interface LogChoice {
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
  readonly previous: boolean;
  readonly allContainers: boolean;
  /** Of all Pods that the name means, not of one of them. */
  readonly allPods: boolean;
  /** Unset: `default` for a Pod that is named; all of them where none is. */
  readonly namespace?: string | undefined;
  /** Which labels a Pod must have; unset: any. */
  readonly hasLabels?: LabelTest;
}

export interface Source {
  readonly pod: ObservedPod;
  readonly instance: Instance;
}

export interface Sources {
  readonly sources: readonly Source[];
  /** Why the container that follows them has no log: the command fails once theirs are printed, as kubectl's does. */
  readonly missing?: string;
}

type PodsNow = () => Promise<readonly KubernetesPod[]>;

/**
 * The Pod that is named, as {@link podSources}; else {@link projectSources}, of which there must be one.
 * @param podsNow tells the Pods with their statuses
 */
export async function selectSources(
  world: World,
  choice: LogChoice,
  observed: Pick<Observed, 'pods' | 'objects'>,
  project: string,
  podsNow: PodsNow,
): Promise<Sources> {
  if (choice.pod !== undefined) return podSources(world, choice, observed, choice.pod, podsNow);
  const { pods } = observed;
  const sources = projectSources(choice, pods);
  if (sources.length > 0) return { sources };
  const of = choice.container === undefined ? 'containers' : `container ${choice.container}`;
  const where = choice.namespace === undefined ? 'on this engine' : `in namespace ${choice.namespace}`;
  const missing = choice.previous ? `has no previous ${of} ${where}` : `has no ${of} ${where}`;
  if (choice.previous || !projectHasAny(choice, pods))
    throw new CommandError(exitCode.failed, `project ${project} ${missing}`);
  return { sources };
}

/** All that has begun, of every Pod. */
export function projectSources(choice: LogChoice, pods: readonly ObservedPod[]): readonly Source[] {
  return meantPods(choice, pods).flatMap((pod) =>
    meantNames(choice, pod).flatMap((name) => {
      const instance = selectInstance(choice, pod, name);
      return instance === undefined ? [] : [{ pod, instance }];
    }),
  );
}

const projectHasAny = (choice: LogChoice, pods: readonly ObservedPod[]): boolean =>
  meantPods(choice, pods).some((pod) => meantNames(choice, pod).some((name) => pod.instances.has(name)));

export const meantPods = ({ namespace, hasLabels }: LogChoice, pods: readonly ObservedPod[]): readonly ObservedPod[] =>
  pods
    .filter((pod) => namespace === undefined || pod.namespace === namespace)
    .filter((pod) => hasLabels === undefined || hasLabels(recallPod(pod).metadata.labels))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));

export const meantNames = ({ container }: LogChoice, pod: ObservedPod): readonly string[] =>
  namesOf(pod).filter((name) => container === undefined || name === container);

/** The containers that are meant, in kubectl's order, up to the first that has no log. Throws where there is no such Pod or container. */
async function podSources(
  world: World,
  choice: LogChoice,
  observed: Pick<Observed, 'pods' | 'objects'>,
  word: string,
  podsNow: PodsNow,
): Promise<Sources> {
  const lives = meantLives(observed, word, choice.namespace ?? 'default');
  const chosen = choice.allPods ? lives : [await bestLife(lives, 'logs', podsNow)];
  const [first] = chosen;
  if (first !== undefined && lives.length > chosen.length)
    world.stderr.write(`Found ${lives.length} pods, using pod/${first.name}\n`);
  const sources: Source[] = [];
  for (const pod of chosen)
    for (const container of selectContainers(world, choice, pod)) {
      const instance = selectInstance(choice, pod, container);
      if (instance === undefined) return { sources, missing: await whyNone(choice, pod, container, podsNow) };
      sources.push({ pod, instance });
    }
  return { sources };
}

/** The one named; all of them, init containers first; or the default one, and it says so when there are others. */
function selectContainers(world: World, { container, allContainers }: LogChoice, pod: ObservedPod): readonly string[] {
  if (container === undefined && allContainers) return namesOf(pod);
  return [chooseContainer(world, pod, container)];
}

function selectInstance({ previous }: LogChoice, pod: ObservedPod, name: string): Instance | undefined {
  const instances = (pod.instances.get(name) ?? []).filter(({ container }) => container.startedAtMs !== undefined);
  return previous ? previousOf(pod, instances) : instances[0];
}

/** The instance that ended last; of a container that has ended for good, the one before that. */
function previousOf(pod: ObservedPod, instances: readonly Instance[]): Instance | undefined {
  const [newest] = instances;
  const ended = instances.filter(({ container }) => hasEnded(container));
  if (newest === undefined || isRunning(newest.container)) return ended[0];
  const { spec } = recallPod(pod);
  const container = allContainers(spec).find((each) => each.name === newest.name);
  const willRestart = container === undefined || restarts(policyOf(spec, container), newest.container.exitCode);
  return willRestart ? ended[0] : ended[1];
}

async function whyNone({ previous }: LogChoice, pod: ObservedPod, name: string, podsNow: PodsNow): Promise<string> {
  if (previous) return `previous terminated container "${name}" in pod "${pod.name}" not found`;
  const status = (await podsNow()).find(({ metadata }) => metadata?.uid === pod.uid)?.status;
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const told = statuses.find((each) => each.name === name)?.state?.waiting?.reason;
  const usual = recallPod(pod).spec.initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating';
  return `container "${name}" in pod "${pod.name}" is waiting to start: ${pullTrouble[told ?? ''] ?? told ?? usual}`;
}

const pullTrouble: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
};
