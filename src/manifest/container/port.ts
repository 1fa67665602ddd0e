import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { HOST_IP, HOST_NETWORK_IP, PROTOCOL } from '../defaults.ts';
import { isAddress } from './ip-address.ts';
import { fieldsOf, integerOf, oneOf, textOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import type { ContainerPort } from '../../model/container.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

/** Whether the Pod is on the machine's own network, where a port of a container is one of the machine. */
export interface PortScope {
  readonly hostNetwork: boolean;
}

/** One entry of `ports`: the Kubernetes object, or the short form's text or number. */
export function readPort(
  value: unknown,
  at: Cursor,
  { hostNetwork }: PortScope,
  report: Report,
): ContainerPort | undefined {
  const port = readAny(value, at, hostNetwork ? HOST_NETWORK_IP : HOST_IP, report);
  if (port === undefined || !hostNetwork) return port;
  const { containerPort, hostPort = containerPort, hostIP = HOST_NETWORK_IP } = port;
  if (port.autoPort === true) {
    report(
      at,
      invalid(value, 'may not be automatic when `hostNetwork` is true: the Pod has its ports on the machine itself'),
      {
        hint: `write ${containerPort}`,
      },
    );
    return undefined;
  }
  if (hostPort !== containerPort) {
    const rule = 'must match `hostPort` when `hostNetwork` is true';
    report(typeof value === 'string' ? at : below(at, 'containerPort'), invalid(containerPort, rule));
  }
  return { ...port, hostPort, hostIP };
}

function readAny(value: unknown, at: Cursor, anyIP: string, report: Report): ContainerPort | undefined {
  if (typeof value === 'string') return readShort(value, at, anyIP, report);
  if (Number.isInteger(value)) {
    if (isPort(Number(value))) return { containerPort: Number(value), protocol: PROTOCOL };
    report(at, invalid(value, 'must be between 1 and 65535'));
    return undefined;
  }
  const fields = fieldsOf(value);
  const containerPort = integerOf(fields['containerPort']);
  if (containerPort === undefined) return undefined;
  const name = textOf(fields['name']);
  const hostPort = integerOf(fields['hostPort']);
  const given = textOf(fields['hostIP']);
  const hostIP = given === undefined || given === '' ? anyIP : given;
  if (!isAddress(hostIP)) report(below(at, 'hostIP'), invalid(hostIP, 'must be an IP address'));
  return {
    ...(name === undefined ? {} : { name }),
    containerPort,
    protocol: oneOf(fields['protocol'], PROTOCOLS) ?? PROTOCOL,
    ...(hostPort === undefined || hostPort === 0 ? {} : { hostPort, hostIP }),
  };
}

const SHAPE = /^(?:(auto):|(?:(\[[^\]]*\]|[^:[\]]*):)?(\d+):)?(\d+)(?:\/([A-Za-z]+))?$/;
const HINT =
  'write [hostIP:]hostPort:containerPort[/udp], for example "8080:80" or "127.0.0.1:5353:53/udp", or "auto:80" for a free port';

function readShort(text: string, at: Cursor, anyIP: string, report: Report): ContainerPort | undefined {
  const match = SHAPE.exec(text);
  if (match === null) {
    const isRange = /\d-\d/.test(text);
    report(at, invalid(text, isRange ? 'must be one port, not a range' : 'must be a port or a mapping of ports'), {
      hint: isRange ? 'write one entry for each port' : HINT,
    });
    return undefined;
  }
  const [, auto, address, host, inner, suffix = PROTOCOL] = match;
  const containerPort = Number(inner);
  const hostPort = host === undefined ? undefined : Number(host);
  const hostIP = address === undefined ? anyIP : address.replace(/^\[(.*)\]$/, '$1');
  const protocol = oneOf(suffix.toUpperCase(), PROTOCOLS);
  if (protocol === undefined) report(at, invalid(text, 'the protocol must be tcp, udp or sctp'));
  else if (!isPort(containerPort) || (hostPort !== undefined && !isPort(hostPort))) {
    report(at, invalid(text, 'each port must be between 1 and 65535'));
  } else if (!isAddress(hostIP))
    report(at, invalid(text, `${hostIP === '' ? 'an empty text' : hostIP} is not an IP address`), { hint: HINT });
  else if (auto !== undefined && protocol === 'SCTP')
    report(at, invalid(text, 'a free port is found for tcp and udp alone'), { hint: 'write the host port' });
  else if (auto !== undefined) return { containerPort, protocol, hostIP, autoPort: true };
  else return { containerPort, protocol, ...(hostPort === undefined ? {} : { hostPort, hostIP }) };
  return undefined;
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535;
}
