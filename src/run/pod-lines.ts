/** One line a Pod for the progress, from what `ps` would say of it. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { podLabel } from '../core/pod-ref.ts';
import type { PodLine } from '../output/progress.ts';
import { summarizePod } from '../output/pod-summary.ts';

/** Not reached without help: a wait for the Pod need not go on. */
const troubles =
  /^(Init:)?(CrashLoopBackOff|Error|OOMKilled|ContainerCannotRun|ErrImageNeverPull|ErrImagePull|ErrImageBuild|ImagePullBackOff|InvalidImageName|ImageInspectError|CreateContainer(Config)?Error|RunContainerError|Failed|Unknown)$/;

export function podLine(pod: KubernetesPod, nowMs: number): PodLine {
  const { ready, total, status } = summarizePod(pod, nowMs);
  const name = podLabel({ name: pod.metadata?.name ?? '', namespace: pod.metadata?.namespace ?? 'default' });
  const detail = messageOf(pod);
  return {
    name,
    ready: `${ready}/${total}`,
    status,
    state: isDone(pod) ? 'ok' : troubles.test(status) || detail.failed ? 'failed' : 'waiting',
    ...(detail.text === '' ? {} : { detail: detail.text }),
  };
}

/** As good as the file asks: Ready, or ended well. */
export function isDone({ metadata, status }: KubernetesPod): boolean {
  if (metadata?.deletionTimestamp !== undefined) return false;
  return (
    status?.phase === 'Succeeded' ||
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
  );
}

/** The first container's message that says why it waits, else the Pod's own. */
function messageOf({ status }: KubernetesPod): { readonly text: string; readonly failed: boolean } {
  const waiting = (status?.containerStatuses ?? []).flatMap(({ state }) => state?.waiting?.message ?? []);
  const text = waiting[0] ?? status?.message ?? '';
  return { text, failed: status?.message !== undefined };
}
