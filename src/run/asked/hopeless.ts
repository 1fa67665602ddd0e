/** What a Pod can't become any more, or not without somebody's help. */
import type { ContainerStatus, Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { splitList } from '../../manifest/pod/depends-on.ts';
import { DEPENDS_ON } from '../../model/annotations.ts';
import { isHeldDown } from '../../output/tables/pod-summary.ts';

/** Why a Pod that is to become Ready, or to Succeed, never does; undefined while it may. */
export function failedFor(pod: KubernetesPod, all: readonly KubernetesPod[]): string | undefined {
  // Whether it Failed in vain is for its Job to say.
  if (pod.metadata?.ownerReferences?.some(({ kind }) => kind === 'Job') === true) return undefined;
  if (isOverForGood(pod)) return pod.status?.phase === 'Failed' ? `it ${hasEnded(pod.status)}` : undefined;
  return whyNever(pod, all);
}

/** Why it is held down, in its own words. */
export const heldText = ({ status }: KubernetesPod): string =>
  status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message ?? 'podrun down holds it down';

/** These images never come, whatever the engine does: only an edit of the file helps, or somebody who brings one. */
const noImage = ['InvalidImageName', 'ErrImageNeverPull'];

/**
 * Why a Pod never begins or never becomes Ready; undefined while it may.
 * @param asking those that wait for it, so that nobody is asked twice
 */
export function whyNever(
  pod: KubernetesPod,
  all: readonly KubernetesPod[],
  asking: readonly KubernetesPod[] = [],
): string | undefined {
  const { initContainerStatuses = [], containerStatuses = [], conditions = [] } = pod.status ?? {};
  const stuck = [...initContainerStatuses, ...containerStatuses].flatMap(({ name, state }: ContainerStatus) => {
    const { reason = '', message = '' } = state?.waiting ?? {};
    return noImage.includes(reason) ? [`container ${name}: ${reason}: ${message}`] : [];
  });
  if (stuck.length > 0) return stuck.join('; ');
  if (!conditions.some(({ reason, status }) => reason === 'SchedulingGated' && status === 'False')) return undefined;
  const causes = dependenciesOf(pod).flatMap(({ name, namespace, condition }) => {
    const other = all.find(({ metadata }) => metadata?.name === name && metadata.namespace === namespace);
    if (other === undefined || asking.includes(other)) return [];
    if (isHeldDown(other)) return [`it waits for ${name}: ${heldText(other)}`];
    const isFailed = isOverForGood(other) && other.status?.phase === 'Failed';
    // One that has Failed has started.
    if (isFailed) return condition === 'Started' ? [] : [`it waits for ${name}, which ${hasEnded(other.status)}`];
    const why = whyNever(other, all, [...asking, pod]);
    return why === undefined ? [] : [`it waits for ${name}: ${why}`];
  });
  return causes[0];
}

/** By its annotation; of a workload that it waits for only the Pods by name are known. */
const dependenciesOf = ({ metadata }: KubernetesPod) =>
  splitList(metadata?.annotations?.[DEPENDS_ON]).map((entry) => {
    const [word = '', condition = 'Ready'] = entry.split(':').map((part) => part.trim());
    const [name = '', namespace = metadata?.namespace ?? 'default'] = word.split('.');
    return { name, namespace, condition };
  });

/** Another life of that name may follow: of one that is deleted, or that a controller replaces. */
export function isOverForGood({ metadata, status }: KubernetesPod): boolean {
  const { phase = '' } = status ?? {};
  const owners = metadata?.ownerReferences ?? [];
  if (metadata?.deletionTimestamp !== undefined || owners.some(({ kind }) => kind !== 'Job')) return false;
  return phase === 'Succeeded' || phase === 'Failed';
}

/** `has Failed (container app: Error, exit code 1)`. */
export function hasEnded(status: KubernetesPod['status']): string {
  const { phase = '', reason, message, containerStatuses = [], initContainerStatuses = [] } = status ?? {};
  const containers = [...initContainerStatuses, ...containerStatuses].flatMap(({ name, state }) => {
    const { exitCode = 0, reason: why = 'Error' } = state?.terminated ?? {};
    return exitCode === 0 ? [] : `container ${name}: ${why}, exit code ${exitCode}`;
  });
  const pod = [reason, message].filter((text) => text !== undefined && text !== '').join(': ');
  const cause = [...(pod === '' ? [] : [pod]), ...containers].join('; ');
  return `has ${phase}${cause === '' ? '' : ` (${cause})`}`;
}
