/** What `up -d` and `up --wait` wait for, seen in the Pods as the podrun that supervises tells them. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { podKey } from '../../core/runtime/pod-ref.ts';
import { isHeldDown } from '../../output/tables/pod-summary.ts';
import { isDone, isTroubled } from '../report/pod-lines.ts';
import type { Progress } from '../../state/control.ts';
import { failedFor } from './hopeless.ts';

/** `started`: what the file asks for was done, once; `ready`: each Pod is Ready, or has Succeeded, and each Job is Complete. */
export type Goal = 'started' | 'ready';

/** `open`: it may still be reached. */
export type Verdict =
  | { readonly kind: 'met' }
  | { readonly kind: 'open' }
  /** Each of them says of which Pod: it can't be reached without somebody's help. */
  | { readonly kind: 'hopeless'; readonly causes: readonly string[] };

/**
 * How far the goal is reached. What is held down is not waited for.
 * @param only what alone matters; unset: all that the file asks for
 */
export function judge(
  goal: Goal,
  pods: readonly KubernetesPod[],
  progress: Pick<Progress, 'wanted' | 'jobs' | 'settled' | 'busy'>,
  only?: Only,
): Verdict {
  const { wanted, settled, busy } = progress;
  const jobs = progress.jobs.filter(({ name }) => only?.jobs.includes(name) !== false);
  // A workload that was scaled by hand has other Pods than its file says.
  const asked = only?.keys.filter((key) => wanted.includes(key)) ?? wanted;
  const lives = (asked.length === 0 ? (only?.keys ?? []) : asked).map((key) => currentLife(pods, key));
  // What is named is brought back.
  const awaited = only === undefined ? lives.filter((pod) => pod === undefined || !isHeldDown(pod)) : lives;
  const causes = awaited.flatMap((pod) => {
    const why = pod === undefined ? undefined : whyNot(goal, pod, pods);
    return why === undefined ? [] : [`pods/${pod?.metadata?.name ?? ''}: ${why}`];
  });
  if (goal === 'ready') {
    causes.push(...jobs.flatMap(({ name, why }) => (why === undefined ? [] : [`jobs/${name}: ${why}`])));
    if (causes.length > 0) return { kind: 'hopeless', causes };
    if (jobs.some(({ end }) => end === 'open')) return { kind: 'open' };
    // The old Pod of an edit is Ready until the new one follows it.
    const isAtRest = only === undefined ? settled : true;
    return isAtRest && awaited.every((pod) => pod !== undefined && isDone(pod)) ? { kind: 'met' } : { kind: 'open' };
  }
  const isCarriedOut = (pod: KubernetesPod | undefined): boolean =>
    pod !== undefined && (hasBegun(pod) || isGated(pod) || whyNot(goal, pod, pods) !== undefined);
  if (busy || !awaited.every(isCarriedOut)) return { kind: 'open' };
  return causes.length > 0 ? { kind: 'hopeless', causes } : { kind: 'met' };
}

/** What was named. */
export interface Only {
  /** The keys of Pods, but those of Jobs. */
  readonly keys: readonly string[];
  readonly jobs: readonly string[];
}

/** The key of a Pod's object. */
export const keyOf = ({ metadata }: KubernetesPod): string =>
  podKey({ name: metadata?.name ?? '', namespace: metadata?.namespace ?? 'default' });

/** Of a Pod that is replaced the new one, as soon as there is one. */
function currentLife(pods: readonly KubernetesPod[], key: string): KubernetesPod | undefined {
  const lives = pods.filter((pod) => keyOf(pod) === key);
  return lives.find(({ metadata }) => metadata?.deletionTimestamp === undefined) ?? lives.at(-1);
}

/** It waits for others, and begins once these are as it needs them. */
const isGated = ({ status }: KubernetesPod): boolean =>
  status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated') === true;

/** Its containers have been started, whatever became of them. */
const hasBegun = ({ metadata, status }: KubernetesPod): boolean =>
  metadata?.deletionTimestamp === undefined && ['Running', 'Succeeded', 'Failed'].includes(status?.phase ?? '');

function whyNot(goal: Goal, pod: KubernetesPod, pods: readonly KubernetesPod[]): string | undefined {
  if (goal === 'ready') return failedFor(pod, pods);
  if (hasBegun(pod)) return undefined;
  const refusal = pod.status?.conditions?.find(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable',
  );
  return refusal?.message ?? (isTroubled(pod) ? 'it could not be started' : failedFor(pod, pods));
}
