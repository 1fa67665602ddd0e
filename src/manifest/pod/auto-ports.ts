/** The annotation that says of a Pod's ports what the short form's `auto:` does. */
import { AUTO_PORTS } from '../../model/annotations.ts';
import { HOST_IP } from '../defaults.ts';
import type { ReadContainer } from '../container/container.ts';
import type { Cursor } from '../yaml/cursor.ts';
import type { Report } from '../yaml/report.ts';
import { invalid, show } from '../yaml/report.ts';
import type { Container, ContainerPort } from '../../model/container.ts';

/**
 * The container with those of its ports automatic that the annotation names.
 * @param entries `CONTAINER:PORT[/udp]`, as the annotation lists them
 * @param at where the annotation stands
 */
export function withAutoPorts(
  read: ReadContainer,
  entries: readonly string[],
  isHostNetwork: boolean,
  at: Cursor,
  report: Report,
): ReadContainer {
  const own = entries.filter((entry) => entry.startsWith(`${read.container.name}:`));
  if (own.length === 0) return read;
  const names = own.map((entry) => entry.slice(read.container.name.length + 1));
  for (const [index, name] of names.entries()) {
    const ports = read.container.ports.filter((each) => portText(each) === name);
    if (ports.length === 0) report(at, `Not found: ${show(own[index])}: the container has no such port`);
    else if (isHostNetwork) report(at, invalid(own[index], 'may not be automatic when `hostNetwork` is true'));
    else if (ports.every(({ hostPort }) => hostPort !== undefined))
      report(at, invalid(own[index], 'the port has a hostPort'), { hint: 'remove one of them' });
  }
  const change = (port: ContainerPort): ContainerPort =>
    names.includes(portText(port)) && port.hostPort === undefined && !isHostNetwork
      ? { ...port, hostIP: HOST_IP, autoPort: true }
      : port;
  return {
    ...read,
    container: { ...read.container, ports: read.container.ports.map(change) },
    ports: read.ports.map((port) => ({ ...port, value: change(port.value) })),
  };
}

/** Reports the entries that name no container of the Pod. */
export function checkAutoPorts(
  entries: readonly string[],
  containers: readonly string[],
  at: Cursor,
  report: Report,
): void {
  for (const entry of entries) {
    const [name = '', port] = entry.split(':');
    if (port === undefined || !/^\d+(\/udp)?$/.test(port))
      report(at, invalid(entry, 'must be a container and one of its ports'), {
        hint: `for example ${AUTO_PORTS}: "postgres:5432, app:53/udp"`,
      });
    else if (!containers.includes(name)) report(at, `Not found: ${show(name)}: the Pod has no container of that name`);
  }
}

/** The annotation of a Pod with these containers; nothing where no port is automatic. */
export function autoPortsAnnotation(containers: readonly Container[]): Readonly<Record<string, string>> {
  const entries = containers.flatMap(({ name, ports }) =>
    ports.flatMap((port) => (port.autoPort === true ? [`${name}:${portText(port)}`] : [])),
  );
  return entries.length === 0 ? {} : { [AUTO_PORTS]: entries.join(', ') };
}

/** `5432`, `53/udp`. */
const portText = ({ containerPort, protocol }: ContainerPort): string =>
  protocol === 'TCP' ? String(containerPort) : `${containerPort}/${protocol.toLowerCase()}`;
