/** The one Pod, and the container of it, that a command is about: named as for kubectl. */
import { defaultContainer } from '../../core/naming/default-container.ts';
import { notFound } from '../../core/naming/kinds.ts';
import { nameableLife } from '../../core/naming/of-observed.ts';
import { servicesIn } from '../../core/services/service-records.ts';
import { selectNamed } from '../../core/naming/select.ts';
import { recallPod } from '../../core/spec/recall.ts';
import { isRunning } from '../../core/pod/restart.ts';
import type { Instance, Observed, ObservedPod } from '../../core/runtime/observed.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';

/**
 * The Pods of which one is meant: that of the name, or those of the workload or Service; of several lives of one the one that
 * is not being deleted. Throws with exit code 1 where there is none, with 2 where the word is wrong.
 * @param pods the oldest first
 */
export function meantLives(
  { pods, objects }: Pick<Observed, 'pods' | 'objects'>,
  word: string,
  namespace: string,
): readonly ObservedPod[] {
  const services = servicesIn(objects);
  const nameable = pods.map((pod) => nameableLife(pod, services));
  const selected = selectNamed(nameable, [word], namespace);
  if (typeof selected === 'string') throw new CommandError(exitCode.usage, selected);
  const missing = selected.isAll ? [notFound('Pod', word)] : selected.missing;
  if (missing.length > 0) throw new CommandError(exitCode.failed, missing.join('\npodrun: '));
  const lives = selected.pods.map(({ life }) => life);
  const current = new Map<string, ObservedPod>();
  for (const life of lives) {
    const known = current.get(life.key);
    if (known === undefined || known.record.deletion !== undefined) current.set(life.key, life);
  }
  return [...current.values()];
}

/** Init containers first, each list in the file's order. */
export function namesOf(pod: ObservedPod): readonly string[] {
  const { spec } = recallPod(pod);
  return [...spec.initContainers, ...spec.containers].map(({ name }) => name);
}

/**
 * The container that is named, else the default one, which it says when there are others (kubectl/pkg/cmd/util/podcmd).
 * Throws with exit code 1.
 */
export function chooseContainer(world: World, pod: ObservedPod, named: string | undefined, quiet = false): string {
  const recalled = recallPod(pod);
  const { spec } = recalled;
  const init = spec.initContainers.map(({ name }) => name);
  const regular = spec.containers.map(({ name }) => name);
  const outOf = [...regular, ...init.map((name) => `${name} (init)`)].join(', ');
  if (named !== undefined) {
    if (regular.includes(named) || init.includes(named)) return named;
    throw new CommandError(exitCode.failed, `container ${named} is not valid for pod ${pod.name} out of: ${outOf}`);
  }
  const { name, isNamed } = defaultContainer(recalled);
  if (!isNamed && !quiet && regular.length + init.length > 1)
    world.stderr.write(`Defaulted container "${name}" out of: ${outOf}\n`);
  return name;
}

/** The instance of a container that runs. Throws with exit code 1, in the kubelet's words, where none does. */
export function runningInstance(pod: ObservedPod, name: string): Instance {
  const instance = runningOf(pod, name);
  if (instance !== undefined) return instance;
  throw new CommandError(exitCode.failed, `unable to upgrade connection: container not found ("${name}")`);
}

/** The newest instance of a container, running or not. Throws with exit code 1 where there is none. */
export function newestInstance(pod: ObservedPod, name: string): Instance {
  const [newest] = pod.instances.get(name) ?? [];
  if (newest !== undefined) return newest;
  throw new CommandError(exitCode.failed, `container "${name}" of pod ${pod.name} has not been created yet`);
}

function runningOf(pod: ObservedPod, name: string): Instance | undefined {
  const [newest] = pod.instances.get(name) ?? [];
  return newest !== undefined && isRunning(newest.container) ? newest : undefined;
}
