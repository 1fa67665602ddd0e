import { fieldsOf, isFields } from '../yaml/read.ts';
import type { Draft } from './draft.ts';
import { many, text } from './values.ts';

const short = /^(?:(?<ip>\[[^\]]*\]|(?:\d+\.){3}\d+):)?(?:(?<host>[\d-]*):)?(?<port>[\d-]+)(?<protocol>\/\w+)?$/;

/** `ports`, each published port an entry of its own. */
export function readPorts(value: unknown, draft: Draft): void {
  const ports = many(value).flatMap((each) => (isFields(each) ? longPort(each) : shortPort(text(each), draft)));
  if (ports.length > 0) draft.container['ports'] = ports;
}

function longPort(port: unknown): readonly string[] {
  const { target, published, host_ip: ip, protocol } = fieldsOf(port);
  const host = [ip, published].filter((part) => part !== undefined).map(text);
  return [
    `${[...host, text(target)].join(':')}${protocol === undefined || protocol === 'tcp' ? '' : `/${text(protocol)}`}`,
  ];
}

function shortPort(port: string, draft: Draft): readonly string[] {
  // A variable may stand for any part of it.
  if (port.includes('${')) return [port];
  const { ip, host, port: inside = '', protocol = '' } = short.exec(port)?.groups ?? {};
  if (inside === '') {
    draft.note('ports', `${port}: this is no port podrun knows`);
    return [];
  }
  const [targets, hosts] = [range(inside), range(host ?? '')];
  if (hosts.length === 0) {
    draft.note('ports', `${port}: a free port of this machine can't be asked for: write HOST:${inside} to publish it`);
    return targets.map((target) => `${target}${protocol}`);
  }
  if (hosts.length !== targets.length) {
    draft.note('ports', `${port}: of a range, the first port is published`);
    return [`${prefix(ip)}${hosts[0]}:${targets[0]}${protocol}`];
  }
  return targets.map((target, i) => `${prefix(ip)}${hosts[i]}:${target}${protocol}`);
}

const prefix = (ip: string | undefined): string => (ip === undefined ? '' : `${ip}:`);

function range(ports: string): readonly number[] {
  if (ports === '') return [];
  const [from = 0, to = from] = ports.split('-').map(Number);
  return Array.from({ length: Math.min(to - from + 1, 1000) }, (_, i) => from + i);
}
