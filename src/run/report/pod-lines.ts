/** What is told of each Pod while podrun works, from what `ps` would say of it and what it waits for. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { podLabel } from '../../core/runtime/pod-ref.ts';
import { summarizePod } from '../../output/tables/pod-summary.ts';
import type { PodLine } from '../../output/terminal/progress.ts';
import { podWaits } from './waits.ts';
import type { WaitView } from './waits.ts';

/** Not reached without help: a wait for the Pod need not go on. */
const troubles =
  /^(Init:)?(CrashLoopBackOff|Error|OOMKilled|ContainerCannotRun|ErrImageNeverPull|ErrImagePull|ErrImageBuild|ImagePullBackOff|InvalidImageName|ImageInspectError|CreateContainer(Config)?Error|RunContainerError|Failed|Unknown)$/;

export function podLine(view: WaitView, pod: KubernetesPod, nowMs: number): PodLine {
  const line = summaryOf(pod, nowMs);
  return line.state === 'ok' ? line : { ...line, waits: podWaits(view, pod, nowMs) };
}

/** What is seen of the object alone: it is the same one until something of it changes. */
function summaryOf(pod: KubernetesPod, nowMs: number): PodLine {
  const known = summaries.get(pod);
  if (known !== undefined) return known;
  const { ready, total, status } = summarizePod(pod, nowMs);
  const name = podLabel({ name: pod.metadata?.name ?? '', namespace: pod.metadata?.namespace ?? 'default' });
  const isGoing = pod.metadata?.deletionTimestamp !== undefined;
  const line: PodLine = {
    name,
    ready: `${ready}/${total}`,
    status,
    state: isDone(pod) ? 'ok' : isTroubledWith(pod, status) ? 'failed' : 'waiting',
    ...(pod.status?.phase === 'Failed' && !isGoing ? { over: true } : {}),
    waits: [],
  };
  summaries.set(pod, line);
  return line;
}

/** It does not become as it is to be without help, or is tried again and again. */
export const isTroubled = (pod: KubernetesPod): boolean => isTroubledWith(pod, summarizePod(pod, 0).status);

const isTroubledWith = ({ metadata, status }: KubernetesPod, word: string): boolean =>
  metadata?.deletionTimestamp === undefined && (troubles.test(word) || status?.message !== undefined);

const summaries = new WeakMap<KubernetesPod, PodLine>();

/** As good as the file asks: Ready, or ended well. */
export function isDone({ metadata, status }: KubernetesPod): boolean {
  if (metadata?.deletionTimestamp !== undefined) return false;
  return (
    status?.phase === 'Succeeded' ||
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
  );
}
