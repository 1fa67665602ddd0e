import type { ReadContainer, Role } from '../container/container.ts';
import type { Sited } from '../yaml/cursor.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { placeOf } from '../yaml/cursor.ts';
import { hostIpsMeet } from '../../model/host-ip.ts';
import type { ReadPod } from '../pod/pod.ts';
import type { Report } from '../yaml/report.ts';
import type { Container, ContainerPort } from '../../model/container.ts';
import type { Pod } from '../../model/pod.ts';

/**
 * Reports every published port that another port of the project leaves no room for: the same protocol and number on
 * the same address, or on all of them (the scheduler's rule for two Pods).
 */
export function checkHostPorts(pods: readonly ReadPod[], report: Report): void {
  const taken = new Map<string, Published[]>();
  const told = new Set<Cursor>();
  for (const mine of pods.flatMap(publishedBy)) {
    const { hostPort, protocol } = mine.port.value;
    const key = `${protocol}/${hostPort}`;
    const others = taken.get(key) ?? [];
    const near = others.filter((each) => hostIpsMeet(each.port.value.hostIP, mine.port.value.hostIP));
    const other = near.find((each) => meet(each, mine));
    if (other !== undefined) {
      // The Pods of one template share their place.
      if (!told.has(mine.port.at))
        report(mine.port.at, describe(key, mine, other), { hint: 'give one of them another host port' });
      told.add(mine.port.at);
    } else if (!others.some((each) => isReplica(each, mine))) taken.set(key, [...others, mine]);
  }
}

interface Published {
  readonly pod: Pod;
  readonly role: Role;
  readonly container: Container;
  readonly port: Sited<ContainerPort>;
}

function publishedBy({ pod, initContainers, containers }: ReadPod): readonly Published[] {
  const of = (role: Role, list: readonly ReadContainer[]): readonly Published[] =>
    list.flatMap(({ container, ports }) =>
      ports.flatMap((port) => (port.value.hostPort === undefined ? [] : [{ pod, role, container, port }])),
    );
  return [...of('init', initContainers), ...of('main', containers)];
}

/**
 * Whether Kubernetes holds two ports against each other: in one Pod those of the containers, and each init container's
 * own; between two Pods all but those of an init container that runs to its end.
 */
function meet(one: Published, other: Published): boolean {
  if (one.pod === other.pod) return one.container === other.container || (one.role === 'main' && other.role === 'main');
  if (areOfOneController(one, other)) return false;
  return [one, other].every(({ role, container }) => role === 'main' || container.restartPolicy === 'Always');
}

/** Which of a controller's Pods has the port is known as they start: the others stay Pending. */
function areOfOneController({ pod: one }: Published, { pod: other }: Published): boolean {
  const [a, b] = [one.metadata.ownerReference, other.metadata.ownerReference];
  if (one === other || a === undefined || b === undefined) return false;
  return a.kind === b.kind && a.name === b.name && one.metadata.namespace === other.metadata.namespace;
}

/** What clashes with the one clashes with the other. */
function isReplica(one: Published, other: Published): boolean {
  return one.port.value.hostIP === other.port.value.hostIP && one.role === other.role && areOfOneController(one, other);
}

function describe(key: string, mine: Published, other: Published): string {
  const [here, there] = [mine, other].map(({ port }) => placeOf(port.at, 'value'));
  const isFar = there?.file !== here?.file;
  const place = ({ at }: Sited<ContainerPort>): string => {
    const { file, line } = placeOf(at, 'value');
    return `${isFar ? `${file}:` : 'line '}${line}`;
  };
  if (mine.pod === other.pod) return `host port ${key} is published twice, also on ${place(other.port)}`;
  const [one, two] = [other, mine].map(({ pod, port }) => `Pod ${pod.metadata.name} (${place(port)})`);
  return `host port ${key} is published by ${one ?? ''} and by ${two ?? ''}`;
}
