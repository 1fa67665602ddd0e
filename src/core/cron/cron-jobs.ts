/**
 * What CronJobs do (pkg/controller/cronjob; docs/decisions/cron-jobs.md): the project that is to be there now is the
 * file's, with the Pods of the Jobs that have begun, and of no more finished ones than are to be kept.
 */
import { standingOf } from '../admission/hold.ts';
import { cronUnit } from '../admission/unit.ts';
import type { CronJob } from '../../model/job.ts';
import { adoptRuns, beginRun, isOver, runEnd, runPods } from './cron-runs.ts';
import type { Scene } from './cron-runs.ts';
import { lastTimeMs, nextTimeMs } from './cron-times.ts';
import type { Project } from '../../model/project.ts';
import type { CronRun } from '../state/cron-memory.ts';
import { livesOf, surroundings, touch } from '../state/draft.ts';
import type { Draft, PodDraft } from '../state/draft.ts';
import { byBirth } from '../runtime/observed.ts';
import { podKey } from '../runtime/pod-ref.ts';
import type { Reason } from '../runtime/reason.ts';

/**
 * The project as it is to be now; undefined while there is no file. `file` has the Pods of its workloads. When the next Job begins, and what is remembered of
 * Jobs, is left in the draft.
 */
export function withJobs(draft: Draft, file: Project | undefined, nowMs: number): Project | undefined {
  const { self, project: before } = draft.state;
  if (file === undefined || (file.cronJobs === undefined && draft.shared.runs.size === 0)) return file;
  if (!draft.project && nowMs < draft.shared.nextJobAtMs && ![...draft.touched.values()].some(mayBeJobs)) return before;
  const memory = { plans: new Map(draft.shared.plans), runs: new Map(draft.shared.runs) };
  const going = new Map<string, Reason>();
  const crons = new Map((file.cronJobs ?? []).map((cron) => [podKey(cron), cron]));
  const scheduled = [...crons].filter(([, cron]) => cron.apart !== true);
  const keys = new Set(scheduled.map(([key]) => key));
  for (const [key, { cron }] of memory.runs) if (!keys.has(cron)) memory.runs.delete(key);
  for (const key of memory.plans.keys()) if (!keys.has(key)) memory.plans.delete(key);
  const all = [...livesOf(draft)].map(({ pod }) => pod).toSorted(byBirth);
  const living = all.filter(({ record }) => record.deletion === undefined);
  const scene: Scene = { draft, file, memory, nowMs, lives: new Map(living.map((pod) => [pod.key, pod])) };
  const { passing, apart } = adoptRuns(scene, crons);
  for (const [key, run] of memory.runs) memory.runs.set(key, { ...run, isOver: isOver(scene, run) });
  const seen = new Set(all.map(({ key }) => key));
  const dues = scheduled.map(([key, cron]) => planCron(scene, key, cron, self.timeZone, seen));
  const runs = [...memory.runs.values()];
  for (const { gone, pods } of runs)
    if (gone !== undefined) for (const { metadata } of pods) going.set(podKey(metadata), gone);
  for (const key of new Set([...going.keys(), ...draft.shared.going.keys()]))
    if (going.get(key) !== draft.shared.going.get(key)) touch(draft, key);
  const { plans } = memory;
  Object.assign(draft.shared, { plans, runs: memory.runs, going, nextJobAtMs: Math.min(...dues, Infinity) });
  if (crons.size === 0) return file;
  return {
    ...file,
    pods: [...file.pods, ...passing, ...runs.flatMap((run) => runPods(scene, run))],
    ...(file.apart === undefined ? {} : { apart: [...file.apart, ...apart] }),
  };
}

/** A Pod that a Job has, or that the file does not name. */
const mayBeJobs = ({ desired }: PodDraft): boolean => desired?.metadata.ownerReference?.kind === 'Job' || !desired;

