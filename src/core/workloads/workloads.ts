/**
 * The Pods of workloads: of those that the file's templates make, the ones that their controllers want now, and beside
 * them those of earlier templates until their turn comes. What a controller decides is kept until one of its Pods
 * changes, the file does, or a time comes that it waits for.
 */
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { livesOf, touch } from '../state/draft.ts';
import type { Draft, PodDraft } from '../state/draft.ts';
import { podAt } from '../state/pod-table.ts';
import { noStaffing } from './staffing.ts';
import type { Leave, Seen, Staffing } from './staffing.ts';
import { groupKey, groupOf, groupOfLife, groupsOf, seenOf } from './owned.ts';
import { staffOf } from './staff.ts';
import type { Staff } from './staff.ts';

/** The file with those Pods of its workloads that are to be there; undefined while there is no file. */
export function withWorkloads(draft: Draft, nowMs: number): Project | undefined {
  const { file } = draft.state;
  const before = draft.shared.staffing;
  if (file?.workloads === undefined) {
    if (before.file !== undefined) draft.shared.staffing = noStaffing;
    return file;
  }
  const hasNews = nowMs >= before.wakeAtMs || [...draft.touched.values()].some((pod) => hasMoved(draft, pod));
  if (before.file === file && !hasNews) return before.project;
  draft.shared.staffing = { ...before, leaving: stillLeaving(draft, before, file) };
  const groups = groupsOf(draft, file.workloads, file.pods);
  const staffs = new Map(groups.map((group) => [groupKey(group.workload), staffOf(group, nowMs)]));
  const after = staffing(draft, file, staffs);
  for (const { uid, key } of membersOf(draft, after))
    if (before.leaving.has(uid) !== after.leaving.has(uid)) touch(draft, key);
  draft.shared.staffing = after;
  if (after.project !== before.project) draft.project = true;
  return after.project;
}

/** After a step it is known how its Pods are: a controller that saw them otherwise is asked again at once. */
export function noteStatuses(draft: Draft, nowMs: number): void {
  const { staffing: before } = draft.shared;
  if (before.file === undefined) return;
  const isNews = [...draft.touched.values()].some(({ lives, memory }) =>
    lives.some(
      (life) => isMember(before, life) && !isSame(seenOf(draft.state, life, memory), before.seen.get(life.uid)),
    ),
  );
  if (isNews) draft.shared.staffing = { ...before, wakeAtMs: nowMs };
}

const isSame = (a: Seen, b: Seen | undefined): boolean => a.phase === b?.phase && a.readySinceMs === b.readySinceMs;

/** Something of it came, ended or went, or its deletion was asked for. */
function hasMoved(draft: Draft, { key, lives, memory }: PodDraft): boolean {
  const was = podAt(draft.state.pods, key)?.lives ?? [];
  if (lives === was && memory.deletions.size === 0) return false;
  return [...was, ...lives].some((life) => isMember(draft.shared.staffing, life));
}

/** It is a Pod of one of the workloads that were looked at. */
function isMember({ asked }: Staffing, life: ObservedPod): boolean {
  return asked.has(groupOfLife(life) ?? '');
}

const membersOf = (draft: Draft, staffing: Staffing): readonly ObservedPod[] =>
  [...livesOf(draft)].flatMap(({ pod }) => (isMember(staffing, pod) ? [pod] : []));

/** What goes for a file goes on, but for what an edit may keep: of that nothing has been asked of the engine yet. */
function stillLeaving(draft: Draft, before: Staffing, file: Project): ReadonlyMap<string, Leave> {
  if (before.file === file) return before.leaving;
  const called = new Set([...draft.state.inFlight.values()].map(({ pod }) => pod?.uid));
  return new Map([...before.leaving].filter(([uid]) => called.has(uid)));
}

function staffing(draft: Draft, file: Project, staffs: ReadonlyMap<string, Staff>): Staffing {
  const before = draft.shared.staffing;
  const decided = {
    file,
    project: projectWith(before, file, staffs),
    wakeAtMs: Math.min(Infinity, ...[...staffs.values()].map((staff) => staff.wakeAtMs)),
    asked: new Map([...staffs].map(([key, { asked }]) => [key, asked])),
    seen: new Map<string, Seen>(),
    leaving: new Map<string, Leave>(),
  };
  const leaving = new Map([...before.leaving, ...[...staffs.values()].flatMap((staff) => [...staff.leaving])]);
  for (const { pod: life, memory } of livesOf(draft)) {
    if (!isMember(decided, life)) continue;
    const leave = leaving.get(life.uid);
    if (leave !== undefined) decided.leaving.set(life.uid, leave);
    decided.seen.set(life.uid, seenOf(draft.state, life, memory));
  }
  return decided;
}

/** The same object as before where it has the same Pods. */
function projectWith(before: Staffing, file: Project, staffs: ReadonlyMap<string, Staff>): Project {
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
  const areSame = known?.pods.length === pods.length && pods.every((pod, index) => pod === known.pods[index]);
  return before.file === file && areSame ? known : { ...file, pods };
}
