/** The Pods that a name means: its own, or those of the workload or Service that has it. */
import { workloadOf } from '../admission/workload.ts';
import type { OwnerReference } from '../../model/pod.ts';
import type { Asked } from './asked.ts';
import { objectName } from './kinds.ts';
import type { PodKind } from './kinds.ts';

/** What of a Pod its names are read from. */
export interface Nameable {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly owner?: OwnerReference;
  /** The Services that select it. */
  readonly services: readonly string[];
}

export interface Meant<T> {
  readonly pods: readonly T[];
  /** Set where the name is that of several workloads: what is wrong, and no Pod. */
  readonly ambiguous?: string;
}

/**
 * The Pods that are meant, in the order given; none where nothing is so named. A bare name is a Pod's, else a workload's,
 * else a Service's.
 */
export function meantPods<T extends Nameable>(pods: readonly T[], { kind, name }: Asked): Meant<T> {
  if (kind !== undefined) return { pods: pods.filter((pod) => isOf(pod, kind, name)) };
  if (name === undefined) return { pods };
  const own = pods.filter((pod) => pod.name === name);
  if (own.length > 0) return { pods: own };
  const owners = workloads.filter((each) => pods.some((pod) => isOf(pod, each, name)));
  const [owner] = owners;
  if (owners.length > 1) {
    const names = owners.map((each) => objectName(each, name));
    return { pods: [], ambiguous: `"${name}" is ambiguous: it could be ${names.join(' or ')}` };
  }
  return { pods: pods.filter((pod) => isOf(pod, owner ?? 'Service', name)) };
}

/** A ReplicaSet of a Deployment has the Deployment's Pods, but is no name that anybody gave; a CronJob's Job alike. */
const workloads: readonly PodKind[] = [
  ...(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicaSet', 'ReplicationController'] as const),
];

function isOf({ namespace, name: own, labels, owner, services }: Nameable, kind: PodKind, name?: string): boolean {
  const isNamed = (found: string | undefined): boolean => found !== undefined && (name === undefined || found === name);
  switch (kind) {
    case 'Pod':
      return isNamed(own);
    case 'Service':
      return services.some(isNamed);
    case 'Deployment': {
      const prefix = `${namespace}/Deployment/`;
      const workload = workloadOf(namespace, owner, labels);
      return isNamed(workload?.startsWith(prefix) === true ? workload.slice(prefix.length) : undefined);
    }
    case 'CronJob':
      return isNamed(owner?.kind === 'Job' ? cronJobOf(owner.name) : undefined);
    default:
      return isNamed(owner?.kind === kind ? owner.name : undefined);
  }
}

/** A CronJob's Jobs are named after it and the minute of their time (getJobName in pkg/controller/cronjob/utils.go). */
const cronJobOf = (job: string): string | undefined => /^(.+)-\d{8,}$/.exec(job)?.[1];
