/** Jobs and their Pods as their controller looks at them, written short. */
import type { JobDecision } from '../../src/controllers/job/job.ts';
import type { JobPod } from '../../src/controllers/job/job-pod.ts';
import type { Job } from '../../src/model/job.ts';
import { ownedPods } from './pods.ts';

/** Unset on purpose is something else than the default. */
export type JobFields = { readonly [K in keyof Job]?: Job[K] | undefined };

/** One Pod of one, unless it says otherwise. */
export function jobAt(over: JobFields): Job {
  return {
    ...{ kind: 'Job', name: 'j', namespace: 'default', revision: 'new', completions: 1, parallelism: 1 },
    ...{ isIndexed: false, backoffLimit: 6, suspend: false, isManagedElsewhere: false },
    podReplacementPolicy: 'TerminatingOrFailed',
    restartPolicy: 'Never',
    ...over,
  } as Job;
}

/** As {@link ownedPods}; the index stands in the name as in `j-3-xxxxx`, and the uid is the name. */
export const jobPods = (texts: readonly string[], over: Readonly<Record<string, Partial<JobPod>>> = {}): JobPod[] =>
  ownedPods(texts).map((pod) => {
    const [, index] = /-(\d+)-/.exec(pod.name) ?? [];
    const made = pod.createdAtMs === Infinity ? {} : { uid: pod.name };
    const place = index === undefined ? {} : { index: Number(index) };
    return { ...pod, ...made, ...place, exits: [], conditions: [], ...over[pod.name] };
  });

/** `+2 -a suspended | Complete CompletionsReached | 1 ok, 0 failed`: what begins (by index where it has one) and ends, the conditions, the counts. */
export function told({ begin, end, status }: JobDecision): string {
  const indexes = begin.flatMap(({ index }) => (index === undefined ? [] : [index]));
  const begins = begin.length === 0 ? '' : `+${indexes.length > 0 ? indexes.join() : begin.length}`;
  const ends = [...end].map(([name, cause]) => `-${name} ${cause}`).toSorted();
  const conditions = status.conditions.map(
    ({ type, status: is, reason }) => `${is === 'True' ? '' : '!'}${type} ${reason}`,
  );
  const counts = `${status.succeeded} ok, ${status.failed} failed`;
  const parts = [[begins, ...ends].filter(Boolean).join(' '), conditions.join(', '), counts];
  return parts
    .filter((part, index) => index === 0 || part !== '')
    .join(' | ')
    .trim();
}
