/** Whether a Pod that is to restart has done so, seen in what is told of it before and after. */
import type { ContainerStatus, Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { keyOf } from './goal.ts';

/** Of its containers the one that is named, else each. */
export const isMeant = (only: string | undefined, name: string): boolean => only === undefined || only === name;

/** Its containers and sidecars: a plain init container runs once in a sandbox. */
export const restartable = ({ spec }: KubernetesPod) => [
  ...(spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ...(spec?.containers ?? []),
];

/** Whether each container has begun anew, be it in the same life of the Pod or in the next; a text says why one cannot. */
export function restarted(
  before: KubernetesPod,
  now: readonly KubernetesPod[],
  container: string | undefined,
): boolean | string {
  if (restartable(before).every(({ name }) => !isMeant(container, name) || isBeginning(statusOf(before, name))))
    return true;
  const lives = now.filter((pod) => keyOf(pod) === keyOf(before));
  const pod = lives.find(({ metadata }) => metadata?.deletionTimestamp === undefined);
  if (pod === undefined) return false;
  const isSame = pod.metadata?.uid === before.metadata?.uid;
  let hasAll = true;
  for (const { name } of restartable(before)) {
    const [was, is] = [statusOf(before, name), statusOf(pod, name)];
    if (!isMeant(container, name) || isBeginning(was)) continue;
    const { reason = '', message = '' } = is?.state?.waiting ?? {};
    if (troubles.has(reason))
      return `pod/${before.metadata?.name} container ${name} cannot start: ${reason}: ${message}; podrun goes on trying`;
    const isUp = is?.state?.running !== undefined || is?.state?.terminated !== undefined;
    const isAnew = !isSame || hasNotRun(was) || (is?.restartCount ?? 0) > (was?.restartCount ?? 0);
    // It may be over again before anyone has seen it run.
    hasAll &&= isAnew && (isUp || reason === 'CrashLoopBackOff');
  }
  return hasAll;
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
export const isBeginning = (status: ContainerStatus | undefined): boolean =>
  status === undefined ||
  (hasNotRun(status) && ['', 'ContainerCreating', 'PodInitializing'].includes(status.state?.waiting?.reason ?? ''));

const hasNotRun = (status: ContainerStatus | undefined): boolean =>
  status?.state?.running === undefined &&
  status?.state?.terminated === undefined &&
  status?.lastState?.terminated === undefined;

export function statusOf({ status }: KubernetesPod, container: string): ContainerStatus | undefined {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.find(({ name }) => name === container);
}
