import { servicesNow } from '../services/service-env.ts';
import type { DataObject } from '../../model/project.ts';
import type { Pod } from '../../model/pod.ts';
import type { PodView } from '../spec/downward.ts';
import type { Infra, ObservedPod } from '../runtime/observed.ts';
import type { PodPlanner } from '../state/planner.ts';
import type { PodRef } from '../runtime/pod-ref.ts';

/** One Pod whose sandbox is ready: what its containers are planned from. */
export interface Life {
  readonly p: PodPlanner;
  readonly pod: Pod;
  readonly observed: ObservedPod;
  readonly infra: Infra;
}

/** What the config volumes of a Pod hold. */
export interface Contents {
  /** Nothing is missing and nothing is being written: a container may be made. */
  readonly isReady: boolean;
  /** The version that each volume has, by its name. */
  readonly versions: ReadonlyMap<string, string>;
}

/** With what its config volumes hold. */
export interface FilledLife extends Life {
  readonly contents: Contents;
}

/** The Pod with what its place on the engine tells; without a sandbox it has no address. */
export function viewOf(p: PodPlanner, pod: Pod, { uid }: PodRef, infra: Infra | undefined): PodView {
  const hostIP = p.observed.network?.gateway ?? '';
  const podIP = pod.spec.hostNetwork === true ? hostIP : (infra?.container.address ?? '');
  const services = p.project?.services === undefined ? {} : { services: servicesNow(p.shared.records) };
  return { pod, uid, node: p.self.node, podIP, hostIP, ...services };
}

export const objectsOf = (p: PodPlanner): readonly DataObject[] => p.project?.objects ?? [];
