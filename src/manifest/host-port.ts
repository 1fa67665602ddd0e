import type { Sited } from './container.ts';
import { spanOf } from './cursor.ts';
import type { ReadPod } from './pod.ts';
import type { Report } from './report.ts';
import type { ContainerPort, Pod } from './types.ts';

/**
 * Reports every published port that another port of the project leaves no room for: the same protocol and number on
 * the same address, or on all of them (the scheduler's rule for two Pods).
 */
export function checkHostPorts(pods: readonly ReadPod[], report: Report): void {
  const taken = new Map<string, Published[]>();
  for (const { pod, ports } of pods) {
    for (const port of ports) {
      const { hostPort, protocol } = port.value;
      if (hostPort === undefined) continue;
      const key = `${protocol}/${hostPort}`;
      const others = taken.get(key) ?? [];
      const other = others.find((each) => overlaps(each.port.value.hostIP, port.value.hostIP));
      if (other === undefined) taken.set(key, [...others, { pod, port }]);
      else report(port.at, describe(key, { pod, port }, other), { hint: 'give one of them another host port' });
    }
  }
}

interface Published {
  readonly pod: Pod;
  readonly port: Sited<ContainerPort>;
}

function describe(key: string, mine: Published, other: Published): string {
  const isFar = other.port.at.doc.file !== mine.port.at.doc.file;
  const place = ({ at }: Sited<ContainerPort>): string =>
    `${isFar ? `${at.doc.file}:` : 'line '}${spanOf(at, 'value').line}`;
  if (mine.pod === other.pod) return `host port ${key} is published twice, also on ${place(other.port)}`;
  const [one, two] = [other, mine].map(({ pod, port }) => `Pod ${pod.metadata.name} (${place(port)})`);
  return `host port ${key} is published by ${one ?? ''} and by ${two ?? ''}`;
}

function overlaps(one = '', other = ''): boolean {
  return one === other || covers(one, other) || covers(other, one);
}

/** Whether an address stands for all of the other's family. */
function covers(all: string, one: string): boolean {
  return all === (one.includes(':') ? '::' : '0.0.0.0');
}
