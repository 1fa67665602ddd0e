/**
 * The Pods of workloads: of those that the file's templates make, the ones that their controllers want now, and beside
 * them those of earlier templates until their turn comes. What a controller decides is kept until one of its Pods
 * changes, the file does, or a time comes that it waits for.
 */
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { handsIn, withHands } from '../objects/hand.ts';
import { templateOf } from '../objects/templates.ts';
import type { TemplateSources } from '../objects/templates.ts';
import { livesOf, surroundings, touch } from '../state/draft.ts';
import type { Draft, PodDraft } from '../state/draft.ts';
import type { Workload } from '../../model/workload.ts';
import type { EngineAction } from '../runtime/action.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { podAt } from '../state/pod-table.ts';
import { rememberStatuses } from '../status/status.ts';
import { noStaffing } from './staffing.ts';
import type { Leave, Seen, Staffing } from './staffing.ts';
import { groupNow } from '../admission/infra-gone.ts';
import { groupOf, groupOfLife } from '../admission/workload.ts';
import { groupKey, groupsOf, seenOf } from './owned.ts';
import { namer } from './names.ts';
import { staffOf } from './staff.ts';
import type { Staff } from './staff.ts';

/** The file with those Pods of its workloads that are to be there; undefined while there is no file. */
export function withWorkloads(draft: Draft, nowMs: number): Project | undefined {
  const before = draft.shared.staffing;
  if (draft.state.file?.workloads === undefined) {
    if (before.file !== undefined) draft.shared.staffing = noStaffing;
    return draft.state.file;
  }
  const sources = sourcesIn(draft);
  const file = withHands(
    draft.state.file,
    handsIn({ shared: draft.shared, observed: surroundings(draft).objects }),
    sources,
  );
  const hasNews = nowMs >= before.wakeAtMs || [...draft.touched.values()].some((pod) => hasMoved(draft, pod));
  if (before.file === file && !hasNews) return before.project;
  draft.shared.staffing = { ...before, leaving: stillLeaving(draft, before, file) };
  const managed = (file.workloads ?? []).filter(({ apart }) => apart !== true);
  noteFirstStatuses(draft, managed, nowMs);
  const groups = groupsOf(draft, managed, file.pods);
  const naming = namer(draft);
  const staffs = new Map(
    groups.map((group) => {
      const key = groupKey(group.workload);
      const own = draft.state.file?.workloads?.find((each) => groupKey(each) === key) ?? group.workload;
      const known = {
        scales: before.scales.get(key),
        templates: before.templates.get(key),
        recall: (revision: string) => templateOf(sources, own, revision),
      };
      return [key, staffOf(group, known, naming, nowMs)];
    }),
  );
  const after = staffing(draft, file, staffs);
  for (const { uid, key } of membersOf(draft, after))
    if (before.leaving.has(uid) !== after.leaving.has(uid)) touch(draft, key);
  draft.shared.staffing = after;
  const isNewlyComplete = [...after.complete].some((key) => !before.complete.has(key));
  if (after.project !== before.project || isNewlyComplete) draft.project = true;
  return after.project;
}

function sourcesIn(draft: Draft): TemplateSources {
  const observed = surroundings(draft).objects;
  return {
    templates: draft.shared.staffing.templates,
    recordOf: (key) => draft.shared.records.get(key) ?? observed.get(key)?.record,
    lives: { [Symbol.iterator]: () => [...livesOf(draft)].map(({ pod }) => pod)[Symbol.iterator]() },
  };
}

/** After a step it is known how its Pods are: a controller that saw them otherwise is asked again at once. */
export function noteStatuses(draft: Draft, nowMs: number): void {
  const { staffing: before } = draft.shared;
  if (before.file === undefined) return;
  const isNews = [...draft.touched.values()].some(({ lives, memory }) =>
    lives.some(
      (life) => isMember(draft, before, life) && !isSame(seenOf(draft.state, life, memory), before.seen.get(life.uid)),
    ),
  );
  if (isNews) draft.shared.staffing = { ...before, wakeAtMs: nowMs };
}

const isSame = (a: Seen, b: Seen | undefined): boolean => a.phase === b?.phase && a.readySinceMs === b.readySinceMs;

/** Something of it came, ended or went, or its deletion was asked for. */
function hasMoved(draft: Draft, { key, lives, memory }: PodDraft): boolean {
  const was = podAt(draft.state.pods, key)?.lives ?? [];
  if (memory.deletions.size === 0 && (lives === was || isSameRow(lives, was))) return false;
  return [...was, ...lives].some((life) => isMember(draft, draft.shared.staffing, life));
}

const isSameRow = (lives: readonly ObservedPod[], was: readonly ObservedPod[]): boolean =>
  lives.length === was.length && lives.every((life, index) => isSameLife(life, was[index]));

function isSameLife(life: ObservedPod, was: ObservedPod | undefined): boolean {
  if (life.uid !== was?.uid || groupOfLife(life) !== groupOfLife(was)) return false;
  const [one, other] = [life.record, was.record];
  return one.deletion?.atMs === other.deletion?.atMs && (one.end === undefined) === (other.end === undefined);
}

