/** The whole project: which Pods are to be, which to go, and what each needs next. */
import { callsFor } from '../state/planned.ts';
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
import { prepareSuccessor, planHeldPod, planNewPod, planPod } from '../pod/pod.ts';
import { podKey } from '../runtime/pod-ref.ts';
import type { Intent } from '../state/self.ts';
import { planDeletion } from '../stopping/shutdown.ts';
import { recallPod } from '../spec/recall.ts';
import { isThere } from '../runtime/there.ts';
import { holdName } from '../runtime/hold.ts';
import { standingOf } from '../admission/hold.ts';
import { unitOf, unitOfLife } from '../admission/unit.ts';
import { groupKey } from '../workloads/owned.ts';
import { couldBegin } from '../admission/schedule.ts';
import { groupOfLife, successorOf } from '../admission/workload.ts';

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
  const standing = desired === undefined ? 'free' : standingIn(p, unitOf(desired));
  if (desired !== undefined && standing === 'changing') p.waitsFor.add(holdName(p.self.project, unitOf(desired)));
  for (const each of lives) {
    if (isApart && each.record.deletion === undefined && !memory.deletions.has(each.uid)) continue;
    const gone = goneReason(p, each, desired, life !== undefined);
    if (gone !== undefined) {
      isEnding = true;
      const next = followerOf(p, each, desired);
      if (next !== undefined && !prepareSuccessor(p, next, each, couldBegin(p.self, next))) continue;
      const grace = memory.deletions.get(each.uid) ?? heldGrace(p, each);
      planDeletion(p, each, { ...grace, kill: false, because: gone });
    } else if (desired !== undefined) life = each;
    else if (isFinishedMember(p, each)) planPod(p, memory.applied.get(each.uid) ?? recallPod(each), each);
  }
  // What is brought back waits for what it depends on, as after the death of the podrun that held it down.
  memory.hasBegun = standing !== 'held' && (memory.hasBegun || lives.some(isThere));
  if (desired === undefined) {
    // It is asked for no more, and nothing of it was made.
    if (lives.length === 0 && callsFor(p.state.inFlight, key).length === 0) memory.newUid = undefined;
    return false;
  }
  if (life !== undefined) planPod(p, desired, life);
  return life === undefined && !isEnding && !isMaking(p);
}

/** Why a Pod's life is to end; undefined when it may stay. */
function goneReason(
  p: PodPlanner,
  life: ObservedPod,
  desired: Pod | undefined,
  hasOlder: boolean,
): readonly Reason[] | undefined {
  const { memory, shared, self } = p;
  if (shared.surplus.has(life.uid)) return [{ kind: 'surplus', bound: self.finishedBound }];
  if (life.record.deletion !== undefined) return reason('deletionUnderWay');
  if (memory.deletions.has(life.uid)) return reason('deletionAsked');
  const left = shared.staffing.leaving.get(life.uid)?.because;
  if (left !== undefined) return [left];
  const ended = shared.jobs.leaving.get(life.uid);
  if (ended !== undefined) return [ended];
  if (isHeld(p, life, desired)) return reason('heldDown');
  if (desired === undefined && isFinishedMember(p, life)) return undefined;
  if (desired === undefined) return isOrphan(p, life) && !self.removeOrphans ? undefined : reason('notInFile');
  if (hasOlder) return reason('olderLife');
  return isThere(life) || memory.newUid === life.uid ? undefined : reason('onlyVolumes');
}

/** Its workload has others in its place: it stays to be read, as in a cluster. */
const isFinishedMember = ({ shared }: PodPlanner, life: ObservedPod): boolean =>
  life.record.end !== undefined && shared.staffing.asked.has(groupOfLife(life) ?? '');

const isOrphan = ({ key, shared, project }: PodPlanner, life: ObservedPod): boolean =>
  !shared.known.has(key) && (project === undefined || successorOf(project, life) === undefined);

/** The Pod that takes its place; what that takes is there before this one is ended. Undefined where none does. */
function followerOf(p: PodPlanner, life: ObservedPod, desired: Pod | undefined): Pod | undefined {
  if (life.record.deletion !== undefined || p.memory.deletions.has(life.uid)) return undefined;
  if (isHeld(p, life, desired) || p.shared.jobs.leaving.has(life.uid)) return undefined;
  const leave = p.shared.staffing.leaving.get(life.uid);
  if (leave !== undefined) return leave.next;
  return desired === undefined ? p.project && successorOf(p.project, life) : undefined;
}

const standingIn = ({ self, observed, shared }: PodPlanner, unit: string) =>
  standingOf(self.project, observed, shared, unit);

/** A life of a template before an edit is its controller's as well. */
const isHeld = (p: PodPlanner, life: ObservedPod, desired: Pod | undefined): boolean =>
  standingIn(p, desired === undefined ? unitOfLife(life) : unitOf(desired)) === 'held';

/** The grace that holding it down asked for. */
function heldGrace({ observed, shared }: PodPlanner, life: ObservedPod): { readonly graceSeconds?: number } {
  const unit = unitOfLife(life, shared.crons.runs);
  const wish = shared.wishes.get(unit);
  const graceSeconds = (observed.holds.get(unit) ?? (wish?.kind === 'down' ? wish : undefined))?.graceSeconds;
  return graceSeconds === undefined ? {} : { graceSeconds };
}

/** A call for an earlier life is under way: what it makes is seen and ended before the next life begins. */
function isMaking({ key, memory, state }: PodPlanner): boolean {
  return callsFor(state.inFlight, key).some(({ pod }) => pod?.uid !== memory.newUid);
}

/** Begins the next life of a Pod, unless something refuses it. */
export function planPodStart(p: PodPlanner, { key, desired, memory }: PodDraft): void {
  if (desired === undefined) return;
  const refusal = p.shared.refused.get(key);
  const known = memory.newUid;
  // One that was not taken has Failed for good: what an edit makes of it is another Pod.
  const isOld = known !== undefined && refusal === undefined && isOver(memory.statuses.get(known)?.phase);
  memory.newUid = known === undefined || isOld ? takeUid(p) : known;
  const { name, namespace } = desired.metadata;
  const ref = { name, namespace, uid: memory.newUid };
  if (refusal === undefined) planNewPod(p, desired, ref, undefined);
  else planHeldPod(p, desired, ref, refusal);
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
  const workloads = new Set(project?.workloads?.map(groupKey));
  // The Pods of an edited template are named otherwise than those before.
  const isNamed = (pod: ObservedPod) =>
    named.has(pod.key) ||
    workloads.has(groupOfLife(pod) ?? '') ||
    (project !== undefined && successorOf(project, pod) !== undefined);
  return pods.filter((pod) => !isNamed(pod) && !known.has(pod.key) && pod.record.deletion === undefined);
}
