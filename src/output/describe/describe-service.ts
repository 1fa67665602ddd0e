/** A Service in the layout of `kubectl describe` (kubectl/pkg/describe/describe.go describeService). */
import type { ApiObject } from '../../core/status/api-object.ts';
import { fieldsOf, listOf, textMapOf, textOf, textsOf } from '../../manifest/yaml/read.ts';
import { endpointsText } from '../tables/service-columns.ts';
import { orNone, pairsText } from '../tables/label-columns.ts';

/** @param all among which its endpoints are */
export function describeService(object: ApiObject, all: readonly ApiObject[]): readonly string[] {
  const spec = fieldsOf(fieldsOf(object)['spec']);
  const { name, namespace } = object.metadata;
  const endpoints = all.find(
    ({ kind, metadata }) => kind === 'Endpoints' && metadata.name === name && metadata.namespace === namespace,
  );
  const line = (title: string, value: unknown): readonly string[] =>
    textOf(value) === undefined ? [] : [`${title}:\t${textOf(value) ?? ''}`];
  const families = textsOf(spec['ipFamilies']);
  return [
    `Selector:\t${pairsText(textMapOf(spec['selector']))}`,
    `Type:\t${textOf(spec['type']) ?? 'ClusterIP'}`,
    ...line('IP Family Policy', spec['ipFamilyPolicy']),
    ...(families.length === 0 ? [] : [`IP Families:\t${families.join(',')}`]),
    `IP:\t${textOf(spec['clusterIP']) ?? ''}`,
    `IPs:\t${orNone(textsOf(spec['clusterIPs']).join(','))}`,
    ...line('External Name', spec['externalName']),
    ...listOf(spec['ports'])
      .map(fieldsOf)
      .flatMap((port) => portLines(port, endpoints)),
    ...line('Session Affinity', spec['sessionAffinity']),
    ...line('External Traffic Policy', spec['externalTrafficPolicy']),
    ...line('Internal Traffic Policy', spec['internalTrafficPolicy']),
  ];
}

function portLines(
  { name, port, targetPort = port, protocol = 'TCP' }: Readonly<Record<string, unknown>>,
  endpoints: ApiObject | undefined,
): readonly string[] {
  return [
    `Port:\t${textOf(name) ?? '<unset>'}  ${String(port)}/${String(protocol)}`,
    `TargetPort:\t${String(targetPort)}/${String(protocol)}`,
    `Endpoints:\t${endpoints === undefined ? '<none>' : endpointsText(endpoints, textOf(name) ?? '')}`,
  ];
}
