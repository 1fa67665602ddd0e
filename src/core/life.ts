import type { DataObject, Pod } from '../manifest/types.ts';
import type { Contents } from './config-volumes.ts';
import type { PodView } from './downward.ts';
import type { Infra, ObservedPod } from './observed.ts';
import type { PodPlanner } from './planner.ts';
import type { PodRef } from './pod-ref.ts';

/** One Pod whose sandbox is ready: what its containers are planned from. */
export interface Life {
  readonly p: PodPlanner;
  readonly pod: Pod;
  readonly observed: ObservedPod;
  readonly infra: Infra;
}

/** With what its config volumes hold. */
export interface FilledLife extends Life {
  readonly contents: Contents;
}

/** The Pod with what its place on the engine tells; without a sandbox it has no address. */
export function viewOf(p: PodPlanner, pod: Pod, { uid }: PodRef, infra: Infra | undefined): PodView {
  const hostIP = p.observed.network?.gateway ?? '';
  const podIP = pod.spec.hostNetwork === true ? hostIP : (infra?.container.address ?? '');
  return { pod, uid, node: p.self.node, podIP, hostIP };
}

export const objectsOf = (p: PodPlanner): readonly DataObject[] => p.project?.objects ?? [];
