/** What a launch and a supervisor have where a test says nothing else. */
import type { ContainerLaunch, InfraLaunch } from '../../src/core/runtime/action.ts';
import type { Node } from '../../src/core/runtime/node.ts';
import type { Admission } from '../../src/core/admission/schedule.ts';

export const node: Node = {
  name: 'laptop',
  labels: { 'kubernetes.io/hostname': 'laptop', 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
  cpuMilli: 4_000,
  memoryBytes: 8 * 2 ** 30,
  storageBytes: 100 * 2 ** 30,
  enforces: { cpuShares: true, cpuQuota: true, memory: true, lowScores: true },
};

export const admission: Admission & { readonly finishedBound: number } = {
  node,
  allowedSysctls: [],
  finishedBound: 100,
};

export const plainContainer: Omit<ContainerLaunch, 'name' | 'image' | 'labels' | 'infraId'> = {
  role: 'container',
  mounts: [],
  stopGraceSeconds: 1,
  sharePid: false,
  hostPid: false,
  hostIpc: false,
  security: {
    groups: [],
    privileged: false,
    capAdd: [],
    capDrop: [],
    readOnlyRoot: false,
    unmasked: false,
    options: [],
  },
  cgroup: { cpuShares: 2, cpuQuotaUs: 0, memoryBytes: 0, oomScoreAdj: 1000 },
  stdin: 'closed',
  tty: false,
  env: [],
};

export const plainInfra: Omit<InfraLaunch, 'name' | 'image' | 'labels' | 'networkId'> = {
  role: 'infra',
  mounts: [],
  stopGraceSeconds: 1,
  hostIpc: false,
  hostname: 'pod',
  aliases: [],
  extraHosts: [],
  dns: { nameservers: [], searches: [], options: [] },
  sysctls: {},
  ports: [],
  roots: [],
};
