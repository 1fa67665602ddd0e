/** What the engine keeps of Services: which ones they are, their addresses, and what leads to their Pods. */
import { printOf } from '../../model/fingerprint.ts';
import type { Project } from '../../model/project.ts';
import type { Service } from '../../model/service/service.ts';
import type { ObjectRecord } from '../runtime/labels.ts';
import type { KeptObjects } from '../runtime/object-record.ts';
import type { ObservedPod, Surroundings } from '../runtime/observed.ts';
import { renewed } from '../objects/renewed.ts';
import type { Scene } from '../objects/renewed.ts';
import { serviceAddresses, serviceKey, serviceRange } from './range.ts';

export interface KeptService extends Service {
  /** Unset: it has none, or has none yet. */
  readonly address?: string;
}

export const serviceObjectKey = ({ namespace, name }: Pick<Service, 'namespace' | 'name'>): string =>
  `${namespace}/Service/${name}`;

/**
 * The records of the file's Services. Each keeps the address that it has.
 * @param lives the Pods, whose addresses are taken
 */
export function serviceRecords(
  scene: Scene,
  { services = [], aliased }: Project,
  network: Surroundings['network'],
  lives: readonly ObservedPod[],
): readonly ObjectRecord[] {
  const taken = new Set(lives.flatMap(({ infras }) => infras.map(({ container }) => container.address)));
  const before = new Map(
    services.flatMap((service) => {
      const record = scene.known(serviceObjectKey(service));
      const address = record === undefined ? undefined : keptService(record)?.address;
      return address === undefined ? [] : [[serviceKey(service), address] as const];
    }),
  );
  const range = aliased === true ? undefined : serviceRange(network?.subnet);
  // While there is no network they keep what they had: the next one may be the same.
  const addresses = range === undefined ? before : serviceAddresses(services, range, before, taken);
  return services.map((service) => {
    const address = addresses.get(serviceKey(service));
    const kept: KeptService = { ...service, ...(address === undefined ? {} : { address }) };
    return { ...renewed(scene, serviceObjectKey(service), printOf(service)), kept: { service: kept } };
  });
}

/** Undefined of an object of another kind. */
export function keptService({ kept }: ObjectRecord): KeptService | undefined {
  const service = kept?.['service'];
  return service === undefined ? undefined : (service as KeptService);
}

/** The Services that the engine keeps. */
export const servicesIn = (objects: KeptObjects): readonly KeptService[] =>
  keptServices([...objects.values()].map(({ record }) => record));

/** Those that records tell of. */
export const keptServices = (records: Iterable<ObjectRecord>): readonly KeptService[] =>
  [...records].flatMap((record) => keptService(record) ?? []);

/** The names of those that select a Pod of these labels. */
export const selectingServices = (
  services: readonly Service[],
  { namespace, labels }: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
): readonly string[] =>
  services
    .filter((service) => service.namespace === namespace && service.type !== 'ExternalName')
    .filter(({ selector }) => selector !== undefined && hasLabels(labels, selector))
    .map(({ name }) => name);

const hasLabels = (labels: Readonly<Record<string, string>>, selector: Readonly<Record<string, string>>): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);
