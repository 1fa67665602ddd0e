/** What the gateway is to go by: the Services of the file, and the Pods that are behind each of them now. */
import { endpointsOf, takingConnections } from '../../controllers/service/endpoints.ts';
import type { Endpoint, ServedPod } from '../../controllers/service/endpoints.ts';
import type { GatewayHost, GatewayPort, GatewayService, GatewayState } from '../../model/service/gateway.ts';
import { isHeadless } from '../../model/service/service.ts';
import type { Service, ServicePort } from '../../model/service/service.ts';
import { instanceOf } from '../runtime/run-key.ts';
import { surroundingsOf } from '../runtime/observed.ts';
import type { EngineContainer } from '../runtime/snapshot.ts';
import { recallPod } from '../spec/recall.ts';
import { livesOf } from '../state/state.ts';
import { goingLives } from '../stopping/leftovers.ts';
import type { State } from '../state/state.ts';
import { serviceKey, serviceRange } from './range.ts';
import { keptServices } from './service-records.ts';

export interface Feed {
  /** The gateway's container, and which run of it. */
  readonly id: string;
  readonly run: string;
  readonly state: GatewayState;
}

/** Undefined where no gateway runs, or the project needs none. */
export function feedOf(state: State): Feed | undefined {
  const { project, rest, shared } = state;
  const lives = livesOf(state);
  const { network, gateways } = surroundingsOf(rest, lives);
  const gateway = gateways.find(isServing);
  const range = serviceRange(network?.subnet);
  if (project === undefined || project.aliased === true || gateway === undefined || range === undefined)
    return undefined;
  const { services = [] } = project;
  const addresses = addressesOf(shared.records);
  const pods = servedPods(state, network?.gateway ?? '');
  const { id } = gateway;
  return {
    id,
    run: instanceOf(gateway),
    state: {
      dns: range.dns,
      network: network?.subnet ?? '',
      services: services.map((service) => gatewayService(service, addresses, pods)),
    },
  };
}

/** By `NAMESPACE/NAME`. */
const addressesOf = (records: State['shared']['records']): ReadonlyMap<string, string> =>
  new Map(
    keptServices(records.values()).flatMap((service) =>
      service.address === undefined ? [] : [[serviceKey(service), service.address] as const],
    ),
  );

/** One of the project's is there, whatever the file says. */
export const hasGateway = ({ rest }: State): boolean => surroundingsOf(rest, []).gateways.length > 0;

/** It runs, and is on the network. */
export const isServing = ({ state, address }: EngineContainer): boolean => state === 'running' && address !== '';

/** Every life of every Pod, as Services look at it. @param machineAddress that of Pods in the machine's network */
export function servedPods(state: State, machineAddress: string): readonly ServedPod[] {
  const going = goingUids(state);
  return state.pods.list.flatMap(({ lives, memory }) =>
    lives.map((life): ServedPod => {
      const told = memory.statuses.get(life.uid);
      const pod = memory.applied.get(life.uid) ?? recallPod(life);
      const address = life.infras[0]?.container.address ?? '';
      return {
        ...{ pod, uid: life.uid, address: pod.spec.hostNetwork === true ? machineAddress : address },
        phase: told?.phase ?? life.record.end?.phase ?? 'Pending',
        isReady: told?.readySinceMs !== undefined,
        isTerminating:
          life.record.deletion !== undefined ||
          memory.deletions.has(life.uid) ||
          state.shared.staffing.leaving.has(life.uid) ||
          going.has(life.uid),
      };
    }),
  );
}

function goingUids(state: State): ReadonlySet<string> {
  const { intent, project } = state;
  if (intent.kind !== 'down') return new Set();
  return new Set(goingLives(livesOf(state), intent, project).map(({ uid }) => uid));
}

function gatewayService(
  service: Service,
  addresses: ReadonlyMap<string, string>,
  pods: readonly ServedPod[],
): GatewayService {
  const { name, namespace, externalName, affinitySeconds } = service;
  const named = { name, namespace };
  if (externalName !== undefined) return { ...named, cname: externalName, ports: [], hosts: [] };
  const endpoints = endpointsOf(service, pods);
  if (isHeadless(service)) return { ...named, ports: [], hosts: endpoints.filter(({ ready }) => ready).map(hostOf) };
  const address = addresses.get(serviceKey(service));
  const taking = takingConnections(endpoints);
  return {
    ...named,
    ...(address === undefined ? {} : { address }),
    ...(affinitySeconds === undefined ? {} : { affinityMs: affinitySeconds * 1000 }),
    ports: service.ports.flatMap((port) => portOf(port, taking)),
    hosts: [],
  };
}

function portOf({ name = '', protocol, port }: ServicePort, endpoints: readonly Endpoint[]): readonly GatewayPort[] {
  if (protocol === 'SCTP') return [];
  const targets = endpoints.flatMap(({ address, ports }) =>
    ports.flatMap((each) => (each.name === name && each.protocol === protocol ? [{ address, port: each.port }] : [])),
  );
  return [{ name, protocol, port, targets }];
}

/** Without a hostname its address is its name (kubernetes/dns). */
function hostOf({ hostname, address, ports }: Endpoint): GatewayHost {
  return {
    name: hostname ?? address.replaceAll('.', '-'),
    address,
    ports: ports.flatMap(({ name, protocol, port }) => (protocol === 'SCTP' ? [] : [{ name, protocol, port }])),
  };
}
