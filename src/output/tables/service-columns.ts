/** What `kubectl get` shows of Services and their endpoints (pkg/printers/internalversion/printers.go). */
import type { ApiObject } from '../../core/status/api-object.ts';
import { fieldsOf, listOf, textMapOf, textOf, textsOf } from '../../manifest/yaml/read.ts';
import { orNone, pairsText } from './label-columns.ts';
import type { ObjectColumn } from './object-columns.ts';

type Column = ObjectColumn;

const specOf = (object: ApiObject) => fieldsOf(fieldsOf(object)['spec']);

export const serviceColumns = (age: Column): readonly Column[] => [
  { name: 'Type', cell: (object) => textOf(specOf(object)['type']) ?? 'ClusterIP' },
  { name: 'Cluster-IP', cell: (object) => orNone(textOf(specOf(object)['clusterIP'])) },
  { name: 'External-IP', cell: externalText },
  { name: 'Port(s)', cell: portsText },
  age,
  { name: 'Selector', cell: (object) => pairsText(textMapOf(specOf(object)['selector'])), isWide: true },
];

export const endpointsColumns = (age: Column): readonly Column[] => [
  { name: 'Endpoints', cell: (object) => endpointsText(object) },
  age,
];

export const sliceColumns = (age: Column): readonly Column[] => [
  { name: 'AddressType', cell: (object) => textOf(fieldsOf(object)['addressType']) ?? '' },
  {
    name: 'Ports',
    cell: (object) =>
      withMore(
        rowsOf(object, 'ports').map(({ port }) => String(port)),
        '<unset>',
      ),
  },
  {
    name: 'Endpoints',
    cell: (object) =>
      withMore(
        rowsOf(object, 'endpoints').flatMap(({ addresses }) => textsOf(addresses)),
        '<unset>',
      ),
  },
  age,
];

/** getServiceExternalIP. */
function externalText(object: ApiObject): string {
  const { type, externalName, externalIPs } = specOf(object);
  if (type === 'ExternalName') return textOf(externalName) ?? '<none>';
  const { ingress } = fieldsOf(fieldsOf(fieldsOf(object)['status'])['loadBalancer']);
  const addresses = [...listOf(ingress).map((each) => textOf(fieldsOf(each)['ip']) ?? ''), ...textsOf(externalIPs)];
  return addresses.join(',') || (type === 'LoadBalancer' ? '<pending>' : '<none>');
}

/** `80/TCP,443:30443/TCP` */
function portsText(object: ApiObject): string {
  const texts = listOf(specOf(object)['ports'])
    .map(fieldsOf)
    .map(({ port, nodePort, protocol = 'TCP' }) =>
      [`${Number(port)}${nodePort === undefined ? '' : `:${Number(nodePort)}`}`, String(protocol)].join('/'),
    );
  return orNone(texts.join(','));
}

/**
 * formatEndpoints: of those that are ready the first three.
 * @param port the name of the Service's port; unset: all of them
 */
export function endpointsText(endpoints: ApiObject, port?: string): string {
  const subsets = rowsOf(endpoints, 'subsets');
  if (subsets.length === 0) return '<none>';
  const places = subsets.flatMap((subset) => {
    const addresses = listOf(subset['addresses']).map((address) => textOf(fieldsOf(address)['ip']) ?? '');
    const ports = listOf(subset['ports']).map(fieldsOf);
    if (ports.length === 0) return addresses;
    const own = ports.filter(({ name }) => port === undefined || (textOf(name) ?? '') === port);
    return own.flatMap((each) => addresses.map((address) => `${address}:${Number(each['port'])}`));
  });
  return withMore(places, '');
}

const mostShown = 3;

function withMore(list: readonly string[], none: string): string {
  const text = list.slice(0, mostShown).join(',');
  return list.length > mostShown ? `${text} + ${list.length - mostShown} more...` : text || none;
}

const rowsOf = (object: ApiObject, key: string) => listOf(fieldsOf(object)[key]).map(fieldsOf);
