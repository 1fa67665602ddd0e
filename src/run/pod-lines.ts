/** One line a Pod for the progress, from what `ps` would say of it. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { podLabel } from '../core/runtime/pod-ref.ts';
import type { PodLine } from '../output/terminal/progress.ts';
import { summarizePod } from '../output/tables/pod-summary.ts';

/** Not reached without help: a wait for the Pod need not go on. */
const troubles =
  /^(Init:)?(CrashLoopBackOff|Error|OOMKilled|ContainerCannotRun|ErrImageNeverPull|ErrImagePull|ErrImageBuild|ImagePullBackOff|InvalidImageName|ImageInspectError|CreateContainer(Config)?Error|RunContainerError|Failed|Unknown)$/;

export function podLine(pod: KubernetesPod, nowMs: number): PodLine {
  const known = lines.get(pod);
  if (known !== undefined) return known;
  const line = makeLine(pod, nowMs);
  lines.set(pod, line);
  return line;
}

/** A Pod's object is the same one until something of it changes. */
const lines = new WeakMap<KubernetesPod, PodLine>();

function makeLine(pod: KubernetesPod, nowMs: number): PodLine {
  const { ready, total, status } = summarizePod(pod, nowMs);
  const name = podLabel({ name: pod.metadata?.name ?? '', namespace: pod.metadata?.namespace ?? 'default' });
  const why = whyNotReady(pod);
  return {
    name,
    ready: `${ready}/${total}`,
    status,
    state: isDone(pod) ? 'ok' : troubles.test(status) || pod.status?.message !== undefined ? 'failed' : 'waiting',
    ...(why === undefined ? {} : { why }),
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

/**
 * The first container's message that says why it waits, else the Pod's own, else why it has no node. Of one that is to go
 * it is no matter any more.
 */
function whyNotReady(pod: KubernetesPod): string | undefined {
  const { metadata, status } = pod;
  if (metadata?.deletionTimestamp !== undefined || isDone(pod)) return undefined;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const waiting = containers.flatMap(({ state }) => state?.waiting?.message ?? []);
  const unscheduled = status?.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
  return waiting[0] ?? status?.message ?? unscheduled?.message;
}
