/** The addresses of Services: the upper half of the project's network, which the engine gives to no container of its own. */
import { fnv1a } from '../../model/fingerprint.ts';
import { hasAddress } from '../../model/service/service.ts';
import type { Service } from '../../model/service/service.ts';

export interface ServiceRange {
  /** As `172.18.128.0/17`. */
  readonly range: string;
  /** Where names are answered: as a cluster's DNS, the tenth address. */
  readonly dns: string;
  readonly first: number;
  readonly size: number;
}

/** Where DNS is in the range; the ones before are for nobody. */
const dnsPlace = 10;

/** @param subnet as `172.18.0.0/16`; undefined where it is none of IPv4, or too small */
export function serviceRange(subnet: string | undefined): ServiceRange | undefined {
  const [base = '', bits = ''] = (subnet ?? '').split('/');
  const start = numberOf(base);
  const size = 2 ** (31 - Number(bits));
  if (start === undefined || !/^\d+$/.test(bits) || size < 32) return undefined;
  const first = start + size;
  return { range: `${textOf(first)}/${Number(bits) + 1}`, dns: textOf(first + dnsPlace), first, size };
}

/** The half that is left to containers. */
export function containerRange(subnet: string): string | undefined {
  const [base = '', bits = ''] = subnet.split('/');
  return serviceRange(subnet) === undefined ? undefined : `${base}/${Number(bits) + 1}`;
}

/**
 * The address of each Service that has one, by `NAMESPACE/NAME`: the one that the file gives, else the one it had, else one
 * that its name leads to, so that it has the same again without anybody remembering it.
 * @param taken what containers have
 */
export function serviceAddresses(
  services: readonly Service[],
  { first, size, dns }: ServiceRange,
  before: ReadonlyMap<string, string>,
  taken: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const addressed = services.filter(hasAddress);
  const isFree = (address: string): boolean => address !== dns && !taken.has(address) && !used.has(address);
  const isInRange = (address: string): boolean => {
    const place = (numberOf(address) ?? -1) - first;
    return place > dnsPlace && place < size - 1;
  };
  const used = new Set<string>();
  const addresses = new Map<string, string>();
  const give = (service: Service, address: string | undefined): void => {
    if (address === undefined || addresses.has(serviceKey(service)) || !isInRange(address) || !isFree(address)) return;
    addresses.set(serviceKey(service), address);
    used.add(address);
  };
  for (const service of addressed) give(service, service.clusterIP);
  for (const service of addressed) give(service, before.get(serviceKey(service)));
  const room = size - dnsPlace - 2;
  for (const service of addressed) {
    const start = fnv1a(serviceKey(service));
    for (let step = 0; step < room && !addresses.has(serviceKey(service)); step += 1)
      give(service, textOf(first + dnsPlace + 1 + ((start + step) % room)));
  }
  return addresses;
}

export const serviceKey = ({ namespace, name }: Pick<Service, 'namespace' | 'name'>): string => `${namespace}/${name}`;

function numberOf(address: string): number | undefined {
  const bytes = address.split('.');
  if (bytes.length !== 4 || bytes.some((byte) => !/^\d{1,3}$/.test(byte) || Number(byte) > 255)) return undefined;
  return bytes.reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

const textOf = (number: number): string => [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join('.');
