/** The Jobs that CronJobs have begun. One is known by its Pods' owner, so its Pods on the engine tell of it. */
import type { CronJob } from '../../model/job.ts';
import { jobPods } from '../../model/job-pods.ts';
import { ofTemplate } from '../../model/made-pod.ts';
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import type { PodEnd } from '../runtime/labels.ts';
import { isHalfSeen } from '../runtime/observed.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { recallPod, recallWhole } from '../spec/recall.ts';
import type { CronPlan, CronRun } from '../state/cron-memory.ts';
import { current } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { withMember } from '../state/entries.ts';

export interface Scene {
  readonly draft: Draft;
  readonly file: Project;
  readonly memory: { readonly plans: Map<string, CronPlan>; readonly runs: Map<string, CronRun> };
  readonly nowMs: number;
  /** The youngest life that is not being deleted, by Pod key. */
  readonly lives: ReadonlyMap<string, ObservedPod>;
}

export function beginRun(cron: CronJob, minutes: number): CronRun {
  const name = `${cron.name}-${minutes}`;
  return { cron: podKey(cron), name, minutes, pods: makePods(cron, name), isOver: false };
}

/**
 * Remembers the Jobs that the engine tells of: an earlier podrun began them.
 * @returns Pods that are to stay and of which too little is known yet, and the keys of those that are apart
 */
export function adoptRuns(
  scene: Scene,
  crons: ReadonlyMap<string, CronJob>,
): { readonly passing: readonly Pod[]; readonly apart: readonly string[] } {
  const { draft, file, memory, lives } = scene;
  const named = new Set(file.pods.map(({ metadata }) => podKey(metadata)));
  const apart: string[] = [];
  const unknown = new Map<string, ObservedPod[]>();
  for (const [key, life] of lives) {
    const owner = named.has(key) ? undefined : ownerOf(life);
    const cron = owner && crons.get(owner.cron);
    if (owner === undefined || cron === undefined) continue;
    if (cron.apart === true) {
      apart.push(key);
      continue;
    }
    draft.shared.known = withMember(draft.shared.known, key);
    const jobKey = podKey({ name: owner.name, namespace: life.namespace });
    if (memory.runs.get(jobKey)?.pods.some(({ metadata }) => podKey(metadata) === key) === true) continue;
    unknown.set(jobKey, [...(unknown.get(jobKey) ?? []), life]);
  }
  const passing: Pod[] = [];
  for (const [jobKey, found] of unknown) {
    const owner = found[0] && ownerOf(found[0]);
    const cron = owner && crons.get(owner.cron);
    if (owner === undefined || cron === undefined) continue;
    if (found.some(isHalfSeen)) passing.push(...found.map(recallPod));
    else memory.runs.set(jobKey, adopted(memory.runs.get(jobKey), { ...owner, cron }, found));
  }
  return { passing, apart };
}

type Owner = Pick<CronRun, 'name' | 'minutes'> & { readonly cron: CronJob };

function adopted(before: CronRun | undefined, { name, minutes, cron }: Owner, found: readonly ObservedPod[]): CronRun {
  const made = new Map(makePods(cron, name).map((pod) => [podKey(pod.metadata), pod]));
  // What a podrun that died had not begun with goes on as the file says now.
  const there = found.map((life) => recallWhole(life) ?? made.get(life.key) ?? recallPod(life));
  if (before !== undefined) return { ...before, pods: [...before.pods, ...there] };
  const keys = new Set(found.map(({ key }) => key));
  // Of a Job whose Pods have all ended others may have been deleted; of one that runs they were not made yet.
  const hasEnded = found.every(({ record }) => record.end !== undefined);
  const missing = hasEnded ? [] : [...made].flatMap(([key, pod]) => (keys.has(key) ? [] : [pod]));
  return { cron: podKey(cron), name, minutes, pods: [...there, ...missing], isOver: false };
}

/** The CronJob's key and the Job of a Pod. */
function ownerOf({ namespace, facts }: ObservedPod): Pick<CronRun, 'cron' | 'name' | 'minutes'> | undefined {
  const owner = facts?.live.owner;
  const [, cron, minutes] = (owner?.kind === 'Job' && /^(.+)-(\d+)$/.exec(owner.name)) || [];
  if (owner === undefined || cron === undefined) return undefined;
  return { cron: podKey({ name: cron, namespace }), name: owner.name, minutes: Number(minutes) };
}

function makePods({ namespace, job, template }: CronJob, name: string): readonly Pod[] {
  const count = job.suspend || job.parallelism === 0 ? 0 : (job.completions ?? job.parallelism);
  return jobPods({ ...job, name, namespace }, count, template.spec).map((made) => ofTemplate(template, made));
}

/** True from when all its Pods have ended, until a command runs one of them again. */
export function isOver(scene: Scene, { pods, isOver: wasOver }: CronRun): boolean {
  const isAsked = pods.some(({ metadata }) => {
    const key = podKey(metadata);
    return current(scene.draft, key)?.memory.restarts.has(scene.lives.get(key)?.uid ?? '') === true;
  });
  return !isAsked && (wasOver || pods.every((pod) => endOf(scene, pod) !== undefined));
}

/** How it ended; undefined where nothing is left of it. */
export function runEnd(scene: Scene, { pods }: CronRun): PodEnd['phase'] | undefined {
  const ends = pods.map((pod) => endOf(scene, pod));
  return ends.find((end) => end === 'Failed') ?? ends.find((end) => end !== undefined);
}

/** Those of its Pods that are to be there. */
export function runPods(scene: Scene, run: CronRun): readonly Pod[] {
  if (run.gone !== undefined) return [];
  return run.isOver ? run.pods.filter((pod) => endOf(scene, pod) !== undefined) : run.pods;
}

/** One that cannot ever be begun with has failed. */
function endOf({ draft, lives }: Scene, { metadata }: Pod): PodEnd['phase'] | undefined {
  const key = podKey(metadata);
  const end = lives.get(key)?.record.end?.phase;
  return end ?? (draft.shared.refused.get(key)?.phase === 'Failed' ? 'Failed' : undefined);
}
