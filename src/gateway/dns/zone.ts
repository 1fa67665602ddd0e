/** The names of a project's Services (Kubernetes DNS-Based Service Discovery: github.com/kubernetes/dns). */
import type { GatewayHost, GatewayService, GatewayState } from '../../model/service/gateway.ts';

export const clusterDomain = 'cluster.local';

export interface Srv {
  readonly target: string;
  readonly port: number;
}

/** What there is under one name; all lists empty: only names below it. */
export interface Node {
  readonly a: readonly string[];
  readonly srv: readonly Srv[];
  readonly ptr: readonly string[];
  readonly cname?: string;
}

export interface Zone {
  /** By name, in lower case and without the last dot. */
  readonly nodes: ReadonlyMap<string, Node>;
}

const empty: Node = { a: [], srv: [], ptr: [] };

export function zoneOf({ services }: GatewayState): Zone {
  const nodes = new Map<string, Node>();
  const at = (name: string): Node => nodes.get(name) ?? empty;
  const add = (name: string, more: Partial<Node>): void => {
    const { a, srv, ptr, ...rest } = at(name);
    nodes.set(name, {
      ...rest,
      a: [...a, ...(more.a ?? [])],
      srv: [...srv, ...(more.srv ?? [])],
      ptr: [...ptr, ...(more.ptr ?? [])],
      ...(more.cname === undefined ? {} : { cname: more.cname }),
    });
    // Above each name of the zone there is one, if without anything: what is below it may be asked for.
    for (let above = parentOf(name); isInZone(above) && !nodes.has(above); above = parentOf(above))
      nodes.set(above, empty);
  };
  add(`svc.${clusterDomain}`, {});
  for (const service of services) addService(service, add);
  return { nodes };
}

type Add = (name: string, more: Partial<Node>) => void;

function addService(service: GatewayService, add: Add): void {
  const name = `${service.name}.${service.namespace}.svc.${clusterDomain}`.toLowerCase();
  const { address, cname, ports, hosts } = service;
  if (cname !== undefined) return add(name, { cname });
  add(name, address === undefined ? {} : { a: [address] });
  if (address !== undefined) add(reverse(address), { ptr: [name] });
  for (const { name: port, protocol, port: number } of ports)
    addSrv(name, port, protocol, { target: name, port: number }, add);
  for (const host of hosts) addHost(name, host, add);
}

function addHost(service: string, { name, address, ports }: GatewayHost, add: Add): void {
  const host = `${name}.${service}`.toLowerCase();
  add(service, { a: [address] });
  add(host, { a: [address] });
  add(reverse(address), { ptr: [host] });
  for (const { name: port, protocol, port: number } of ports)
    addSrv(service, port, protocol, { target: host, port: number }, add);
}

/** Only a port with a name has one of its own; all of them are the Service's. */
function addSrv(service: string, port: string, protocol: string, srv: Srv, add: Add): void {
  add(service, { srv: [srv] });
  if (port !== '') add(`_${port}._${protocol}.${service}`.toLowerCase(), { srv: [srv] });
}

const parentOf = (name: string): string => name.slice(name.indexOf('.') + 1);

export const isInZone = (name: string): boolean => name === clusterDomain || name.endsWith(`.${clusterDomain}`);

const reverse = (address: string): string => `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
