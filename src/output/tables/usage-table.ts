import { alignColumns } from './columns.ts';

export interface Usage {
  /** In thousandths of a core. */
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

export interface PodUsage {
  readonly name: string;
  readonly namespace: string;
  readonly containers: readonly (Usage & { readonly name: string })[];
}

export interface UsageTableOptions {
  /** A line for each container, not each Pod. */
  readonly containers: boolean;
  readonly allNamespaces: boolean;
  readonly noHeaders: boolean;
  /** Most first; unset: by name. */
  readonly sortBy: 'cpu' | 'memory' | undefined;
}

/** The lines of `kubectl top pod` (kubectl/pkg/metricsutil/metrics_printer.go). */
export function usageTable(pods: readonly PodUsage[], options: UsageTableOptions): readonly string[] {
  const { containers, allNamespaces, noHeaders, sortBy } = options;
  const head = [
    ...(allNamespaces ? ['NAMESPACE'] : []),
    ...(containers ? ['POD'] : []),
    ...['NAME', 'CPU(cores)', 'MEMORY(bytes)'],
  ];
  const rows = sorted(
    pods.map((pod) => ({ ...pod, ...sumOf(pod.containers) })),
    sortBy,
  ).flatMap((pod) => {
    const place = allNamespaces ? [pod.namespace] : [];
    if (!containers) return [[...place, pod.name, ...cells(pod)]];
    return sorted(pod.containers, sortBy).map((each) => [...place, pod.name, each.name, ...cells(each)]);
  });
  return alignColumns([...(noHeaders ? [] : [head]), ...rows]);
}

function sumOf(containers: readonly Usage[]): Usage {
  return {
    cpuMillicores: containers.reduce((sum, { cpuMillicores }) => sum + cpuMillicores, 0),
    memoryBytes: containers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
  };
}

function sorted<T extends Usage & { readonly name: string; readonly namespace?: string }>(
  all: readonly T[],
  by: UsageTableOptions['sortBy'],
): readonly T[] {
  const key = ({ namespace = '', name }: T) => `${namespace}/${name}`;
  return all.toSorted((a, b) => {
    if (by === 'cpu') return b.cpuMillicores - a.cpuMillicores;
    if (by === 'memory') return b.memoryBytes - a.memoryBytes;
    return key(a) < key(b) ? -1 : Number(key(a) > key(b));
  });
}

const cells = ({ cpuMillicores, memoryBytes }: Usage): readonly string[] => [
  `${cpuMillicores}m`,
  `${Math.floor(memoryBytes / 1024 / 1024)}Mi`,
];
