/** What the engine's machine has and what its engine can enforce, from `info`. */
import type { Machine } from './port.ts';

/** The part of the engine's `info` that tells. */
export interface MachineInfo {
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly OSType?: string;
  readonly Architecture?: string;
  readonly CPUShares?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly CPUCfsQuota?: boolean;
  readonly MemoryLimit?: boolean;
  readonly SecurityOptions?: readonly string[] | null;
}

export function machineOf(info: MachineInfo, storageBytes: number): Machine {
  // An engine that is no root cannot lower a process's oom_score_adj.
  const rootless = (info.SecurityOptions ?? []).some((option) => option.startsWith('name=rootless'));
  return {
    cpus: info.NCPU ?? 1,
    memoryBytes: info.MemTotal ?? 0,
    storageBytes,
    os: info.OSType || 'linux',
    arch: architectures[info.Architecture ?? ''] ?? info.Architecture ?? 'amd64',
    enforces: {
      cpuShares: info.CPUShares ?? true,
      cpuQuota: info.CpuCfsQuota ?? info.CPUCfsQuota ?? true,
      memory: info.MemoryLimit ?? true,
      lowScores: !rootless,
    },
  };
}

/** The kernel's names in Go's words, which are Kubernetes' label values. */
const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  i686: '386',
};
