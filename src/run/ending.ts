/** How one supervisor's life ends, and whether it has come to its end. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { jobEnds } from '../core/jobs/ends.ts';
import { jobUnit } from '../core/jobs/same-job.ts';
import { isRunning } from '../core/pod/restart.ts';
import { surroundingsOf } from '../core/runtime/observed.ts';
import { podLabel } from '../core/runtime/pod-ref.ts';
import type { Step } from '../core/state/input.ts';
import { livesOf } from '../core/state/state.ts';
import type { State } from '../core/state/state.ts';
import { goingLives, leftovers } from '../core/stopping/leftovers.ts';
import type { Leftover } from '../core/stopping/leftovers.ts';
import type { Owner } from '../state/control.ts';

export type Ending =
  /** Nothing of the project is left but what is to be kept, what somebody else uses, and the Pods that were apart. */
  | {
      readonly kind: 'down';
      readonly signal?: NodeJS.Signals;
      readonly left: readonly Leftover[];
      readonly stays?: readonly string[];
    }
  /** Every Pod has ended by itself, and every Job; a Job has failed when it says so, whatever became of its Pods. */
  | { readonly kind: 'finished'; readonly hasFailed: boolean; readonly pods: readonly KubernetesPod[] }
  /** Another supervisor has the project; one that hangs does not say who it is. */
  | { readonly kind: 'owned'; readonly owner: Owner | undefined }
  | { readonly kind: 'ousted'; readonly message: string }
  /** Its own process let it go. */
  | { readonly kind: 'left' }
  /** It took longer than was to be waited. */
  | { readonly kind: 'late' };

/** @param untilFinished it ends when every Pod has */
export function endingOf(
  { state, settled }: Step,
  untilFinished: boolean,
  pods: () => readonly KubernetesPod[],
): Ending | undefined {
  if (state.ousted !== undefined) return { kind: 'ousted', message: state.ousted };
  if (state.intent.kind === 'down') {
    const lives = livesOf(state);
    const isGone = goingLives(lives, state.intent, state.project).length === 0;
    const stays = [...new Set(lives.map(podLabel))];
    if (settled && isGone && (stays.length > 0 || surroundingsOf(state.rest, lives).networks.length === 0))
      return { kind: 'down', left: [], ...(stays.length === 0 ? {} : { stays }) };
    const left = leftovers(state);
    return left.length === 0 ? undefined : { kind: 'down', left };
  }
  if (!settled) return undefined;
  // A CronJob has no last Job.
  if (state.project?.cronJobs?.some(({ suspend, apart }) => !suspend && apart !== true) === true) return undefined;
  // Nor has a workload whose Pods are made anew.
  if (state.project?.workloads?.some(({ apart }) => apart !== true) === true) return undefined;
  // A finished Pod's infra has been ended: with one that runs there is nothing to look through.
  if (!untilFinished || hasRunningInfra(state)) return undefined;
  const list = pods();
  const ends = jobEnds(state);
  const finished = list.every(({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed');
  if (!finished || [...ends.values()].includes('open')) return undefined;
  const failed = list.filter(({ status }) => status?.phase === 'Failed');
  return {
    kind: 'finished',
    pods: list,
    hasFailed: [...ends.values()].includes('Failed') || failed.some((pod) => !isOfJob(pod, ends)),
  };
}

const isOfJob = ({ metadata }: KubernetesPod, jobs: ReadonlyMap<string, unknown>): boolean =>
  metadata?.ownerReferences?.some(
    ({ kind, name }) => kind === 'Job' && jobs.has(jobUnit({ name, namespace: metadata.namespace ?? 'default' })),
  ) === true;

const hasRunningInfra = (state: State): boolean =>
  livesOf(state).some(
    ({ key, infras }) =>
      state.project?.apart?.includes(key) !== true && infras.some(({ container }) => isRunning(container)),
  );
