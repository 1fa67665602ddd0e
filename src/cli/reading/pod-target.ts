/** The one Pod, and the container of it, that a command is about: named as for kubectl. */
import { recallPod } from '../../core/spec/recall.ts';
import { isRunning } from '../../core/pod/restart.ts';
import type { Instance, ObservedPod } from '../../core/runtime/observed.ts';
import { workloadOf } from '../../core/admission/workload.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { elsewhereText } from '../options/pod-names.ts';

/**
 * The Pod of that name (of several lives the one that is not being deleted), or of `TYPE/NAME` the one that is best off:
 * it runs, and has been there for longest (podutils.ActivePods). Throws with exit code 1 where there is none.
 * @param pods the oldest first
 */
export function findPod(
  pods: readonly ObservedPod[],
  word: string,
  { namespace, project }: { readonly namespace: string; readonly project: string },
): ObservedPod {
  const { kind, name } = readWord(word);
  const named = pods.filter((pod) => isMeant(pod, kind, name));
  const lives = named.filter((pod) => pod.namespace === namespace);
  const kept = lives.filter((pod) => pod.record.deletion === undefined);
  const pod =
    kind === 'Pod' ? (kept[0] ?? lives.at(-1)) : (kept.find(runs) ?? lives.find(runs) ?? kept[0] ?? lives.at(-1));
  if (pod !== undefined) return pod;
  const elsewhere = elsewhereText(named.map((each) => each.namespace));
  const what = kind === 'Pod' ? `Pod ${name}` : `Pod of ${word}`;
  throw new CommandError(exitCode.failed, `there is no ${what} in project ${project}${elsewhere}`);
}

/** kubectl's names of the kinds that have Pods. */
const kinds: Readonly<Record<string, string>> = {
  ...{ pods: 'Pod', pod: 'Pod', po: 'Pod' },
  ...{ deployments: 'Deployment', deployment: 'Deployment', deploy: 'Deployment' },
  ...{ replicasets: 'ReplicaSet', replicaset: 'ReplicaSet', rs: 'ReplicaSet' },
  ...{ replicationcontrollers: 'ReplicationController', replicationcontroller: 'ReplicationController' },
  ...{ rc: 'ReplicationController' },
  ...{ statefulsets: 'StatefulSet', statefulset: 'StatefulSet', sts: 'StatefulSet' },
  ...{ daemonsets: 'DaemonSet', daemonset: 'DaemonSet', ds: 'DaemonSet' },
  ...{ jobs: 'Job', job: 'Job' },
  ...{ services: 'Service', service: 'Service', svc: 'Service' },
};

function readWord(word: string): { readonly kind: string; readonly name: string } {
  const slash = word.indexOf('/');
  if (slash < 0) return { kind: 'Pod', name: word };
  const type = word.slice(0, slash);
  const kind = kinds[type.replace(/\..*$/, '')];
  if (kind === undefined)
    throw new CommandError(exitCode.usage, `${word}: a ${type} has no Pods; write POD, or TYPE/NAME as deploy/web`);
  return { kind, name: word.slice(slash + 1) };
}

function isMeant(pod: ObservedPod, kind: string, name: string): boolean {
  if (kind === 'Pod') return pod.name === name;
  const { metadata, services } = recallPod(pod);
  if (kind === 'Service') return services?.includes(name) === true;
  const { ownerReference: owner, labels } = metadata;
  if (kind === 'ReplicaSet') return owner?.kind === kind && owner.name === name;
  return workloadOf(pod.namespace, owner, labels) === `${pod.namespace}/${kind}/${name}`;
}

const runs = (pod: ObservedPod): boolean =>
  recallPod(pod).spec.containers.every(({ name }) => runningOf(pod, name) !== undefined);

/** Init containers first, each list in the file's order. */
export function namesOf(pod: ObservedPod): readonly string[] {
  const { spec } = recallPod(pod);
  return [...spec.initContainers, ...spec.containers].map(({ name }) => name);
}

/** The annotation that names the container of a Pod that is meant where none is named. */
const defaultContainer = 'kubectl.kubernetes.io/default-container';

/**
 * The container that is named, else the default one, which it says when there are others (kubectl/pkg/cmd/util/podcmd).
 * Throws with exit code 1.
 */
export function chooseContainer(world: World, pod: ObservedPod, named: string | undefined, quiet = false): string {
  const { metadata, spec } = recallPod(pod);
  const init = spec.initContainers.map(({ name }) => name);
  const regular = spec.containers.map(({ name }) => name);
  const outOf = [...regular, ...init.map((name) => `${name} (init)`)].join(', ');
  if (named !== undefined) {
    if (regular.includes(named) || init.includes(named)) return named;
    throw new CommandError(exitCode.failed, `container ${named} is not valid for pod ${pod.name} out of: ${outOf}`);
  }
  const annotated = metadata.annotations[defaultContainer];
  if (annotated !== undefined && (regular.includes(annotated) || init.includes(annotated))) return annotated;
  const [first = ''] = regular;
  if (!quiet && regular.length + init.length > 1)
    world.stderr.write(`Defaulted container "${first}" out of: ${outOf}\n`);
  return first;
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
