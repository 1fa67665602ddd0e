/** Requests and limits of what runs: changed in place, or by a replacement (docs/decisions/limits-by-number.md). */
import type { Container } from '../../model/container.ts';
import type { PodSpec } from '../../model/pod.ts';
import type { Reason } from '../runtime/reason.ts';
import type { Instance } from '../runtime/observed.ts';
import { reason } from '../runtime/reason.ts';
import { want } from '../state/planner.ts';
import type { PodPlanner } from '../state/planner.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { cgroupOf } from '../spec/qos.ts';
import type { QosClass } from '../spec/qos.ts';
import type { Cgroup } from '../runtime/snapshot.ts';

/**
 * Why a container is replaced: a limit is taken away, or the QoS class changes and with it oom_score_adj. An update takes
 * no memory limit away and moves no oom_score_adj (docs/engines.md#limits-and-memory).
 */
export function resizeReplaces(
  p: PodPlanner,
  spec: PodSpec,
  container: Container,
  instance: Instance,
): readonly Reason[] {
  const actual = instance.container.cgroup;
  if (actual === undefined) return [];
  const wanted = cgroupOf(spec, container, p.self.node);
  const gone = (field: 'cpuQuotaUs' | 'memoryBytes') => actual[field] > 0 && wanted[field] === 0;
  const [was, is] = [classOf(actual), classOf(wanted)];
  return [
    ...(gone('cpuQuotaUs') ? [{ kind: 'limitRemoved', container: container.name, resource: 'cpu' } as const] : []),
    ...(gone('memoryBytes') ? [{ kind: 'limitRemoved', container: container.name, resource: 'memory' } as const] : []),
    ...(was === is || was === undefined || is === undefined ? [] : [{ kind: 'qosClass', from: was, to: is } as const]),
  ];
}

/** Gives a running container the limits that it is to have. */
export function resizeInPlace(
  p: PodPlanner,
  spec: PodSpec,
  container: Container,
  instance: Instance,
  pod: PodRef,
): void {
  const { cgroup: actual, id, name } = instance.container;
  const wanted = cgroupOf(spec, container, p.self.node);
  if (actual === undefined || isSame(actual, wanted)) return;
  const action = { verb: 'updateContainer', target: name, id, cgroup: wanted } as const;
  want(p, { action, because: reason('resources'), pod, container: container.name });
}

const isSame = (a: Cgroup, b: Cgroup): boolean =>
  a.cpuShares === b.cpuShares && a.cpuQuotaUs === b.cpuQuotaUs && a.memoryBytes === b.memoryBytes;

function classOf({ oomScoreAdj }: Cgroup): QosClass | undefined {
  if (oomScoreAdj === undefined) return undefined;
  if (oomScoreAdj < 0) return 'Guaranteed';
  return oomScoreAdj === 1000 ? 'BestEffort' : 'Burstable';
}
