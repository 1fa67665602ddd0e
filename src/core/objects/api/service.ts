/** Services, their Endpoints and EndpointSlices as the API serves them (pkg/registry/core/service, k8s.io/endpointslice). */
import { endpointsOf } from '../../../controllers/service/endpoints.ts';
import type { Endpoint, EndpointPort, ServedPod } from '../../../controllers/service/endpoints.ts';
import { namesWithSuffix } from '../../../model/made-name.ts';
import { hasAddress, isHeadless } from '../../../model/service/service.ts';
import type { Service, ServicePort } from '../../../model/service/service.ts';
import { objectKey } from '../../runtime/object-record.ts';
import { keptService } from '../../services/service-records.ts';
import type { ApiObject } from '../../status/api-object.ts';
import { metaOf } from './scene.ts';
import type { ApiScene } from './scene.ts';

/** What a Service's objects are told from. */
export interface ServiceScene extends ApiScene {
  readonly served: readonly ServedPod[];
  readonly nodeName: string;
}

/** The Service, then its Endpoints and EndpointSlices, where it has Pods by a selector. */
export function serviceObjects(scene: ServiceScene, service: Service): readonly ApiObject[] {
  if (service.selector === undefined || service.type === 'ExternalName') return [serviceObject(scene, service)];
  const endpoints = endpointsOf(service, scene.served).toSorted((a, b) => compare(a.address, b.address));
  return [
    serviceObject(scene, service),
    endpointsObject(scene, service, endpoints),
    ...slicesOf(scene, service, endpoints),
  ];
}

