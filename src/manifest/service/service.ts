import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { NAMESPACE, PROTOCOL } from '../defaults.ts';
import { checkAnnotations } from '../pod/object-meta.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, integerOf, listOf, textMapOf, textOf, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { duplicate } from '../yaml/report.ts';
import type { Service, ServicePort } from '../../model/service/service.ts';
import { checkServiceRules } from './service-rules.ts';
import { checkStructure } from '../schema/structure.ts';

/** A Service, and where it stands. */
export interface ReadService extends Service {
  readonly nameAt: Cursor;
}

/** Reads one object of kind Service. */
export function readService(fields: Fields, at: Cursor, report: Report): ReadService {
  checkStructure('Service', fields, at, report);
  const meta = fieldsOf(fields['metadata']);
  const spec = fieldsOf(fields['spec']);
  const name = textOf(meta['name']) ?? '';
  const [portsAt, typeAt] = [below(at, 'spec', 'ports'), below(at, 'spec', 'type')];
  const type = typeOf(spec['type']);
  const selector = textMapOf(spec['selector']);
  const hasSelector = type !== 'ExternalName' && Object.keys(selector).length > 0;
  const warn = (place: Cursor, message: string): void =>
    report(place, `Service ${name}: ${message}`, { severity: 'warning', approximates: true });
  if (type === 'NodePort' || type === 'LoadBalancer')
    warn(typeAt, "no port of the machine is opened for it: write hostPort in the Pods' containers");
  else if (type !== 'ExternalName' && !hasSelector)
    warn(below(at, 'kind'), 'it has no selector, so nothing is behind it');
  checkAnnotations(meta, below(at, 'metadata'), report);
  checkServiceRules(spec, below(at, 'spec'), report);
  checkPorts(spec, portsAt, type === 'ExternalName', report);
  const clusterIP = wordOf(spec['clusterIP']);
  const externalName = type === 'ExternalName' ? textOf(spec['externalName'])?.replace(/\.$/, '') : undefined;
  const affinitySeconds = affinityOf(spec);
  return {
    ...{ name, namespace: wordOf(meta['namespace']) ?? NAMESPACE, nameAt: below(at, 'metadata', 'name'), type },
    ...(hasSelector ? { selector } : {}),
    ...(clusterIP === undefined || type === 'ExternalName' ? {} : { clusterIP }),
    ...(externalName === undefined ? {} : { externalName }),
    ports: listOf(spec['ports']).flatMap((item) => portOf(fieldsOf(item))),
    ...(spec['publishNotReadyAddresses'] === true ? { publishNotReadyAddresses: true } : {}),
    ...(affinitySeconds === undefined ? {} : { affinitySeconds }),
  };
}

const typeOf = (type: unknown): Service['type'] =>
  (['NodePort', 'LoadBalancer', 'ExternalName'] as const).find((each) => each === type) ?? 'ClusterIP';

function portOf({ name, protocol, port, targetPort }: Fields): readonly ServicePort[] {
  const [number, word] = [integerOf(port), wordOf(name)];
  if (number === undefined) return [];
  return [
    {
      ...(word === undefined ? {} : { name: word }),
      protocol: (textOf(protocol) ?? PROTOCOL) as ServicePort['protocol'],
      port: number,
      targetPort: integerOf(targetPort) ?? wordOf(targetPort) ?? number,
    },
  ];
}

/** SetDefaults_Service: three hours. */
function affinityOf(spec: Fields): number | undefined {
  if (spec['sessionAffinity'] !== 'ClientIP') return undefined;
  const { clientIP } = fieldsOf(spec['sessionAffinityConfig']);
  return integerOf(fieldsOf(clientIP)['timeoutSeconds']) ?? 10_800;
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
