/**
 * The Pods of Jobs: those that their controllers want now, and those that have ended. What is decided of a Job is kept
 * until one of its Pods changes, the file does, or a time comes that it waits for.
 */
import type { Project } from '../../model/project.ts';
import { groupNow } from '../admission/infra-gone.ts';
import { groupOf, groupOfLife } from '../admission/workload.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { livesOf, touch } from '../state/draft.ts';
import type { Draft, PodDraft } from '../state/draft.ts';
import { rememberStatuses } from '../status/status.ts';
import { sightOf } from './job-lives.ts';
import type { JobLife } from './job-lives.ts';
import { basesOf, isOpen, newsOf } from './job-news.ts';
import type { Bases } from './job-news.ts';
import { decideRun } from './job-run.ts';
import { noJobs } from './jobs-memory.ts';
import type { Basis, Decided, Jobs, Seen } from './jobs-memory.ts';
import { projectWith } from './jobs-project.ts';

/** The project with those Pods of its Jobs that are to be there; undefined while there is no file. */
export function withJobPods(draft: Draft, given: Project | undefined, nowMs: number): Project | undefined {
  const before = draft.shared.jobs;
  if (given?.jobs === undefined) {
    if (before.given !== undefined) draft.shared.jobs = noJobs;
    return given;
  }
  const touched = [...draft.touched.values()].filter((pod) => isJobs(pod, before));
  noteFirstStatuses(draft, touched, nowMs);
  const news = newsOf(draft, before, touched);
  const isAsked = before.given !== given || draft.project || nowMs >= before.wakeAtMs || news.size > 0;
  const isApart = touched.length > 0 && given.jobs.some(({ apart }) => apart === true);
  if (!isAsked && !isApart) return before.project;
  const bases = basesOf(draft, given);
  const open = new Set([...bases].filter((each) => isOpen(before, each, news, nowMs)).map(([unit]) => unit));
  const isAsBefore = before.given === given && open.size === 0;
  if (isAsBefore && !isApart) return before.project;
  draft.shared.jobs = decideAll(draft, given, bases, open, nowMs);
  return draft.shared.jobs.project;
}

/** A Pod of a Job, or one that was. */
const isJobs = ({ key, desired, lives }: PodDraft, { seen }: Jobs): boolean =>
  seen.has(key) ||
  desired?.metadata.ownerReference?.kind === 'Job' ||
  lives.some((life) => groupOfLife(life)?.split('/')[1] === 'Job');

/** Of Pods that an earlier podrun made nothing was told yet: a decision is not made blindly. */
function noteFirstStatuses(draft: Draft, touched: readonly PodDraft[], nowMs: number): void {
  const state = { ...draft.state, shared: draft.shared };
  for (const pod of touched)
    if (pod.lives.some(({ uid }) => !pod.memory.statuses.has(uid))) rememberStatuses(state, pod, nowMs);
}

/** @param open those that are decided anew: all others stay as they are */
function decideAll(draft: Draft, given: Project, bases: Bases, open: ReadonlySet<string>, nowMs: number): Jobs {
  const before = draft.shared.jobs;
  const lives = jobLives(draft);
  const decided = new Map<string, Decided>();
  for (const [unit, basis] of bases) {
    const known = before.decided.get(unit);
    const isKept = known !== undefined && !open.has(unit);
    decided.set(unit, isKept ? known : decide(draft, unit, basis, lives.get(unit) ?? [], nowMs));
  }
  const all = [...decided.values()];
  const runs = new Map([...decided].flatMap(([unit, { run }]) => (run === undefined ? [] : [[unit, run]])));
  const leaving = new Map(all.flatMap((each) => [...each.leaving]));
  for (const group of lives.values())
    for (const { life } of group) if (before.leaving.get(life.uid) !== leaving.get(life.uid)) touch(draft, life.key);
  if (hasOtherStatus(before.runs, runs)) draft.project = true;
  const project = projectWith(before, given, all, lives);
  return {
    ...{ given, project, runs, decided, leaving, seen: seenNow(draft, decided, open, lives) },
    wakeAtMs: Math.min(Infinity, ...all.map(({ wakeAtMs }) => wakeAtMs)),
  };
}

/** By unit. */
function jobLives(draft: Draft): ReadonlyMap<string, readonly JobLife[]> {
  const found = new Map<string, JobLife[]>();
  for (const { pod: life, memory } of livesOf(draft)) {
    const unit = groupNow(draft, life);
    if (unit?.split('/')[1] !== 'Job') continue;
    const known = found.get(unit);
    if (known === undefined) found.set(unit, [{ life, memory }]);
    else known.push({ life, memory });
  }
  return found;
}

/** What is held down is as good as deleted: it begins anew when it is brought back. */
function decide(draft: Draft, unit: string, basis: Basis, lives: readonly JobLife[], nowMs: number): Decided {
  if (basis.standing === 'free') return { ...basis, ...decideRun(draft, { ...basis, unit, lives }, nowMs) };
  const { jobs } = draft.shared;
  const run = basis.standing === 'held' ? undefined : jobs.runs.get(unit);
  const still = { ...basis, leaving: new Map(), wakeAtMs: Infinity };
  if (run === undefined) return { ...still, pods: [] };
  return { ...still, run, pods: (jobs.project?.pods ?? []).filter(({ metadata }) => groupOf(metadata) === unit) };
}

/** What is to be written down is another. */
const hasOtherStatus = (before: Jobs['runs'], after: Jobs['runs']): boolean =>
  before.size !== after.size ||
  [...after].some(([unit, { uid, status, completions }]) => {
    const was = before.get(unit);
    return was?.uid !== uid || was.status !== status || was.completions !== completions;
  });

/** Of those that were decided now, what they were decided by. */
function seenNow(
  draft: Draft,
  decided: ReadonlyMap<string, Decided>,
  open: ReadonlySet<string>,
  lives: ReadonlyMap<string, readonly JobLife[]>,
): ReadonlyMap<string, Seen> {
  const { seen } = draft.shared.jobs;
  const kept = [...seen].filter(([, { unit }]) => decided.has(unit) && !open.has(unit));
  const now = [...open].flatMap((unit) => {
    const keys = [...podKeys(decided.get(unit)), ...(lives.get(unit) ?? []).map(({ life }) => life.key)];
    return [...new Set(keys)].map((key) => [key, { unit, sight: sightOf(draft, key) }] as const);
  });
  return new Map([...kept, ...now]);
}

const podKeys = (decided: Decided | undefined): readonly string[] =>
  (decided?.pods ?? []).map(({ metadata }) => podKey(metadata));

/** After a step it is known how its Pods are: a Job that saw them otherwise is decided again at once. */
export function noteJobStatuses(draft: Draft, nowMs: number): void {
  const { jobs } = draft.shared;
  if (jobs.given === undefined) return;
  const touched = [...draft.touched.values()].filter(({ key }) => jobs.seen.has(key));
  const news = newsOf(draft, jobs, touched);
  if (news.size === 0) return;
  const decided = new Map(
    [...jobs.decided].map(([unit, each]) => [unit, news.has(unit) ? { ...each, wakeAtMs: nowMs } : each]),
  );
  draft.shared.jobs = { ...jobs, decided, wakeAtMs: nowMs };
}
