/** Where the published ports of Pods are reached from this machine, and the project's `endpoints` with that filled in. */
import type { Pod } from '../../model/pod.ts';
import type { PodPort, Project } from '../../model/project.ts';
import { isSidecar } from '../runtime/facts.ts';
import { podLabel } from '../runtime/pod-ref.ts';

/** A published port of a Pod, as this machine reaches it. */
export interface Place extends PodPort {
  readonly name?: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Every published port of Pods, in their order.
 * @param engineHost the engine's machine, where that is another than this one
 */
export function placesOf(pods: readonly Pod[], engineHost?: string): readonly Place[] {
  return pods.flatMap(({ metadata: { namespace, name: pod }, spec }) =>
    [...spec.initContainers.filter(isSidecar), ...spec.containers].flatMap(({ ports }) =>
      ports.flatMap(({ name, containerPort, protocol, hostPort: port, hostIP = '127.0.0.1' }): readonly Place[] => {
        if (port === undefined) return [];
        const host = hostOf(hostIP, engineHost);
        return [
          { ...{ namespace, pod, containerPort, protocol, host, port }, ...(name === undefined ? {} : { name }) },
        ];
      }),
    ),
  );
}

/** What stands for all addresses of a machine is none to connect to. */
function hostOf(hostIP: string, engineHost: string | undefined): string {
  if (hostIP === '0.0.0.0') return engineHost ?? '127.0.0.1';
  return hostIP === '::' ? (engineHost ?? '::1') : hostIP;
}

/** The machine of an engine at this address, as `tcp://HOST:PORT`; undefined where it is this one, as far as the address says. */
export function engineHost(address: string): string | undefined {
  const [, host] = /^(?:tcp|ssh|https?):\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]+)/.exec(address) ?? [];
  if (host === undefined || /^(localhost|127\..*|\[::1\])$/.test(host)) return undefined;
  return host.replace(/^\[(.*)\]$/, '$1');
}

/** `127.0.0.1:5432`, `[::1]:5432`. */
export const addressOf = ({ host, port }: Pick<Place, 'host' | 'port'>): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The port that is meant; unset: it is not there. */
export const placeOf = (
  places: readonly Place[],
  { namespace, pod, containerPort, protocol }: PodPort,
): Place | undefined =>
  places.find(
    (place) =>
      place.namespace === namespace &&
      place.pod === pod &&
      place.containerPort === containerPort &&
      place.protocol === protocol,
  );

export interface Endpoints {
  readonly values: Readonly<Record<string, string>>;
  /** Those that lead to what is not there, with what is missing: `db:5432`. */
  readonly missing: Readonly<Record<string, string>>;
}

/** The project's endpoints with every place filled in. */
export function endpointsOf({ endpoints = [] }: Project, places: readonly Place[]): Endpoints {
  const values: Record<string, string> = {};
  const missing: Record<string, string> = {};
  for (const { name, text, ports } of endpoints) {
    const filled = Object.entries(ports).map(([words, port]) => [words, placeOf(places, port)] as const);
    const [away] = filled.find(([, place]) => place === undefined) ?? [];
    if (away === undefined)
      values[name] = filled.reduce(
        (all, [words, place]) => (place === undefined ? all : all.replaceAll(`{${words}}`, addressOf(place))),
        text,
      );
    else missing[name] = away;
  }
  return { values, missing };
}

/** All of it as one object for programs: what PODRUN_ENDPOINTS names, and `endpoints -o json`. */
export function endpointsJson(
  project: string,
  values: Readonly<Record<string, string>>,
  places: readonly Place[],
): object {
  const pods: Record<string, Record<string, object>> = {};
  for (const place of places) {
    const ports = (pods[podLabel({ name: place.pod, namespace: place.namespace })] ??= {});
    const { name, host, port } = place;
    ports[`${place.containerPort}/${place.protocol.toLowerCase()}`] ??= {
      ...{ host, port, address: addressOf(place) },
      ...(name === undefined ? {} : { name }),
    };
  }
  return { project, endpoints: values, pods };
}