/** It is a Pod of one of the workloads that were looked at. */
function isMember(draft: Draft, { asked }: Pick<Staffing, 'asked'>, life: ObservedPod): boolean {
  return asked.has(groupNow(draft, life) ?? '');
}

const membersOf = (draft: Draft, staffing: Staffing): readonly ObservedPod[] =>
  [...livesOf(draft)].flatMap(({ pod }) => (isMember(draft, staffing, pod) ? [pod] : []));

/** Of Pods that an earlier podrun made nothing was told yet: a decision is not made blindly. */
function noteFirstStatuses(draft: Draft, workloads: readonly Workload[], nowMs: number): void {
  const keys = new Set(workloads.map(groupKey));
  const state = { ...draft.state, shared: draft.shared };
  for (const pod of draft.touched.values())
    if (pod.lives.some((life) => keys.has(groupNow(draft, life) ?? '') && !pod.memory.statuses.has(life.uid)))
      rememberStatuses(state, pod, nowMs);
}

/** What goes for a file goes on, but for what an edit may keep: of that nothing has been asked of the engine yet. */
function stillLeaving(draft: Draft, before: Staffing, file: Project): ReadonlyMap<string, Leave> {
  if (before.file === file) return before.leaving;
  const ending = [...draft.state.inFlight.values()].filter(({ action }) => endingVerbs.has(action.verb));
  const called = new Set(ending.map(({ pod }) => pod?.uid));
  return new Map([...before.leaving].flatMap(([uid, { because }]) => (called.has(uid) ? [[uid, { because }]] : [])));
}

/** What ends a Pod; its record says so first. */
const endingVerbs: ReadonlySet<EngineAction['verb']> = new Set([
  'createVolume',
  'killContainer',
  'removeContainer',
  'removeVolume',
]);

function staffing(draft: Draft, file: Project, staffs: ReadonlyMap<string, Staff>): Staffing {
  const before = draft.shared.staffing;
  const decided = {
    file,
    project: projectWith(before, file, staffs, apartKeys(draft, file)),
    wakeAtMs: Math.min(Infinity, ...[...staffs.values()].map((staff) => staff.wakeAtMs)),
    asked: new Map([...staffs].map(([key, { asked }]) => [key, asked])),
    scales: new Map([...staffs].flatMap(([key, { scales }]) => (scales === undefined ? [] : [[key, scales]]))),
    templates: new Map([...staffs].map(([key, { templates }]) => [key, templates])),
    names: new Map([...staffs].map(([key, { names }]) => [key, names])),
    complete: new Set([...staffs].flatMap(([key, { isComplete }]) => (isComplete ? [key] : []))),
    seen: new Map<string, Seen>(),
    leaving: new Map<string, Leave>(),
  };
  const leaving = new Map([...before.leaving, ...[...staffs.values()].flatMap((staff) => [...staff.leaving])]);
  for (const { pod: life, memory } of livesOf(draft)) {
    if (!isMember(draft, decided, life)) continue;
    const leave = leaving.get(life.uid);
    if (leave !== undefined) decided.leaving.set(life.uid, leave);
    decided.seen.set(life.uid, seenOf(draft.state, life, memory));
  }
  return decided;
}

/** The same object as before where it has the same Pods. */
function projectWith(
  before: Staffing,
  file: Project,
  staffs: ReadonlyMap<string, Staff>,
  beside: readonly string[],
): Project {
  const placed = new Set<string>();
  const pods = [
    ...file.pods.flatMap((pod): readonly Pod[] => {
      const key = groupOf(pod.metadata) ?? '';
      const staff = staffs.get(key);
      if (staff === undefined) return [pod];
      // All of a workload's Pods where its first one stands.
      if (placed.has(key)) return [];
      placed.add(key);
      return staff.pods;
    }),
    // Of workloads that are to have none.
    ...[...staffs].flatMap(([key, staff]) => (placed.has(key) ? [] : staff.pods)),
  ];
  const known = before.project;
  const apart = [...(file.apart ?? []), ...beside];
  const areSame =
    known?.pods.length === pods.length &&
    pods.every((pod, index) => pod === known.pods[index]) &&
    apart.join() === (known.apart ?? []).join();
  if (before.file === file && areSame) return known;
  return { ...file, pods, ...(apart.length === 0 ? {} : { apart }) };
}

/** Pods of workloads that are apart, under whatever names, as `NAMESPACE/NAME`; not those that were selected one by one. */
function apartKeys(draft: Draft, { workloads = [], pods, apart = [] }: Project): readonly string[] {
  const keys = new Set(workloads.filter((workload) => workload.apart === true).map(groupKey));
  if (keys.size === 0) return [];
  const known = new Set([...apart, ...pods.map(({ metadata }) => podKey(metadata))]);
  const found = [...livesOf(draft)].filter(({ pod }) => keys.has(groupOfLife(pod) ?? '') && !known.has(pod.key));
  return [...new Set(found.map(({ pod }) => pod.key))].toSorted();
}