function serviceObject(scene: ServiceScene, service: Service): ApiObject {
  const { selector, externalName, type, ports, affinitySeconds, publishNotReadyAddresses } = service;
  const ip = addressOf(scene, service);
  const isExternal = type === 'ExternalName';
  const isReached = type === 'NodePort' || type === 'LoadBalancer';
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metaOf(scene, 'Service', service) as ApiObject['metadata'],
    ...{
      spec: {
        ...(ip === undefined ? {} : { clusterIP: ip, clusterIPs: [ip] }),
        ...(externalName === undefined ? {} : { externalName }),
        ...(isReached ? { externalTrafficPolicy: 'Cluster' } : {}),
        ...(isExternal
          ? {}
          : { internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' }),
        ...(ports.length === 0 ? {} : { ports: ports.map(portOf) }),
        ...(publishNotReadyAddresses === true ? { publishNotReadyAddresses } : {}),
        ...(selector === undefined ? {} : { selector }),
        sessionAffinity: affinitySeconds === undefined ? 'None' : 'ClientIP',
        ...(affinitySeconds === undefined
          ? {}
          : { sessionAffinityConfig: { clientIP: { timeoutSeconds: affinitySeconds } } }),
        type,
      },
      status: { loadBalancer: {} },
    },
  };
}

/** Unset: it has none, or none yet. */
function addressOf({ records }: ApiScene, service: Service): string | undefined {
  if (isHeadless(service)) return 'None';
  const record = records.get(objectKey('Service', service));
  return record === undefined || !hasAddress(service) ? undefined : keptService(record)?.address;
}

const portOf = ({ name, port, protocol, targetPort }: ServicePort): object => ({
  ...(name === undefined ? {} : { name }),
  ...{ port, protocol, targetPort },
});

/** One that ends is in no Endpoints, unless also those that are not ready are (endpoints_controller.go ShouldPodBeInEndpoints). */
function endpointsObject(scene: ServiceScene, service: Service, all: readonly Endpoint[]): ApiObject {
  const own = all.filter(({ terminating }) => service.publishNotReadyAddresses === true || !terminating);
  const subsets = byPorts(own).map((list) => {
    const [ready, notReady] = [true, false].map((is) =>
      list.filter((endpoint) => endpoint.ready === is).map((endpoint) => addressObject(scene, service, endpoint)),
    );
    return {
      ...(ready?.length === 0 ? {} : { addresses: ready }),
      ...(notReady?.length === 0 ? {} : { notReadyAddresses: notReady }),
      ...portsObject(list),
    };
  });
  const { name, namespace } = service;
  const meta = metaOf(scene, 'Endpoints', { name, namespace, labels: headlessLabel(service) });
  return {
    ...{
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { ...meta, ...ageOf(scene, service) } as ApiObject['metadata'],
    },
    ...(subsets.length === 0 ? {} : { subsets }),
  };
}

const addressObject = (scene: ServiceScene, service: Service, endpoint: Endpoint): object => ({
  ip: endpoint.address,
  ...placeOf(scene, service, endpoint),
});

const placeOf = ({ nodeName }: ServiceScene, { namespace }: Service, { hostname, pod: name, uid }: Endpoint) => ({
  ...(hostname === undefined ? {} : { hostname }),
  ...{ nodeName, targetRef: { kind: 'Pod', namespace, name, uid } },
});

/** The controller's own bound (--max-endpoints-per-slice). */
const mostInSlice = 100;

function slicesOf(scene: ServiceScene, service: Service, all: readonly Endpoint[]): readonly ApiObject[] {
  const lists = byPorts(all).flatMap(inPieces);
  // One without endpoints is there all the same.
  const slices = lists.length === 0 ? [[]] : lists;
  const { name, namespace } = service;
  const names = namesWithSuffix(
    `${namespace}/EndpointSlice/${name}`,
    slices.map(() => `${name}-`),
  );
  const labels = {
    ...headlessLabel(service),
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    'kubernetes.io/service-name': name,
  };
  const owner = { apiVersion: 'v1', kind: 'Service', name, controller: true, blockOwnerDeletion: true };
  return slices.map((list, index) => {
    const meta = metaOf(scene, 'EndpointSlice', { name: names[index] ?? name, namespace, labels });
    const age = ageOf(scene, service);
    const uid = scene.records.get(objectKey('Service', service))?.uid;
    const ownerReferences = uid === undefined ? [] : [{ ...owner, uid }];
    return {
      ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
      metadata: { ...meta, ...age, ownerReferences } as ApiObject['metadata'],
      endpoints: list.map((endpoint) => {
        const { ready, serving, terminating } = endpoint;
        const place = placeOf(scene, service, endpoint);
        return { addresses: [endpoint.address], conditions: { ready, serving, terminating }, ...place };
      }),
      ports: list[0]?.ports.map(namedPort) ?? [],
    };
  });
}

/** They are as old as their Service. */
function ageOf(scene: ApiScene, service: Service): object {
  const { creationTimestamp } = metaOf(scene, 'Service', service);
  return creationTimestamp === undefined ? {} : { creationTimestamp };
}

const headlessLabel = (service: Service): Readonly<Record<string, string>> =>
  isHeadless(service) ? { 'service.kubernetes.io/headless': '' } : {};

/** Those with the same ports are told together. */
function byPorts(endpoints: readonly Endpoint[]): readonly (readonly Endpoint[])[] {
  const groups = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const key = JSON.stringify(endpoint.ports);
    groups.set(key, [...(groups.get(key) ?? []), endpoint]);
  }
  return [...groups.values()];
}

const portsObject = ([first]: readonly Endpoint[]): object =>
  first === undefined || first.ports.length === 0 ? {} : { ports: first.ports.map(namedPort) };

const namedPort = ({ name, port, protocol }: EndpointPort): object => ({
  ...(name === '' ? {} : { name }),
  ...{ port, protocol },
});

const inPieces = (list: readonly Endpoint[]): readonly (readonly Endpoint[])[] =>
  Array.from({ length: Math.ceil(list.length / mostInSlice) }, (_, index) =>
    list.slice(index * mostInSlice, (index + 1) * mostInSlice),
  );

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
