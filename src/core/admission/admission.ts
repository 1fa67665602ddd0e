/** Which Pods may begin: there is room for them, they are for this node, and what they wait for has come. */
import type { PodStatus } from 'kubernetes-types/core/v1.js';
import type { Dependency, Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import { current, livesOf, surroundings, touch } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { gateOf, isMet } from './depends.ts';
import { jobEnds } from '../jobs/ends.ts';
import type { JobEnd } from '../jobs/ends.ts';
import { jobUnit } from '../jobs/same-job.ts';
import { groupKey } from '../workloads/owned.ts';
import { groupOf, groupOfLife } from './workload.ts';
import { heldRefusal, standingOf } from './hold.ts';
import { unitOf } from './unit.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { podAt } from '../state/pod-table.ts';
import { byBirth } from '../runtime/observed.ts';
import { orphansOf } from '../step/reconcile.ts';
import { refusals } from './schedule.ts';
import type { Refusal } from './schedule.ts';
import { lifeStatus } from '../status/status.ts';

/** Asks anew who may begin, where the step changed something that decides on it. @returns the keys of Pods whose answer is another */
export function admit(draft: Draft, nowMs: number): readonly string[] {
  const { project, self } = draft.state;
  if (project === undefined || draft.state.intent.kind === 'down' || !isStale(draft, project)) return [];
  const before = draft.shared.refused;
  const there = [...livesOf(draft)];
  const applied = new Map(there.flatMap(({ memory }) => [...memory.applied]));
  const gate = (pod: Pod): Refusal | undefined => gateWithin(draft, pod, nowMs);
  const after = refusals(
    self,
    project.pods,
    there.map(({ pod }) => pod),
    applied,
    gate,
  );
  draft.shared.refused = after;
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => before.get(key)?.message !== after.get(key)?.message,
  );
}

/** A Pod that was let begin and now is there has what it was given: all else that comes, ends or goes may change an answer. */
function isStale(draft: Draft, project: Project): boolean {
  if (draft.project) return true;
  const awaited = awaitedBy(project);
  return [...draft.touched.values()].some((pod) => {
    const before = podAt(draft.state.pods, pod.key);
    if (awaited.has(pod.key) || before?.desired !== pod.desired) return true;
    const group = awaited.size > 0 && pod.desired !== undefined ? groupOf(pod.desired.metadata) : undefined;
    if (group !== undefined && (draft.shared.staffing.asked.has(group) || draft.shared.jobs.runs.has(group)))
      return true;
    const [was, is] = [countLiving(before?.lives ?? []), countLiving(pod.lives)];
    const isBegun = is > was && pod.desired !== undefined && !draft.shared.refused.has(pod.key);
    return was !== is && !isBegun;
  });
}

const countLiving = (lives: readonly ObservedPod[]): number =>
  lives.filter(({ record }) => record.end === undefined).length;

const awaited = new WeakMap<Project, ReadonlySet<string>>();

/** The keys of Pods that others depend on. */
function awaitedBy(project: Project): ReadonlySet<string> {
  const known = awaited.get(project) ?? new Set(project.pods.flatMap(({ dependsOn = [] }) => dependsOn.map(podKey)));
  awaited.set(project, known);
  return known;
}

/** Why a Pod's first start waits; one that ran before, in this life or an earlier one, never does. */
function gateWithin(draft: Draft, pod: Pod, nowMs: number): Refusal | undefined {
  if (isHeldDown(draft, pod)) return heldRefusal(unitOf(pod));
  if (current(draft, podKey(pod.metadata))?.memory.hasBegun === true) return undefined;
  const isHeld = (dependency: Dependency): boolean => {
    const other = current(draft, podKey(dependency))?.desired;
    return other !== undefined && isHeldDown(draft, other);
  };
  const statusOf = (key: string): PodStatus | undefined => {
    const other = current(draft, key);
    const life = other?.lives.find((each) => isKept(draft, each));
    if (other?.desired === undefined || life === undefined) return undefined;
    const applied = other.memory.applied.get(life.uid) ?? other.desired;
    return lifeStatus({ ...draft.state, shared: draft.shared }, other, applied, life, nowMs);
  };
  const ends = jobEnds({ ...draft.state, shared: draft.shared });
  return gateOf(pod, isHeld, ({ condition, ...ref }: Dependency) => {
    const end = ends.get(groupIn(draft, podKey(ref)) ?? '');
    if (end !== undefined && (end !== 'open' || condition === 'Succeeded')) return jobStatus[end];
    const statuses = standInsFor(draft, podKey(ref)).map(statusOf);
    const unmet = statuses.findIndex((status) => !isMet(condition, status));
    return statuses[unmet < 0 ? 0 : unmet];
  });
}

