/** Which Pods have no room on the node, or are not for it (docs/pod-lifecycle.md#scheduling). */
import { hostIpsMeet } from '../../model/host-ip.ts';
import type { ContainerPort } from '../../model/container.ts';
import type { Pod } from '../../model/pod.ts';
import { isSidecar } from '../runtime/facts.ts';
import type { Node } from '../runtime/node.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { podRequests } from '../spec/qos.ts';
import { recallPod } from '../spec/recall.ts';

/** Why a Pod is not begun with: `Pending` may change, `Failed` is for good. */
export interface Refusal {
  readonly phase: 'Pending' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

/** What Pods are weighed against. */
export interface Admission {
  readonly node: Node;
  /** Sysctls beyond the safe ones; `*` at the end stands for anything. */
  readonly allowedSysctls: readonly string[];
}

/**
 * Why Pods that are not on the engine are not begun with, by Pod key. Those that are there hold what they request until
 * they are finished or gone; the others follow in the file's order.
 * @param gateOf why a Pod is not even to be looked at
 */
export function refusals(
  { node, allowedSysctls }: Admission,
  desired: readonly Pod[],
  there: readonly ObservedPod[],
  applied: ReadonlyMap<string, Pod>,
  gateOf: (pod: Pod) => Refusal | undefined,
): ReadonlyMap<string, Refusal> {
  const found = new Map<string, Refusal>();
  const bound = new Set(there.map(({ key }) => key));
  let free = { cpuMilli: node.cpuMilli, memoryBytes: node.memoryBytes };
  const ports = new Map<string, ContainerPort[]>();
  const take = (pod: Pod) => {
    for (const port of publishedBy(pod)) ports.set(portKey(port), [...(ports.get(portKey(port)) ?? []), port]);
    const { cpuMilli, memoryBytes } = podRequests(pod.spec);
    free = { cpuMilli: free.cpuMilli - cpuMilli, memoryBytes: free.memoryBytes - memoryBytes };
  };
  for (const pod of there) if (pod.record.end === undefined) take(applied.get(pod.uid) ?? recallPod(pod));
  for (const pod of desired) {
    const key = podKey(pod.metadata);
    if (bound.has(key)) continue;
    const refusal =
      gateOf(pod) ??
      misfit(node, pod) ??
      portClash(ports, pod) ??
      shortage(free, podRequests(pod.spec)) ??
      forbidden(pod, allowedSysctls);
    if (refusal === undefined) take(pod);
    else found.set(key, refusal);
  }
  return found;
}

/** Whether a Pod could begin if all others made way for it. */
export function couldBegin({ node, allowedSysctls }: Admission, pod: Pod): boolean {
  const refusal = misfit(node, pod) ?? shortage(node, podRequests(pod.spec)) ?? forbidden(pod, allowedSysctls);
  return refusal === undefined;
}

function misfit(node: Node, { spec }: Pod): Refusal | undefined {
  if (spec.nodeName !== undefined && spec.nodeName !== node.name)
    return unavailable(["node(s) didn't match the requested node name"]);
  const wanted = Object.entries(spec.nodeSelector ?? {});
  return wanted.every(([key, value]) => node.labels[key] === value)
    ? undefined
    : unavailable(["node(s) didn't match Pod's node affinity/selector"]);
}

/** The host ports that a Pod has while it lives: a plain init container's are not published. */
const publishedBy = ({ spec }: Pod): readonly ContainerPort[] =>
  [...spec.initContainers.filter(isSidecar), ...spec.containers].flatMap(({ ports }) =>
    ports.filter(({ hostPort }) => hostPort !== undefined),
  );

const portKey = ({ protocol, hostPort }: ContainerPort): string => `${protocol}/${hostPort}`;

/** Pods of the file that clash are an error: what is left are replicas, and a port that an edit gives to another Pod. */
function portClash(taken: ReadonlyMap<string, readonly ContainerPort[]>, pod: Pod): Refusal | undefined {
  const isTaken = publishedBy(pod).some((port) =>
    taken.get(portKey(port))?.some(({ hostIP }) => hostIpsMeet(hostIP, port.hostIP)),
  );
  return isTaken ? unavailable(["node(s) didn't have free ports for the requested pod ports"]) : undefined;
}

type Room = ReturnType<typeof podRequests>;

/** A Pod that requests nothing always fits. */
function shortage(free: Room, wanted: Room): Refusal | undefined {
  const short = [
    ...(wanted.cpuMilli > 0 && wanted.cpuMilli > free.cpuMilli ? ['Insufficient cpu'] : []),
    ...(wanted.memoryBytes > 0 && wanted.memoryBytes > free.memoryBytes ? ['Insufficient memory'] : []),
  ];
  return short.length === 0 ? undefined : unavailable(short);
}

const unavailable = (reasons: readonly string[]): Refusal => ({
  phase: 'Pending',
  reason: 'Unschedulable',
  message: `0/1 nodes are available: ${reasons.map((reason) => `1 ${reason}`).join(', ')}.`,
});

/** pkg/kubelet/sysctl: those that are of the Pod's own namespaces and harm nobody else. */
const safeSysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
];

function forbidden({ spec }: Pod, allowed: readonly string[]): Refusal | undefined {
  const names = (spec.securityContext?.sysctls ?? []).map(({ name }) => name.replaceAll('/', '.'));
  const isAllowed = (name: string) =>
    [...safeSysctls, ...allowed].some((rule) =>
      rule.endsWith('*') ? name.startsWith(rule.slice(0, -1)) : name === rule.replaceAll('/', '.'),
    );
  const first = names.find((name) => !isAllowed(name));
  if (first === undefined) return undefined;
  return { phase: 'Failed', reason: 'SysctlForbidden', message: `forbidden sysctl: "${first}" not allowlisted` };
}
