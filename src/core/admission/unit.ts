/**
 * What is held down as a whole: `NAMESPACE/KIND/NAME` for the Pods of a controller, `NAMESPACE/NAME` for a Pod of its own.
 * Not by the Pods' names: an edit of its template gives a Deployment's Pods others.
 */
import type { CronJob } from '../../model/job.ts';
import { printOf } from '../../model/fingerprint.ts';
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import type { CronRun } from '../state/cron-memory.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { groupOf, groupOfLife } from './workload.ts';

export const unitOf = ({ metadata }: Pod): string => groupOf(metadata) ?? podKey(metadata);

/** @param runs with them, the Pods of a CronJob's Jobs are the CronJob's */
export function unitOfLife(life: ObservedPod, runs: ReadonlyMap<string, Pick<CronRun, 'cron'>> = new Map()): string {
  const group = groupOfLife(life);
  return runs.get(group ?? '')?.cron ?? group ?? life.key;
}

export const cronUnit = ({ name, namespace }: Pick<CronJob, 'name' | 'namespace'>): string =>
  `${namespace}/CronJob/${name}`;

/** What a unit was when it was held down: another print is an edit of it. Unset where the project does not have it. */
export function unitPrint(project: Project | undefined, unit: string): string | undefined {
  if (project === undefined) return undefined;
  const known = prints.get(project) ?? new Map<string, string>();
  prints.set(project, known);
  const made = known.get(unit) ?? makePrint(project, unit);
  if (made !== undefined) known.set(unit, made);
  return made;
}

/** A project as read from the file never changes, and is asked at every step that looks at the whole. */
const prints = new WeakMap<Project, Map<string, string>>();

/** As for a generation (pod/generation.ts): 32 bits are enough to see a change, and too few to guess a value from. */
function makePrint({ pods, workloads = [], cronJobs = [] }: Project, unit: string): string | undefined {
  const cron = cronJobs.find((each) => cronUnit(each) === unit);
  if (cron !== undefined) return cron.apart === true ? undefined : printOf(cron);
  const own = pods.filter((pod) => unitOf(pod) === unit);
  // Which Services select them is theirs, not the Pods'.
  if (own.length > 0) return printOf(own.map(({ services: _services, aliases: _aliases, ...pod }) => pod));
  // It may have Pods all the same, by hand.
  const bare = workloads.find(({ namespace, kind, name }) => `${namespace}/${kind}/${name}` === unit);
  return bare === undefined || bare.apart === true ? undefined : printOf(bare);
}
