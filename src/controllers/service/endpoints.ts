/** The endpoints of a Service (k8s.io/endpointslice: reconciler.go, utils.go), and which of them take connections. */
import type { Pod } from '../../model/pod.ts';
import type { Service, ServicePort } from '../../model/service/service.ts';

/** A Pod as a Service looks at it. */
export interface ServedPod {
  readonly pod: Pick<Pod, 'metadata' | 'spec'>;
  readonly uid: string;
  /** '' while it has none. */
  readonly address: string;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly isReady: boolean;
  /** Its deletion has begun. */
  readonly isTerminating: boolean;
}

/** The conditions are those of an EndpointSlice. */
export interface Endpoint {
  /** The Pod's name and UID: its targetRef. */
  readonly pod: string;
  readonly uid: string;
  readonly address: string;
  /** Set where the Pod has a hostname below the Service's name. */
  readonly hostname?: string;
  /** It takes new connections. */
  readonly ready: boolean;
  /** Its Pod is Ready, whether or not it is being deleted. */
  readonly serving: boolean;
  readonly terminating: boolean;
  /** Those of the Service's ports that it has. */
  readonly ports: readonly EndpointPort[];
}

export interface EndpointPort {
  /** '' for the only one. */
  readonly name: string;
  readonly protocol: ServicePort['protocol'];
  /** The Pod's. */
  readonly port: number;
}

/** One for each of the Pods that the Service selects, but those that have ended or have no address (ShouldPodBeInEndpointSlice). */
export function endpointsOf(service: Service, pods: readonly ServedPod[]): readonly Endpoint[] {
  return pods
    .filter((pod) => isSelected(service, pod) && pod.address !== '' && !isOver(pod))
    .map((pod) => endpointOf(service, pod));
}

/**
 * Those that new connections go to: all that are ready, else those that are being deleted and still serve
 * (pkg/proxy/topology.go CategorizeEndpoints).
 */
export function takingConnections(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : endpoints.filter(({ serving, terminating }) => serving && terminating);
}

function isSelected({ namespace, selector, type }: Service, { pod }: ServedPod): boolean {
  if (selector === undefined || type === 'ExternalName' || pod.metadata.namespace !== namespace) return false;
  return Object.entries(selector).every(([key, value]) => pod.metadata.labels[key] === value);
}

const isOver = ({ phase }: ServedPod): boolean => phase === 'Succeeded' || phase === 'Failed';

/** podToEndpoint. */
function endpointOf(service: Service, served: ServedPod): Endpoint {
  const { pod, uid, address, isReady: serving, isTerminating: terminating } = served;
  const { hostname, subdomain } = pod.spec;
  const isNamed = hostname !== undefined && subdomain === service.name;
  return {
    ...{ pod: pod.metadata.name, uid, address },
    ...(isNamed ? { hostname } : {}),
    ready: service.publishNotReadyAddresses === true || (serving && !terminating),
    ...{ serving, terminating },
    ports: portsOf(service, served),
  };
}

/** getEndpointPorts: a port that the Pod has not is left out. */
function portsOf(service: Service, { pod }: ServedPod): readonly EndpointPort[] {
  return service.ports.flatMap((each) => {
    const port = findPort(each, pod.spec);
    return port === undefined ? [] : [{ name: each.name ?? '', protocol: each.protocol, port }];
  });
}

/** FindPort: a name is looked for in the containers, then in the sidecars. */
function findPort({ targetPort, protocol }: ServicePort, spec: Pod['spec']): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  const sidecars = spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...spec.containers, ...sidecars]
    .flatMap(({ ports }) => ports)
    .find((port) => port.name === targetPort && port.protocol === protocol)?.containerPort;
}
