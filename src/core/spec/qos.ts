/** Requests and limits: the QoS class, and what one container's cgroup is set to (cm/helpers_linux.go, qos/policy.go). */
import { parseBytes, parseQuantity } from '../../model/quantity.ts';
import type { Container, ResourceList } from '../../model/container.ts';
import type { PodSpec } from '../../model/pod.ts';
import { allContainers, isSidecar } from '../runtime/facts.ts';
import type { Node } from '../runtime/node.ts';
import type { Cgroup } from '../runtime/snapshot.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const counted = ['cpu', 'memory'] as const;

/** Guaranteed: everywhere limits that are the requests; BestEffort: nowhere anything; else Burstable. */
export function qosClass(spec: PodSpec): QosClass {
  const containers = allContainers(spec);
  const asks = ({ resources }: Container) =>
    counted.some((name) => amount(resources?.requests[name]) > 0 || amount(resources?.limits[name]) > 0);
  if (!containers.some(asks)) return 'BestEffort';
  const isGuaranteed = ({ resources }: Container) =>
    counted.every((name) => {
      const limit = amount(resources?.limits[name]);
      return limit > 0 && amount(resources?.requests[name]) === limit;
    });
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

/** What the engine is to set for a container; a limit that the engine cannot enforce is 0, as it would report it. */
export function cgroupOf(spec: PodSpec, container: Container, node: Node): Cgroup {
  const { requests = {}, limits = {} } = container.resources ?? {};
  const cpuLimit = milliCpu(limits['cpu']);
  const score = oomScoreAdj(spec, container, node.memoryBytes);
  return {
    cpuShares: node.enforces.cpuShares ? cpuShares(milliCpu(requests['cpu']) || cpuLimit) : 0,
    cpuQuotaUs: node.enforces.cpuQuota && cpuLimit > 0 ? Math.max(cpuLimit * 100, leastQuotaUs) : 0,
    memoryBytes: node.enforces.memory ? bytes(limits['memory']) : 0,
    ...(score < 0 && !node.enforces.lowScores ? {} : { oomScoreAdj: score }),
  };
}

/** The period that quotas are of. */
export const cpuPeriodUs = 100_000;
const leastQuotaUs = 1_000;

/** 2 is the kernel's least, and what a container without any request gets. */
export const cpuShares = (milli: number): number => Math.min(Math.max(Math.floor((milli * 1024) / 1000), 2), 262_144);

/** Which processes the kernel ends first when memory is short. */
function oomScoreAdj(spec: PodSpec, container: Container, nodeBytes: number): number {
  switch (qosClass(spec)) {
    case 'Guaranteed':
      return -997;
    case 'BestEffort':
      return 1000;
    case 'Burstable': {
      const own = burstableScore(bytes(container.resources?.requests['memory']), nodeBytes);
      if (!isSidecar(container)) return own;
      // A sidecar is not to be ended before those that it serves.
      return Math.min(
        own,
        ...spec.containers.map((each) => burstableScore(bytes(each.resources?.requests['memory']), nodeBytes)),
      );
    }
  }
}

function burstableScore(requestBytes: number, nodeBytes: number): number {
  const score = 1000 - Math.floor((1000 * requestBytes) / Math.max(nodeBytes, 1));
  return Math.min(Math.max(score, 3), 999);
}

/** What a Pod needs: its containers together, or its largest stage of init (resource/helpers.go PodRequests). */
export function podRequests(spec: PodSpec): { readonly cpuMilli: number; readonly memoryBytes: number } {
  return { cpuMilli: podRequest(spec, 'cpu', milliCpu), memoryBytes: podRequest(spec, 'memory', bytes) };
}

function podRequest(spec: PodSpec, name: string, read: (quantity: string | undefined) => number): number {
  const requestOf = ({ resources }: Container) => read(resources?.requests[name]);
  let sidecars = 0;
  let largest = 0;
  for (const container of spec.initContainers) {
    if (isSidecar(container)) sidecars += requestOf(container);
    else largest = Math.max(largest, sidecars + requestOf(container));
  }
  return Math.max(largest, sidecars + spec.containers.reduce((sum, container) => sum + requestOf(container), 0));
}

export const milliCpu = (quantity: string | undefined): number =>
  quantity === undefined ? 0 : Number(parseQuantity(quantity) ?? 0n);

export const bytes = (quantity: string | undefined): number =>
  quantity === undefined ? 0 : Number(parseBytes(quantity) ?? 0n);

const amount = (quantity: ResourceList[string] | undefined): number => milliCpu(quantity);
