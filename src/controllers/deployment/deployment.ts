/** A Deployment and its ReplicaSets (pkg/controller/deployment: rolling.go, recreate.go, sync.go). */
import type { Deployment } from '../../model/workload.ts';
import { availabilityAt } from '../availability.ts';
import { isActive, isOfRevision, isOver } from '../decision.ts';
import type { Decision, EndCause, OwnedPod } from '../decision.ts';
import { beforeInScaleDown } from '../victims.ts';
import { rollOver } from './rolling.ts';

export function reconcileDeployment(deployment: Deployment, pods: readonly OwnedPod[], nowMs: number): Decision {
  const { replicas, strategy, revision, paused, minReadySeconds } = deployment;
  const isNew = (pod: OwnedPod): boolean => isOfRevision(pod, revision);
  const active = pods.filter(isActive);
  if (paused) return scalePaused(active, isNew, replicas);
  if (strategy.type === 'RollingUpdate')
    return rollOver(strategy, { replicas, active, isNew, availability: availabilityAt(nowMs, minReadySeconds) });
  const old = active.filter((pod) => !isNew(pod));
  const end = new Map(old.map(({ name }) => [name, 'updated' as const]));
  // The next ones begin when the last of those before is gone (recreate.go oldPodsRunning).
  const isOldLeft = pods.some((pod) => !isNew(pod) && !isOver(pod));
  if (isOldLeft) return { begin: 0, end, wakeAtMs: Infinity };
  return scale(active, replicas);
}

/** What is paused is scaled, and not rolled out: its one ReplicaSet, while that is of the template as it is now. */
function scalePaused(active: readonly OwnedPod[], isNew: (pod: OwnedPod) => boolean, replicas: number): Decision {
  const { end, begin } = scale(active, replicas);
  const canBegin = active.length > 0 && active.every(isNew);
  return { begin: canBegin ? begin : 0, end, wakeAtMs: Infinity };
}

/** As many as there are to be, and no more. */
function scale(active: readonly OwnedPod[], replicas: number): Decision {
  const end = new Map<string, EndCause>();
  for (const { name } of active.toSorted(beforeInScaleDown).slice(0, Math.max(0, active.length - replicas)))
    end.set(name, 'scaledDown');
  return { begin: Math.max(0, replicas - active.length), end, wakeAtMs: Infinity };
}
