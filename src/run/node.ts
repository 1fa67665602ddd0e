import type { Node } from '../core/runtime/node.ts';
import type { EngineInfo } from '../engine/port.ts';

/** The engine's machine as a node, with the well-known labels and those of PODRUN_NODE_LABELS (`KEY=VALUE,KEY=VALUE`). */
export function nodeOf({ name, machine }: EngineInfo, env: Readonly<Record<string, string | undefined>>): Node {
  const { cpus, memoryBytes, storageBytes, os, arch, enforces } = machine;
  const own = (env['PODRUN_NODE_LABELS'] ?? '').split(',').flatMap((text) => {
    const [key = '', value = ''] = text.trim().split('=', 2);
    return key === '' ? [] : [[key, value] as const];
  });
  const labels = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': os,
    'kubernetes.io/arch': arch,
    ...Object.fromEntries(own),
  };
  return { name, labels, cpuMilli: cpus * 1000, memoryBytes, storageBytes, enforces };
}
