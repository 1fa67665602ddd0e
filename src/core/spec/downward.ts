/** Fields of the Pod and of its containers' resources as text (pkg/fieldpath, pkg/api/v1/resource). */
import type { KeptService } from '../services/service-records.ts';
import { parseQuantity } from '../../model/quantity.ts';
import type { Container, ResourceFieldRef } from '../../model/container.ts';
import type { Pod } from '../../model/pod.ts';
import { allContainers } from '../runtime/facts.ts';
import type { Node } from '../runtime/node.ts';

/** A Pod with what only its life tells. */
export interface PodView {
  readonly pod: Pod;
  readonly uid: string;
  readonly node: Node;
  /** '' before the sandbox is there. */
  readonly podIP: string;
  readonly hostIP: string;
  /** The project's, for the variables of those in its namespace; unset: there are none. */
  readonly services?: readonly KeptService[];
}

/** The value of a field; '' for a label or annotation that is not there. */
export function fieldValue({ pod, uid, node, podIP, hostIP }: PodView, fieldPath: string): string {
  const { metadata, spec } = pod;
  const [, map, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/s.exec(fieldPath) ?? [];
  if (map !== undefined && key !== undefined) return metadata[map as 'labels' | 'annotations'][key] ?? '';
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace;
    case 'metadata.uid':
      return uid;
    case 'metadata.labels':
      return mapText(metadata.labels);
    case 'metadata.annotations':
      return mapText(metadata.annotations);
    case 'spec.nodeName':
      return node.name;
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? 'default';
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIP;
    case 'status.podIP':
    case 'status.podIPs':
      return podIP;
    default:
      return '';
  }
}

/** `key="value"` lines in the order of the keys, the values quoted as Go quotes them. */
function mapText(map: Readonly<Record<string, string>>): string {
  return Object.entries(map)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

/** A request or limit in units of the divisor, rounded up; what no limit holds back may use the whole node. */
export function resourceValue({ pod, node }: PodView, ref: ResourceFieldRef, asker: Container | undefined): string {
  const container =
    ref.containerName === undefined ? asker : allContainers(pod.spec).find(({ name }) => name === ref.containerName);
  const [kind = '', name = ''] = ref.resource.split('.', 2);
  const given = kind === 'limits' ? container?.resources?.limits[name] : container?.resources?.requests[name];
  const written = given === undefined ? 0n : (parseQuantity(given) ?? 0n);
  const milli = written === 0n && kind === 'limits' ? allocatable(node, name) : written;
  const divisor = parseQuantity(ref.divisor) ?? 1_000n;
  return String(divisor <= 0n ? 0n : (milli + divisor - 1n) / divisor);
}

/** What a limit that is not set, or is 0, stands for (MergeContainerResourceLimits). */
function allocatable(node: Node, name: string): bigint {
  switch (name) {
    case 'cpu':
      return BigInt(node.cpuMilli);
    case 'memory':
      return BigInt(node.memoryBytes) * 1_000n;
    case 'ephemeral-storage':
      return BigInt(node.storageBytes) * 1_000n;
    default:
      return 0n;
  }
}
