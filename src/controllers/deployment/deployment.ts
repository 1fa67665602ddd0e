/** A Deployment and its ReplicaSets (pkg/controller/deployment: rolling.go, recreate.go, sync.go). */
import type { Deployment } from '../../model/workload.ts';
import { availabilityAt } from '../availability.ts';
import type { Availability } from '../availability.ts';
import { isOfRevision, isOver } from '../decision.ts';
import type { EndCause, OwnedPod } from '../decision.ts';
import { manageReplicas } from '../replica-set/replica-set.ts';
import { rollOver } from './rolling.ts';
import { scaleSets } from './scale.ts';
import { keptOf, setsOf } from './sets.ts';
import type { OwnedSet, Scales } from './sets.ts';

export interface DeploymentDecision {
  readonly scales: Scales;
  /** How many Pods are to be made of a template, by its revision. */
  readonly begin: ReadonlyMap<string, number>;
  /** The Pods that are to be deleted, by name. */
  readonly end: ReadonlyMap<string, EndCause>;
  /** When a Pod becomes available by the passing of time alone; Infinity: none does. */
  readonly wakeAtMs: number;
}

/** @param before what was decided last; undefined: nobody knows */
export function reconcileDeployment(
  deployment: Deployment,
  pods: readonly OwnedPod[],
  before: Scales | undefined,
  nowMs: number,
): DeploymentDecision {
  const { replicas, minReadySeconds } = deployment;
  const availability = availabilityAt(nowMs, minReadySeconds);
  const found = setsOf(pods, deployment.revision, before);
  const wanted = before?.replicas ?? replicas;
  const isScaled = deployment.paused || wanted !== replicas;
  const scaled = isScaled ? scaleSets(deployment, found, wanted, availability) : found;
  const sets = deployment.paused ? scaled : rollOut(deployment, scaled, pods, availability);
  const begin = sets.map((set) => [set.revision, manageReplicas(set.size, set.active).begin] as const);
  return {
    scales: { replicas, sizes: new Map(sets.map(({ revision, size }) => [revision, size])) },
    begin: new Map(begin.filter(([, count]) => count > 0)),
    end: endsOf(deployment, sets, scaled, availability),
    wakeAtMs: availability.nextAtMs(sets.flatMap(keptOf)),
  };
}

function rollOut(
  { replicas, strategy, revision }: Deployment,
  sets: readonly OwnedSet[],
  pods: readonly OwnedPod[],
  availability: Availability,
): readonly OwnedSet[] {
  const old = sets.filter((set) => set.revision !== revision);
  const fresh = sets.find((set) => set.revision === revision) ?? { revision, size: 0, active: [] };
  if (strategy.type === 'RollingUpdate') {
    const rolled = rollOver(strategy, { replicas, fresh, old }, availability);
    return [...rolled.old, rolled.fresh];
  }
  // The next ones begin when the last of those before is gone (recreate.go oldPodsRunning).
  const isOldLeft = pods.some((pod) => !isOfRevision(pod, revision) && !isOver(pod));
  return [...old.map((set) => ({ ...set, size: 0 })), isOldLeft ? fresh : { ...fresh, size: replicas }];
}

/** @param scaled the sizes before anything was rolled out */
function endsOf(
  { revision, strategy }: Deployment,
  sets: readonly OwnedSet[],
  scaled: readonly OwnedSet[],
  { isAvailable }: Availability,
): ReadonlyMap<string, EndCause> {
  const end = new Map<string, EndCause>();
  for (const set of sets) {
    const sizeBefore = scaled.find((each) => each.revision === set.revision)?.size ?? 0;
    const isOld = set.revision !== revision;
    for (const [index, pod] of manageReplicas(set.size, set.active).end.entries()) {
      const isRolledOut = isOld && index >= set.active.length - sizeBefore;
      const isHealthy = strategy.type === 'Recreate' || isAvailable(pod);
      end.set(pod.name, !isRolledOut ? 'scaledDown' : isHealthy ? 'updated' : 'unhealthy');
    }
  }
  return end;
}
