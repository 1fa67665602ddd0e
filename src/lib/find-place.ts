/** Where a port of a Pod is reached from this machine. */
import { addressOf } from '../core/reach/endpoints.ts';
import type { Place } from '../core/reach/endpoints.ts';
import { podLabel } from '../core/runtime/pod-ref.ts';
import type { Endpoint } from './api.ts';
import { PodrunError } from './podrun-error.ts';

/**
 * The port that is meant of a Pod. Throws a PodrunError that says which are published where it is not.
 * @param port a number, `53/udp`, or a name
 */
export function findPlace(
  places: readonly Place[],
  pod: { readonly namespace: string; readonly name: string },
  port: number | string,
): Endpoint {
  const own = places.filter((place) => place.namespace === pod.namespace && place.pod === pod.name);
  const wanted = String(port).toLowerCase();
  const found = own.find((place) => place.name === port || [portKey(place), shortKey(place)].includes(wanted));
  if (found !== undefined) return endpointAt(found);
  const known = own.length === 0 ? 'none is' : `these are: ${own.map(shortKey).join(', ')}`;
  throw new PodrunError(
    'NotFound',
    `port ${port} of ${podLabel(pod)} is not published, ${known}; write "auto:${port}" in its ports`,
  );
}

/** All of them, by Pod and port. */
export function endpointsBy(places: readonly Place[]): Readonly<Record<string, Readonly<Record<string, Endpoint>>>> {
  const pods: Record<string, Record<string, Endpoint>> = {};
  for (const place of places) {
    const ports = (pods[podLabel({ name: place.pod, namespace: place.namespace })] ??= {});
    ports[portKey(place)] ??= endpointAt(place);
  }
  return pods;
}

const portKey = ({ containerPort, protocol }: Place): string => `${containerPort}/${protocol.toLowerCase()}`;

/** TCP goes without saying. */
const shortKey = (place: Place): string => portKey(place).replace(/\/tcp$/, '');

function endpointAt(place: Place): Endpoint {
  const { host, port } = place;
  const address = addressOf(place);
  return { host, port, address, toString: () => address };
}