/** @returns when the next Job is due */
function planCron(scene: Scene, key: string, of: CronJob, timeZone: string, seen: ReadonlySet<string>): number {
  const { draft, memory } = scene;
  const standing = standingOf(draft.state.self.project, surroundings(draft), draft.shared, cronUnit(of));
  if (standing === 'held')
    for (const [jobKey, run] of runsOf(memory, key)) memory.runs.set(jobKey, { ...run, gone: { kind: 'heldDown' } });
  const cron = standing === 'free' ? of : { ...of, suspend: true };
  const dueAtMs = schedule(scene, key, cron, timeZone, seen);
  limitHistory(scene, key, cron);
  return dueAtMs;
}

/** Begins the Job whose time has come. */
function schedule(scene: Scene, key: string, cron: CronJob, timeZone: string, seen: ReadonlySet<string>): number {
  const { memory, nowMs } = scene;
  if (cron.suspend) {
    memory.plans.delete(key);
    return Infinity;
  }
  const when = `${cron.times} ${cron.timeZone ?? timeZone}`;
  const before = memory.plans.get(key);
  const plan = before?.when === when ? before : { when, dueAtMs: nextTimeMs(cron, timeZone, nowMs) };
  memory.plans.set(key, plan);
  if (nowMs < plan.dueAtMs) return plan.dueAtMs;
  const active = runsOf(memory, key).filter(([, run]) => !run.isOver);
  // Its time stays due: it begins when the one before has ended, if that is not too late.
  if (cron.concurrencyPolicy === 'Forbid' && active.length > 0) return Infinity;
  const dueAtMs = nextTimeMs(cron, timeZone, nowMs);
  memory.plans.set(key, { when, dueAtMs });
  // Of several that have passed, say with the engine away, the last one alone begins.
  const atMs = lastTimeMs(cron, timeZone, nowMs);
  if (nowMs > atMs + (cron.startingDeadlineSeconds ?? Infinity) * 1000) return dueAtMs;
  const run = beginRun(cron, Math.floor(atMs / 60_000));
  const jobKey = podKey({ name: run.name, namespace: cron.namespace });
  if (memory.runs.has(jobKey)) return dueAtMs;
  forgetGone(scene, key, seen);
  if (cron.concurrencyPolicy === 'Replace')
    for (const [replaced, old] of active)
      memory.runs.set(replaced, { ...old, gone: { kind: 'jobReplaced', by: run.name } });
  memory.runs.set(jobKey, run);
  return dueAtMs;
}

/** Jobs of which nothing is left, not before another one begins: a call for their Pods may be under way. */
function forgetGone({ draft, memory }: Scene, key: string, seen: ReadonlySet<string>): void {
  for (const [jobKey, run] of memory.runs) {
    const keys = run.pods.map(({ metadata }) => podKey(metadata));
    if (run.cron !== key || !(run.isOver || run.gone !== undefined) || keys.some((pod) => seen.has(pod))) continue;
    memory.runs.delete(jobKey);
    draft.shared.known = new Set([...draft.shared.known].filter((known) => !keys.includes(known)));
    for (const pod of keys) touch(draft, pod).memory.newUid = undefined;
  }
}

/** Of the Jobs that have ended the newest stay. */
function limitHistory(scene: Scene, key: string, cron: CronJob): void {
  const { memory } = scene;
  const newestFirst = runsOf(memory, key)
    .filter(([, run]) => run.isOver)
    .toSorted(([, a], [, b]) => b.minutes - a.minutes);
  for (const [phase, field] of limits) {
    const alike = newestFirst.filter(([, run]) => runEnd(scene, run) === phase);
    for (const [jobKey, run] of alike.slice(cron[field]))
      memory.runs.set(jobKey, { ...run, gone: { kind: 'historyLimit', field, limit: cron[field] } });
  }
}

const limits = [
  ['Succeeded', 'successfulJobsHistoryLimit'],
  ['Failed', 'failedJobsHistoryLimit'],
] as const;

/** The Jobs of a CronJob that are to be there. */
const runsOf = (memory: Scene['memory'], key: string): readonly (readonly [string, CronRun])[] =>
  [...memory.runs].filter(([, { cron, gone }]) => cron === key && gone === undefined);
