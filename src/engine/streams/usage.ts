import type { ContainerUsage } from '../port.ts';
import type { Session } from '../session.ts';
import { call } from '../transport/call.ts';

/** What a container uses now; see the port. The engine takes two samples of the CPU's time, about a second apart. */
export async function readUsage({ docker, deadlines }: Session, id: string): Promise<ContainerUsage | undefined> {
  // Its type has no abortSignal, and it is no stream: the deadline settles it.
  const stats = await call(deadlines.lookMs, () => docker.getContainer(id).stats({ stream: false }));
  return usageOf(stats);
}

/** @returns undefined for the empty stats of a container that does not run */
export function usageOf({ read, preread, cpu_stats, precpu_stats, memory_stats }: Stats): ContainerUsage | undefined {
  const [from, to] = [nanoseconds(preread), nanoseconds(read)];
  if (to <= from || memory_stats.usage === undefined) return undefined;
  const usedNs = cpu_stats.cpu_usage.total_usage - precpu_stats.cpu_usage.total_usage;
  const files = memory_stats.stats?.['total_inactive_file'] ?? memory_stats.stats?.['inactive_file'] ?? 0;
  return {
    cpuMillicores: Math.ceil((Math.max(usedNs, 0) / (to - from)) * 1000),
    // The working set (cAdvisor, handler.go): of cgroup v1 the whole subtree's.
    memoryBytes: Math.max(memory_stats.usage - files, 0),
  };
}

/** As accurate as a number is: of a difference of seconds that is enough. */
const nanoseconds = (time: string): number => {
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? '';
  return Math.floor(Date.parse(time) / 1000) * 1e9 + Number(fraction.padEnd(9, '0'));
};

/** What of the engine's answer is read. */
export interface Stats {
  readonly read: string;
  readonly preread: string;
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly precpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly memory_stats: { readonly usage?: number; readonly stats?: Readonly<Record<string, number>> };
}
