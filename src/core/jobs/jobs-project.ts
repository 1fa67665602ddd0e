/** The project with the Pods that its Jobs want. */
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import { groupOf } from '../admission/workload.ts';
import { podKey } from '../runtime/pod-ref.ts';
import type { JobLife } from './job-lives.ts';
import type { Decided, Jobs } from './jobs-memory.ts';
import { jobUnit } from './same-job.ts';

type Lives = ReadonlyMap<string, readonly JobLife[]>;

/** The same object as before where it has the same Pods. @param lives by unit */
export function projectWith(before: Jobs, given: Project, decided: readonly Decided[], lives: Lives): Project {
  const own = new Set(decided.flatMap(({ run, job }) => (run === undefined ? [] : [jobUnit(job)])));
  const isOthers = ({ metadata }: Pod): boolean => !own.has(groupOf(metadata) ?? '');
  const pods = [...given.pods.filter(isOthers), ...decided.flatMap((each) => each.pods)];
  const apart = apartKeys(given, lives);
  const known = before.project;
  const areSame =
    known?.pods.length === pods.length &&
    pods.every((pod, index) => pod === known.pods[index]) &&
    (apart ?? []).join() === (known.apart ?? []).join();
  if (before.given === given && areSame) return known;
  return { ...given, pods, ...(apart === undefined ? {} : { apart }) };
}

/** Also the Pods of Jobs that are apart, under whatever names; not those that were selected one by one. */
function apartKeys({ jobs = [], pods, apart }: Project, lives: Lives): Project['apart'] {
  const known = new Set([...(apart ?? []), ...pods.map(({ metadata }) => podKey(metadata))]);
  const found = jobs
    .filter((job) => job.apart === true)
    .flatMap((job) => (lives.get(jobUnit(job)) ?? []).map(({ life }) => life.key))
    .filter((key) => !known.has(key));
  return found.length === 0 ? apart : [...(apart ?? []), ...new Set(found)];
}
