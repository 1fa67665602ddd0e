/**
 * What was told of a Pod, and what is told next: as the kubelet's status manager (pkg/kubelet/status/status_manager.go),
 * so that no status goes back when something leaves the engine. It lives as long as podrun does: the next one begins with
 * what the engine tells, and with the times of conditions as near as it tells those (status-times.ts).
 */
import type { PodCondition } from 'kubernetes-types/core/v1.js';
import { podConditions, refusedConditions } from './conditions.ts';
import type { ConditionView } from './conditions.ts';
import { finalize, keepStatuses } from './keep-statuses.ts';
import type { Birth, Generation, PodEnd, PodRecord } from '../runtime/labels.ts';
import type { StatusMemory } from '../state/told-status.ts';
import { deletedPhase, hasSidecar, isOver, podPhase } from './phase.ts';
import type { Phase, Statuses } from './phase.ts';
import type { Refusal } from '../admission/schedule.ts';
import { rfc3339 } from '../runtime/time.ts';

/** What there is of a Pod now. */
export interface Derived extends Omit<ConditionView, 'phase'> {
  readonly birth: Birth;
  readonly generation: Generation;
  /** Why it is not begun with. */
  readonly refusal: Refusal | undefined;
  readonly deletion: PodRecord['deletion'];
  /** How it ended, where that is recorded. */
  readonly end: PodEnd | undefined;
  /** Its containers say that it is finished. */
  readonly isFinished: boolean;
  /** Nothing of it runs, or is about to. */
  readonly isStill: boolean;
  /** '' while the sandbox is not ready. */
  readonly podIP: string;
}

/** What is told at `nowMs`. Told again with nothing new, it is the same. */
export function advance(previous: StatusMemory | undefined, derived: Derived, nowMs: number): StatusMemory {
  const { birth, spec, refusal } = derived;
  const deletion = derived.deletion ?? previous?.deletion;
  const isEnding = deletion !== undefined || derived.end !== undefined || isOver(previous?.phase);
  const kept = keepStatuses(previous?.statuses, derived.statuses, isEnding);
  const statuses = isEnding && derived.isStill ? finalize(spec, kept) : kept;
  const phase = isOver(previous?.phase) ? previous.phase : nextPhase(derived, statuses, deletion !== undefined);
  const conditions =
    refusal === undefined
      ? podConditions({ ...derived, statuses, phase })
      : refusedConditions(refusal, birth.createdAtMs);
  const isReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  const readyAtMs = previous === undefined ? derived.times.changedAtMs : (previous.readySinceMs ?? nowMs);
  return {
    createdAtMs: previous?.createdAtMs ?? birth.createdAtMs,
    acceptedAtMs: previous?.acceptedAtMs ?? (refusal === undefined ? birth.acceptedAtMs : undefined),
    deletion,
    generation: derived.generation,
    phase,
    statuses,
    conditions: conditions.map((condition) => keepTime(previous, condition, nowMs)),
    readySinceMs: isReady ? readyAtMs : undefined,
    // A Pod whose sandbox is gone keeps its address (pkg/kubelet/pleg/generic.go getPodIPs).
    podIP: derived.podIP === '' ? (previous?.podIP ?? '') : derived.podIP,
  };
}

function nextPhase(derived: Derived, statuses: Statuses, isDeleted: boolean): Phase {
  const { spec, refusal, end, lostSinceMs, isFinished, isStill } = derived;
  if (refusal !== undefined) return refusal.phase;
  if (lostSinceMs !== undefined) return 'Unknown';
  // What ends by itself runs until its sidecars have ended; what is ended by its deadline has failed at once.
  if (end !== undefined && (end.reason !== undefined || !hasSidecar(spec, statuses.init))) return end.phase;
  return isDeleted && isStill ? deletedPhase(statuses) : podPhase(spec, statuses, isFinished);
}

/** Its time moves when its status does, and only then (status_manager.go updateLastTransitionTime). */
function keepTime(previous: StatusMemory | undefined, condition: PodCondition, nowMs: number): PodCondition {
  const before = previous?.conditions.find(({ type }) => type === condition.type);
  if (before?.lastTransitionTime === undefined) return condition;
  const isSame = before.status === condition.status;
  return { ...condition, lastTransitionTime: isSame ? before.lastTransitionTime : rfc3339(nowMs) };
}
