import type { ContainerStatus, Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { readDuration } from '../options/go-duration.ts';
import { selectedBy } from '../options/selectors.ts';
import { keyOf, supervisedPods } from '../reading/supervised-pods.ts';
import type { PodsToAsk } from '../reading/supervised-pods.ts';

export interface RestartOptions extends PodsToAsk {
  readonly container?: string | undefined;
  readonly wait: boolean;
  readonly timeout: string;
}

/**
 * `podrun restart POD...`: each container, or one of them, ends in its grace and is started anew at once, whatever the
 * Pod's restartPolicy and back-off say. A finished Pod begins another life.
 */
export async function restart(world: World, options: RestartOptions): Promise<number> {
  const timeoutMs = readDuration('timeout', options.timeout);
  const isSelected = selectedBy(options) !== undefined;
  if (options.pod.length === 0 && !isSelected) throw nameless();
  const { pods, isAll, ask, until } = await supervisedPods(world, options);
  if (isAll && !isSelected) throw nameless();
  if (pods.length === 0) world.stderr.write('No resources found\n');
  const { container } = options;
  for (const pod of pods) {
    const job = pod.metadata?.ownerReferences?.find(({ kind }) => kind === 'Job')?.name;
    if (job !== undefined && ['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''))
      throw new CommandError(
        exitCode.failed,
        `pod/${pod.metadata?.name} has ended, and its Job has no use for it any more: podrun down ${job} and then podrun up ${job} run the Job again`,
      );
    const names = restartable(pod).map(({ name }) => name);
    if (container !== undefined && !names.includes(container))
      throw new CommandError(
        exitCode.failed,
        `pod/${pod.metadata?.name} has no container ${container} to restart; it has ${names.join(', ')}`,
      );
  }
  for (const pod of pods)
    await ask({ op: 'restart', pod: keyOf(pod), ...(container === undefined ? {} : { container }) });
  if (options.wait) await until((now) => pods.every((pod) => isRestarted(pod, now, container)), timeoutMs);
  for (const pod of pods) {
    const what = `pod/${pod.metadata?.name}${container === undefined ? '' : ` container ${container}`}`;
    const isNew = restartable(pod).every(({ name }) => !isMeant(container, name) || isBeginning(statusOf(pod, name)));
    world.stdout.write(`${what} ${isNew ? 'has not started yet: there is nothing to restart' : 'restarted'}\n`);
  }
  return exitCode.done;
}

const nameless = (): CommandError => new CommandError(exitCode.usage, 'restart takes the names of Pods, or -l');

const isMeant = (only: string | undefined, name: string): boolean => only === undefined || only === name;

/** Its containers and sidecars: a plain init container runs once in a sandbox. */
const restartable = ({ spec }: KubernetesPod) => [
  ...(spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ...(spec?.containers ?? []),
];

/**
 * True when each has begun anew, be it in the same life of the Pod or in the next. Throws with exit code 1 when one
 * cannot start.
 */
function isRestarted(before: KubernetesPod, now: readonly KubernetesPod[], container: string | undefined): boolean {
  if (restartable(before).every(({ name }) => !isMeant(container, name) || isBeginning(statusOf(before, name))))
    return true;
  const lives = now.filter((pod) => keyOf(pod) === keyOf(before));
  const pod = lives.find(({ metadata }) => metadata?.deletionTimestamp === undefined);
  if (pod === undefined) return false;
  const isSame = pod.metadata?.uid === before.metadata?.uid;
  return restartable(before).every(({ name }) => {
    if (!isMeant(container, name)) return true;
    const [was, is] = [statusOf(before, name), statusOf(pod, name)];
    if (isBeginning(was)) return true;
    const { reason = '', message = '' } = is?.state?.waiting ?? {};
    if (troubles.has(reason))
      throw new CommandError(
        exitCode.failed,
        `pod/${before.metadata?.name} container ${name} cannot start: ${reason}: ${message}; podrun goes on trying`,
      );
    const isUp = is?.state?.running !== undefined || is?.state?.terminated !== undefined;
    const isAnew = !isSame || hasNotRun(was) || (is?.restartCount ?? 0) > (was?.restartCount ?? 0);
    // It may be over again before anyone has seen it run.
    return isAnew && (isUp || reason === 'CrashLoopBackOff');
  });
}

/** What keeps a container from its start until somebody does something about it. */
const troubles: ReadonlySet<string> = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'ErrImageBuild',
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImageInspectError',
  'ImagePullBackOff',
  'InvalidImageName',
  'RunContainerError',
]);

/** What has not started yet is as new as it can be: the Pod waits for its turn, or it is being made. */
const isBeginning = (status: ContainerStatus | undefined): boolean =>
  status === undefined ||
  (hasNotRun(status) && ['', 'ContainerCreating', 'PodInitializing'].includes(status.state?.waiting?.reason ?? ''));

const hasNotRun = (status: ContainerStatus | undefined): boolean =>
  status?.state?.running === undefined &&
  status?.state?.terminated === undefined &&
  status?.lastState?.terminated === undefined;

function statusOf({ status }: KubernetesPod, container: string): ContainerStatus | undefined {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.find(({ name }) => name === container);
}
