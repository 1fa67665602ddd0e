/**
 * The Pods of Jobs: those that their controllers want now, and those that have ended. What a controller decides is kept
 * until one of its Pods changes, the file does, or a time comes that it waits for.
 */
import type { Job } from '../../model/job.ts';
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import { standingOf } from '../admission/hold.ts';
import { groupOf, groupOfLife } from '../admission/workload.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { isSame } from '../runtime/same.ts';
import { livesOf, surroundings, touch } from '../state/draft.ts';
import type { Draft, PodDraft } from '../state/draft.ts';
import { rememberStatuses } from '../status/status.ts';
import { sightOf } from './job-lives.ts';
import type { JobLife } from './job-lives.ts';
import { decideRun } from './job-run.ts';
import type { JobGroup, RunDecision } from './job-run.ts';
import { noJobs } from './jobs-memory.ts';
import type { Jobs } from './jobs-memory.ts';

export const jobUnit = ({ namespace, name }: Pick<Job, 'namespace' | 'name'>): string => `${namespace}/Job/${name}`;

/** The project with those Pods of its Jobs that are to be there; undefined while there is no file. */
export function withJobPods(draft: Draft, given: Project | undefined, nowMs: number): Project | undefined {
  const before = draft.shared.jobs;
  if (given?.jobs === undefined) {
    if (before.given !== undefined) draft.shared.jobs = noJobs;
    return given;
  }
  const hasNews = nowMs >= before.wakeAtMs || draft.project || [...draft.touched.values()].some(isJobs);
  if (before.given === given && !hasNews) return before.project;
  const units = new Set(given.jobs.map(jobUnit));
  noteFirstStatuses(draft, units, nowMs);
  const lives = jobLives(draft);
  const groups = given.jobs
    .filter(({ apart }) => apart !== true)
    .map((job): JobGroup => {
      const unit = jobUnit(job);
      const slots = given.pods.filter(({ metadata }) => groupOf(metadata) === unit);
      return { job, unit, slots, lives: lives.get(unit) ?? [] };
    });
  const decided = new Map(groups.map((group) => [group.unit, decide(draft, group, nowMs)]));
  const after = jobsAfter(draft, given, lives, groups, decided);
  for (const [, group] of lives)
    for (const { life } of group)
      if (before.leaving.get(life.uid) !== after.leaving.get(life.uid)) touch(draft, life.key);
  if (!isSame(statuses(before), statuses(after))) draft.project = true;
  draft.shared.jobs = after;
  return after.project;
}

const isJobs = ({ desired, lives }: PodDraft): boolean =>
  desired?.metadata.ownerReference?.kind === 'Job' || lives.some((life) => groupOfLife(life)?.split('/')[1] === 'Job');

/** By unit. */
function jobLives(draft: Draft): ReadonlyMap<string, readonly JobLife[]> {
  const found = new Map<string, JobLife[]>();
  for (const { pod: life, memory } of livesOf(draft)) {
    const unit = groupOfLife(life);
    if (unit === undefined) continue;
    const known = found.get(unit);
    if (known === undefined) found.set(unit, [{ life, memory }]);
    else known.push({ life, memory });
  }
  return found;
}

/** What is held down is as good as deleted: it begins anew when it is brought back. */
function decide(draft: Draft, group: JobGroup, nowMs: number): RunDecision | undefined {
  const standing = standingOf(draft.state.self.project, surroundings(draft), draft.shared, group.unit);
  if (standing === 'free') return decideRun(draft, group, nowMs);
  const run = draft.shared.jobs.runs.get(group.unit);
  if (standing === 'held' || run === undefined) return undefined;
  const pods = (draft.shared.jobs.project?.pods ?? []).filter(({ metadata }) => groupOf(metadata) === group.unit);
  return { run, pods, leaving: new Map(), wakeAtMs: Infinity };
}

function jobsAfter(
  draft: Draft,
  given: Project,
  lives: ReadonlyMap<string, readonly JobLife[]>,
  groups: readonly JobGroup[],
  decided: ReadonlyMap<string, RunDecision | undefined>,
): Jobs {
  const all = [...decided.values()].filter((each) => each !== undefined);
  const own = new Set(groups.filter(({ unit }) => decided.get(unit) !== undefined).map(({ unit }) => unit));
  const isOthers = ({ metadata }: Pod): boolean => !own.has(groupOf(metadata) ?? '');
  const pods = all.flatMap((each) => each.pods);
  const keys = new Set([
    ...pods.map(({ metadata }) => podKey(metadata)),
    ...groups.flatMap(({ lives }) => lives.map(({ life }) => life.key)),
  ]);
  return {
    given,
    project: { ...given, pods: [...given.pods.filter(isOthers), ...pods], ...apartKeys(given, lives) },
    runs: new Map([...decided].flatMap(([unit, each]) => (each === undefined ? [] : [[unit, each.run]]))),
    seen: new Map([...keys].map((key) => [key, sightOf(draft, key)])),
    leaving: new Map(all.flatMap(({ leaving }) => [...leaving])),
    wakeAtMs: Math.min(Infinity, ...all.map(({ wakeAtMs }) => wakeAtMs)),
  };
}

/** The Pods of Jobs that are apart, under whatever names; not those that were selected one by one. */
function apartKeys(
  { jobs = [], pods, apart = [] }: Project,
  lives: ReadonlyMap<string, readonly JobLife[]>,
): Pick<Project, 'apart'> {
  const known = new Set([...apart, ...pods.map(({ metadata }) => podKey(metadata))]);
  const found = jobs
    .filter((job) => job.apart === true)
    .flatMap((job) => (lives.get(jobUnit(job)) ?? []).map(({ life }) => life.key))
    .filter((key) => !known.has(key));
  return found.length === 0 ? {} : { apart: [...apart, ...new Set(found)] };
}

const statuses = ({ runs }: Jobs) =>
  Object.fromEntries([...runs].map(([unit, { uid, status }]) => [unit, { uid, status }]));

/** Of Pods that an earlier podrun made nothing was told yet: a decision is not made blindly. */
function noteFirstStatuses(draft: Draft, units: ReadonlySet<string>, nowMs: number): void {
  const state = { ...draft.state, shared: draft.shared };
  for (const pod of draft.touched.values())
    if (pod.lives.some((life) => units.has(groupOfLife(life) ?? '') && !pod.memory.statuses.has(life.uid)))
      rememberStatuses(state, pod, nowMs);
}

/** After a step it is known how its Pods are: a controller that saw them otherwise is asked again at once. */
export function noteJobStatuses(draft: Draft, nowMs: number): void {
  const { jobs } = draft.shared;
  if (jobs.given === undefined) return;
  const isNews = [...draft.touched.keys()].some(
    (key) => jobs.seen.has(key) && jobs.seen.get(key) !== sightOf(draft, key),
  );
  if (isNews) draft.shared.jobs = { ...jobs, wakeAtMs: nowMs };
}
