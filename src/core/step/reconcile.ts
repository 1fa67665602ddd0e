/** The whole project: which Pods are to be, which to go, and what each needs next. */
import { withEntry } from '../state/entries.ts';
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import type { Reason } from '../runtime/reason.ts';
import { planChecks } from '../probes/checks.ts';
import type { PodDraft } from '../state/draft.ts';
import { goingLives } from '../stopping/leftovers.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { reason } from '../runtime/reason.ts';
import { takeUid } from '../state/planner.ts';
import type { PodPlanner } from '../state/planner.ts';
import { isOver } from '../status/phase.ts';
import { prepareSuccessor, planNewPod, planPod } from '../pod/pod.ts';
import { podKey } from '../runtime/pod-ref.ts';
import type { Intent } from '../state/self.ts';
import { planDeletion } from '../stopping/shutdown.ts';
import { isThere } from '../runtime/there.ts';
import { couldBegin } from '../admission/schedule.ts';
import { successorOf } from '../admission/workload.ts';

/**
 * Plans what is there of a Pod: each of its lives goes on, or ends.
 * @returns whether nothing stands in the way of its next life
 */
export function planPodLives(p: PodPlanner, pod: PodDraft): 'to start' | undefined {
  const { intent } = p.state;
  const canStart = intent.kind === 'up' ? keepUp(p, pod) : takeDown(p, pod, intent);
  for (const life of pod.lives) planChecks(p, life);
  return canStart ? 'to start' : undefined;
}

function keepUp(p: PodPlanner, { key, desired, lives, memory }: PodDraft): boolean {
  const isApart = p.project?.apart?.includes(key) === true;
  let life: ObservedPod | undefined;
  let isEnding = false;
  for (const each of lives) {
    if (isApart && each.record.deletion === undefined && !memory.deletions.has(each.uid)) continue;
    const gone = goneReason(p, each, desired !== undefined, life !== undefined);
    if (gone !== undefined) {
      isEnding = true;
      const next = isUnnamed(p, each, desired) ? p.project && successorOf(p.project, each) : undefined;
      if (next !== undefined && !prepareSuccessor(p, next, each, couldBegin(p.self, next))) continue;
      planDeletion(p, each, { ...memory.deletions.get(each.uid), kill: false, because: gone });
    } else if (desired !== undefined) life = each;
  }
  memory.hasBegun = desired !== undefined && (memory.hasBegun || lives.some(isThere));
  if (desired === undefined) return false;
  if (life !== undefined) planPod(p, desired, life);
  return life === undefined && !isEnding && !isMaking(p);
}

/** Why a Pod's life is to end; undefined when it may stay. */
function goneReason(
  p: PodPlanner,
  life: ObservedPod,
  isDesired: boolean,
  hasOlder: boolean,
): readonly Reason[] | undefined {
  const { key, memory, shared, self } = p;
  if (shared.surplus.has(life.uid)) return [{ kind: 'surplus', bound: self.finishedBound }];
  if (life.record.deletion !== undefined) return reason('deletionUnderWay');
  if (memory.deletions.has(life.uid)) return reason('deletionAsked');
  const over = shared.going.get(key);
  if (over !== undefined) return [over];
  if (!isDesired) return isOrphan(p, life) && !self.removeOrphans ? undefined : reason('notInFile');
  if (hasOlder) return reason('olderLife');
  return isThere(life) || memory.newUid === life.uid ? undefined : reason('onlyVolumes');
}

const isOrphan = ({ key, shared, project }: PodPlanner, life: ObservedPod): boolean =>
  !shared.known.has(key) && (project === undefined || successorOf(project, life) === undefined);

/** It goes for nothing but that the file does not name it. */
function isUnnamed(
  { key, memory, shared }: PodPlanner,
  { uid, record }: ObservedPod,
  desired: Pod | undefined,
): boolean {
  return desired === undefined && record.deletion === undefined && !memory.deletions.has(uid) && !shared.going.has(key);
}

/** A call for an earlier life is under way: what it makes is seen and ended before the next life begins. */
function isMaking({ key, memory, state }: PodPlanner): boolean {
  return [...state.inFlight.values()].some(
    ({ pod }) => pod !== undefined && podKey(pod) === key && pod.uid !== memory.newUid,
  );
}

/** Begins the next life of a Pod, unless something refuses it. */
export function planPodStart(p: PodPlanner, { key, desired, memory }: PodDraft): void {
  if (desired === undefined) return;
  const isRefused = p.shared.refused.has(key);
  const known = memory.newUid;
  // One that was not taken has Failed for good: what an edit makes of it is another Pod.
  const isOld = known !== undefined && !isRefused && isOver(memory.statuses.get(known)?.phase);
  memory.newUid = known === undefined || isOld ? takeUid(p) : known;
  if (isRefused) {
    memory.applied = withEntry(memory.applied, memory.newUid, desired);
    return;
  }
  const { name, namespace } = desired.metadata;
  planNewPod(p, desired, { name, namespace, uid: memory.newUid }, undefined);
}

function takeDown(p: PodPlanner, { lives }: PodDraft, intent: Extract<Intent, { kind: 'down' }>): false {
  for (const life of goingLives(lives, intent, p.project))
    planDeletion(p, life, {
      ...(intent.graceSeconds === undefined ? {} : { graceSeconds: intent.graceSeconds }),
      kill: intent.kill,
      unrecorded: true,
      because: reason('projectDown'),
    });
  return false;
}

/** Pods on the engine that the file does not name and never named while this podrun ran: told, kept unless asked. */
export function orphansOf(
  pods: readonly ObservedPod[],
  project: Project | undefined,
  known: ReadonlySet<string>,
): readonly ObservedPod[] {
  const named = new Set([...(project?.pods.map((pod) => podKey(pod.metadata)) ?? []), ...(project?.apart ?? [])]);
  // The Pods of an edited template are named otherwise than those before.
  const isNamed = (pod: ObservedPod) =>
    named.has(pod.key) || (project !== undefined && successorOf(project, pod) !== undefined);
  return pods.filter((pod) => !isNamed(pod) && !known.has(pod.key) && pod.record.deletion === undefined);
}