/**
 * The keys of the Pods that a dependency on one means. A workload that has all its Pods may have them under other names than
 * its template's, after a scale-down or while an update is paused: then it means all of them.
 */
function standInsFor(draft: Draft, key: string): readonly string[] {
  const { project } = draft.state;
  const file = fileNow(draft);
  const group = groupIn(draft, key);
  const workload = file?.workloads?.find((each) => each.apart !== true && groupKey(each) === group);
  const isJob = file?.jobs?.some((each) => each.apart !== true && jobUnit(each) === group) === true;
  if (workload === undefined && !isJob) return [key];
  const pods = project?.pods.filter(({ metadata }) => groupOf(metadata) === group) ?? [];
  const keys = pods.map(({ metadata }) => podKey(metadata));
  if (isJob) return keys.length === 0 ? [key] : keys.slice(-1);
  return keys.includes(key) || keys.length < (workload?.replicas ?? 0) ? [key] : keys;
}

/** The controller of a Pod of the file. */
function groupIn(draft: Draft, key: string): string | undefined {
  const slot = fileNow(draft)?.pods.find(({ metadata }) => podKey(metadata) === key);
  return slot && groupOf(slot.metadata);
}

/** With what is changed by hand, as what depends on its Pods names them. */
const fileNow = ({ state, shared }: Draft): Project | undefined => shared.staffing.file ?? state.file;

/** A Job stands for its Pods: it has succeeded when it is Complete. */
const jobStatus: Readonly<Record<JobEnd, PodStatus>> = {
  Complete: { phase: 'Succeeded' },
  Failed: { phase: 'Failed' },
  open: { phase: 'Running' },
};

const isHeldDown = (draft: Draft, pod: Pod): boolean =>
  standingOf(draft.state.self.project, surroundings(draft), draft.shared, unitOf(pod)) !== 'free';

/** It is not on its way out. */
const isKept = (draft: Draft, life: ObservedPod): boolean =>
  life.record.deletion === undefined && current(draft, life.key)?.memory.deletions.has(life.uid) !== true;

/** Finished Pods that no file names, or that others have followed, stay to be read up to a bound, the oldest go first (pkg/controller/podgc). */
export function findSurplus(draft: Draft): void {
  const { project, self, intent } = draft.state;
  const isTouched = [...draft.touched.values()].some(
    ({ desired, lives }) => desired === undefined && lives.some(({ record }) => record.end !== undefined),
  );
  if (intent.kind === 'down' || (!draft.project && !isTouched)) return;
  const pods = [...livesOf(draft)].map(({ pod }) => pod).toSorted(byBirth);
  const orphans = new Set(orphansOf(pods, project, draft.shared.known));
  const isFollowed = (pod: ObservedPod): boolean =>
    current(draft, pod.key)?.desired === undefined && draft.shared.staffing.asked.has(groupOfLife(pod) ?? '');
  const finished = pods.filter((pod) => pod.record.end !== undefined && (orphans.has(pod) || isFollowed(pod)));
  const surplus = finished.slice(0, Math.max(0, finished.length - self.finishedBound));
  draft.shared.surplus = new Set(surplus.map(({ uid }: PodRef) => uid));
  for (const { key } of surplus) touch(draft, key);
}
