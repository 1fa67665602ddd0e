import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { NAMESPACE, PROTOCOL } from '../defaults.ts';
import { checkAnnotations } from '../pod/object-meta.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, integerOf, listOf, textMapOf, textOf, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { duplicate } from '../yaml/report.ts';
import { checkServiceRules } from './service-rules.ts';
import { checkStructure } from '../schema/structure.ts';

/** A Service: the name of the Pods that its selector matches. */
export interface ReadService {
  readonly name: string;
  readonly namespace: string;
  readonly nameAt: Cursor;
  /** Empty: it has no Pods. */
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
}

export interface ServicePort {
  readonly port: number;
  /** A number, or the name of a port of the Pods. */
  readonly targetPort: number | string;
  readonly at: Cursor;
}

/** Reads one object of kind Service. */
export function readService(fields: Fields, at: Cursor, report: Report): ReadService {
  checkStructure('Service', fields, at, report);
  const meta = fieldsOf(fields['metadata']);
  const spec = fieldsOf(fields['spec']);
  const name = textOf(meta['name']) ?? '';
  const [portsAt, typeAt] = [below(at, 'spec', 'ports'), below(at, 'spec', 'type')];
  const isExternal = spec['type'] === 'ExternalName';
  const selector = isExternal ? {} : textMapOf(spec['selector']);
  const warn = (place: Cursor, message: string): void =>
    report(place, `Service ${name}: ${message}`, { severity: 'warning', approximates: true });
  if (isExternal) warn(typeAt, 'podrun gives no name to what is outside: it is left out');
  else if (Object.keys(selector).length === 0)
    warn(below(at, 'kind'), 'it has no selector, so its name leads to no Pod: it is left out');
  else if (spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer')
    warn(typeAt, "no port of the machine is opened for it: write hostPort in the Pods' containers");
  checkAnnotations(meta, below(at, 'metadata'), report);
  checkServiceRules(spec, below(at, 'spec'), report);
  checkPorts(spec, portsAt, isExternal, report);
  const ports = listOf(spec['ports']).flatMap((item, index) => {
    const { port, targetPort } = fieldsOf(item);
    const number = integerOf(port);
    if (number === undefined) return [];
    const target = integerOf(targetPort) ?? wordOf(targetPort) ?? number;
    return [{ port: number, targetPort: target, at: below(portsAt, index, 'targetPort') }];
  });
  const namespace = wordOf(meta['namespace']) ?? NAMESPACE;
  return { name, namespace, nameAt: below(at, 'metadata', 'name'), selector, ports };
}

/** Ports are needed where there is an address, and their names where there are several (ValidateService). */
function checkPorts(spec: Fields, at: Cursor, isExternal: boolean, report: Report): void {
  const ports = listOf(spec['ports']).map(fieldsOf);
  if (ports.length === 0 && !isExternal && spec['clusterIP'] !== 'None' && !isWrong(spec['ports']))
    report(at, 'Required value', { on: 'key', hint: 'for example ports: [{port: 80}]' });
  const [names, numbers] = [new Set<string>(), new Set<string>()];
  ports.forEach((fields, index) => {
    const name = wordOf(fields['name']);
    const port = integerOf(fields['port']);
    const nameAt = below(at, index, 'name');
    if (name === undefined && ports.length > 1)
      report(nameAt, 'Required value', { on: 'key', hint: 'for example name: http' });
    else if (name !== undefined && names.has(name)) report(nameAt, duplicate(name));
    if (name !== undefined) names.add(name);
    if (port === undefined) return;
    const protocol = textOf(fields['protocol']) ?? PROTOCOL;
    const key = `${protocol}/${port}`;
    if (numbers.has(key)) report(below(at, index), duplicate({ port, protocol }));
    numbers.add(key);
  });
}

/** The schema has told of ports that are no list. */
function isWrong(ports: unknown): boolean {
  return ports !== undefined && !Array.isArray(ports);
}
