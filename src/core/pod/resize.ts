/** Requests and limits of what runs: changed in place, or by a replacement (docs/decisions/limits-by-number.md). */
import type { Container } from '../../model/container.ts';
import type { PodSpec } from '../../model/pod.ts';
import type { Because } from '../runtime/action.ts';
import type { Instance } from '../runtime/observed.ts';
import { reason, want } from '../state/planner.ts';
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
): readonly Because[] {
  const actual = instance.container.cgroup;
  if (actual === undefined) return [];
  const wanted = cgroupOf(spec, container, p.self.node);
  const path = `containers.${container.name}.resources`;
  const gone = (field: 'cpuQuotaUs' | 'memoryBytes') => actual[field] > 0 && wanted[field] === 0;
  const [was, is] = [classOf(actual), classOf(wanted)];
  return [
    ...(gone('cpuQuotaUs') ? [{ path: `${path}.limits.cpu`, text: 'the limit is taken away' }] : []),
    ...(gone('memoryBytes') ? [{ path: `${path}.limits.memory`, text: 'the limit is taken away' }] : []),
    ...(was === is || was === undefined || is === undefined ? [] : [{ path: 'qosClass', from: was, to: is }]),
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
  want(p, { action, because: reason('its requests and limits changed'), pod, container: container.name });
}

const isSame = (a: Cgroup, b: Cgroup): boolean =>
  a.cpuShares === b.cpuShares && a.cpuQuotaUs === b.cpuQuotaUs && a.memoryBytes === b.memoryBytes;

function classOf({ oomScoreAdj }: Cgroup): QosClass | undefined {
  if (oomScoreAdj === undefined) return undefined;
  if (oomScoreAdj < 0) return 'Guaranteed';
  return oomScoreAdj === 1000 ? 'BestEffort' : 'Burstable';
}
