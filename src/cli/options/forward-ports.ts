/** The ports and addresses of port-forward, read as kubectl does (client-go/tools/portforward/portforward.go). */
import { isIPv4, isIPv6 } from 'node:net';
import type { ContainerPort } from '../../model/container.ts';
import { CommandError, exitCode } from '../exit-code.ts';

export interface ForwardedPort {
  /** 0: any that is free. */
  readonly local: number;
  readonly remote: number;
}

export interface ListenAddress {
  readonly host: string;
  /** One of those that `localhost` stands for: one of the two is enough. */
  readonly ofLocalhost: boolean;
}

/** The ports that a Pod has, with their names. */
export type NamedPort = Pick<ContainerPort, 'name' | 'containerPort' | 'protocol'>;

/** A Service, as far as its ports lead to those of its Pods. */
export interface ForwardService {
  readonly name: string;
  readonly isHeadless: boolean;
  readonly ports: readonly {
    readonly name?: string;
    readonly port: number;
    readonly targetPort: number | string;
    readonly protocol: string;
  }[];
}

/**
 * The ports that `[LOCAL:]REMOTE` words mean, where REMOTE is a port of the Pod or its name; with a Service a port of
 * that or its name, which leads to the Pod's. Throws with exit code 1 for a name that is not there or UDP, with 2 for
 * what is no port.
 */
export function readPorts(
  words: readonly string[],
  pod: { readonly name: string; readonly ports: readonly NamedPort[] },
  service?: ForwardService,
): readonly ForwardedPort[] {
  return words.map((word) => {
    const [local = '', remote = local, ...more] = word.split(':');
    if (more.length > 0) throw new CommandError(exitCode.usage, `invalid port format '${word}'`);
    if (remote === '' && service === undefined) throw new CommandError(exitCode.usage, 'remote port cannot be empty');
    const asked = isNumber(remote) ? Number(remote) : undefined;
    const inService = service === undefined ? undefined : (asked ?? servicePortNamed(service, remote));
    const offered = service === undefined ? pod.ports.map(toOffered) : service.ports.map(toOffered);
    const number = inService ?? asked ?? podPortNamed(pod, remote);
    if (isUdpOnly(offered, number)) throw failure(`UDP protocol is not supported for ${remote}`);
    const target = service === undefined ? number : targetOf(service, number, pod);
    // Without a local port of its own a name stands for the number that it was looked up as.
    const own = local === remote ? String(number) : local;
    return { local: readNumber('local', own === '' ? '0' : own), remote: readRemote(target) };
  });
}

/** The addresses to listen on; given several times, all of them. Throws with exit code 2 for what is none. */
export function readAddresses(words: readonly string[]): readonly ListenAddress[] {
  const addresses = new Map<string, ListenAddress>();
  const add = (host: string, ofLocalhost: boolean) => addresses.set(host, { host, ofLocalhost });
  for (const word of words.flatMap((each) => each.split(','))) {
    if (word === 'localhost')
      for (const host of ['127.0.0.1', '::1']) add(host, addresses.get(host)?.ofLocalhost ?? true);
    else if (isIPv4(word) || isIPv6(word)) add(word, false);
    else throw new CommandError(exitCode.usage, `${word} is not a valid IP`);
  }
  return [...addresses.values()].toSorted((a, b) => (a.host < b.host ? -1 : 1));
}

function podPortNamed(pod: { readonly name: string; readonly ports: readonly NamedPort[] }, name: string): number {
  const found = pod.ports.find((port) => port.name === name);
  if (found === undefined) throw failure(`Pod '${pod.name}' does not have a named port '${name}'`);
  return found.containerPort;
}

function servicePortNamed({ name: service, ports }: ForwardService, name: string): number {
  const found = ports.find((port) => port.name === name);
  if (found === undefined) throw failure(`Service '${service}' does not have a named port '${name}'`);
  return found.port;
}

/** kubectl/pkg/util/service_port.go */
function targetOf(
  { name, isHeadless, ports }: ForwardService,
  number: number,
  pod: { readonly name: string; readonly ports: readonly NamedPort[] },
): number {
  if (isHeadless) return number;
  const found = ports.find(({ port }) => port === number);
  if (found === undefined) throw failure(`Service ${name} does not have a service port ${number}`);
  return typeof found.targetPort === 'number' ? found.targetPort : podPortNamed(pod, found.targetPort);
}

interface Offered {
  readonly port: number;
  readonly protocol: string;
}

const toOffered = (port: Offered | NamedPort): Offered =>
  'containerPort' in port ? { port: port.containerPort, protocol: port.protocol } : port;

function isUdpOnly(offered: readonly Offered[], number: number): boolean {
  const protocols = offered.filter(({ port }) => port === number).map(({ protocol }) => protocol);
  return protocols.includes('UDP') && !protocols.includes('TCP');
}

function readRemote(number: number): number {
  const port = readNumber('remote', String(number));
  if (port === 0) throw new CommandError(exitCode.usage, 'remote port must be > 0');
  return port;
}

/** Go's words for a number that is none (strconv.ParseUint). */
function readNumber(which: 'local' | 'remote', text: string): number {
  const problem = !/^\d+$/.test(text) ? 'invalid syntax' : Number(text) > 65_535 ? 'value out of range' : undefined;
  if (problem === undefined) return Number(text);
  const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${problem}`;
  throw new CommandError(exitCode.usage, `error parsing ${which} port '${text}': ${why}`);
}

const isNumber = (text: string): boolean => /^\d+$/.test(text);
const failure = (message: string): CommandError => new CommandError(exitCode.failed, message);
