/** The variables that tell a container of Services (pkg/kubelet/envvars/envvars.go). */
import { hasAddress } from '../../model/service/service.ts';
import type { ObjectRecord } from '../runtime/labels.ts';
import { keptServices } from './service-records.ts';
import type { KeptService } from './service-records.ts';

/** Of the Services of a namespace that have an address: FromServices. */
export function serviceVariables(services: readonly KeptService[], namespace: string): ReadonlyMap<string, string> {
  const own = services.filter((service) => service.namespace === namespace && hasAddress(service));
  return new Map(own.flatMap((service) => [...variablesOf(service)]));
}

function* variablesOf({ name, address, ports }: KeptService): Iterable<readonly [string, string]> {
  const [first] = ports;
  if (address === undefined || first === undefined) return;
  const prefix = variableName(name);
  yield [`${prefix}_SERVICE_HOST`, address];
  yield [`${prefix}_SERVICE_PORT`, String(first.port)];
  for (const { name: portName, port } of ports)
    if (portName !== undefined) yield [`${prefix}_SERVICE_PORT_${variableName(portName)}`, String(port)];
  // As Docker's links named them (makeLinkVariables).
  yield [`${prefix}_PORT`, placeOf(first, address)];
  for (const each of ports) {
    const port = `${prefix}_PORT_${each.port}_${each.protocol}`;
    yield [port, placeOf(each, address)];
    yield [`${port}_PROTO`, each.protocol.toLowerCase()];
    yield [`${port}_PORT`, String(each.port)];
    yield [`${port}_ADDR`, address];
  }
}

const placeOf = ({ protocol, port }: KeptService['ports'][number], address: string): string =>
  `${protocol.toLowerCase()}://${address}:${port}`;

const variableName = (name: string): string => name.toUpperCase().replaceAll('-', '_');

/** Records never change, and are asked for with each container. */
const known = new WeakMap<ReadonlyMap<string, ObjectRecord>, readonly KeptService[]>();

/** The Services as their records tell them. */
export function servicesNow(records: ReadonlyMap<string, ObjectRecord>): readonly KeptService[] {
  const services = known.get(records) ?? keptServices(records.values());
  known.set(records, services);
  return services;
}
