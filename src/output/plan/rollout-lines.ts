/** What the rollouts of a plan will do, in a sentence each: the plan itself has an entry for every Pod. */
import { fenceposts, resolveShare } from '../../model/workload.ts';
import type { StatefulSet, Workload } from '../../model/workload.ts';
import { podLabel } from '../../core/runtime/pod-ref.ts';
import type { Planned } from '../../core/state/planned.ts';

/** @param workloads as they are to be, with what is changed by hand */
export function rolloutLines(planned: readonly Planned[], workloads: readonly Workload[]): readonly string[] {
  const rolled = new Set(planned.flatMap(rolledOutBy));
  return workloads.flatMap((workload) => {
    const { kind, name, namespace } = workload;
    const how = rolled.has(`${namespace}/${kind} ${name}`) ? howItRolls(workload) : undefined;
    return how === undefined ? [] : [`${kind} ${podLabel(workload)} rolls out: ${how}`];
  });
}

/** `NAMESPACE/KIND NAME` of the workloads that end the Pod because their template is another. */
const rolledOutBy = ({ because, pod }: Planned): readonly string[] =>
  because.flatMap((cause) =>
    cause.kind === 'workload' && (cause.cause === 'updated' || cause.cause === 'unhealthy')
      ? [`${pod?.namespace ?? ''}/${cause.workload}`]
      : [],
  );

function howItRolls(workload: Workload): string | undefined {
  const { replicas } = workload;
  switch (workload.kind) {
    case 'Deployment': {
      const { strategy } = workload;
      if (strategy.type === 'Recreate') return `all old Pods end before ${podCount(replicas)} begin (Recreate)`;
      const { maxSurge, maxUnavailable } = fenceposts(strategy, replicas);
      const [most, least] = [replicas + maxSurge, replicas - maxUnavailable];
      return `never more than ${podCount(most)}, never fewer than ${least} available (RollingUpdate)`;
    }
    case 'StatefulSet':
      return howASetRolls(workload);
    case 'DaemonSet': {
      const { updateStrategy: strategy } = workload;
      const surge = strategy.type === 'RollingUpdate' ? resolveShare(strategy.maxSurge, 1, 'up') : 0;
      const order = surge > 0 ? 'the new Pod is available before the old one ends' : 'the old Pod ends first';
      return `${order} (${strategy.type})`;
    }
    case 'ReplicaSet':
    case 'ReplicationController':
      return undefined;
  }
}

function howASetRolls({ replicas, updateStrategy: strategy }: StatefulSet): string {
  if (strategy.type === 'OnDelete') return 'each Pod when it is deleted (OnDelete)';
  const { maxUnavailable, partition } = strategy;
  const most = maxUnavailable === undefined ? 1 : Math.max(1, resolveShare(maxUnavailable, replicas, 'down'));
  const pace = most === 1 ? 'one Pod at a time' : `up to ${most} Pods at a time`;
  const last = partition === 0 ? '' : ` to partition ${partition}`;
  return `${pace}, from the highest ordinal down${last} (RollingUpdate)`;
}

const podCount = (count: number): string => (count === 1 ? '1 Pod' : `${count} Pods`);
