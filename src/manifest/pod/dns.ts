import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { DNS_POLICY } from '../defaults.ts';
import { isAddress } from '../container/ip-address.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, listOf, oneOf, textOf, textsOf, whereSet } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import type { DnsConfig, PodSpec } from '../../model/pod.ts';

const POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'] as const;
const DOMAIN = /^[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?)*\.?$/;

/** How names are found in the Pod: hostAliases, dnsPolicy and dnsConfig. */
export function readNames(
  spec: Fields,
  at: Cursor,
  report: Report,
): Pick<PodSpec, 'hostAliases' | 'dnsPolicy' | 'dnsConfig'> {
  const policy = oneOf(spec['dnsPolicy'], POLICIES);
  const dnsConfig = readConfig(spec['dnsConfig'], below(at, 'dnsConfig'), report);
  if (policy === 'None' && (dnsConfig?.nameservers.length ?? 0) === 0) {
    const [place, what] =
      spec['dnsConfig'] === undefined
        ? [below(at, 'dnsConfig'), '`dnsConfig`']
        : [below(at, 'dnsConfig', 'nameservers'), 'at least one DNS nameserver'];
    report(place, `Required value: must provide ${what} when \`dnsPolicy\` is None`, {
      on: 'key',
      hint: 'for example dnsConfig: {nameservers: [1.1.1.1]}',
    });
  }
  const aliases = listOf(spec['hostAliases']).map((item, index) => {
    const fields = fieldsOf(item);
    const ip = textOf(fields['ip']) ?? '';
    if (ip !== '') checkAddress(ip, below(at, 'hostAliases', index, 'ip'), report);
    return { ip, hostnames: textsOf(fields['hostnames']) };
  });
  return whereSet({
    hostAliases: aliases.length === 0 ? undefined : aliases,
    dnsPolicy: policy === DNS_POLICY ? undefined : policy,
    dnsConfig,
  });
}

function readConfig(value: unknown, at: Cursor, report: Report): DnsConfig | undefined {
  const fields = fieldsOf(value);
  const nameservers = textsOf(fields['nameservers']);
  const searches = textsOf(fields['searches']);
  const options = listOf(fields['options'])
    .map(fieldsOf)
    .map((option) => ({
      name: textOf(option['name']) ?? '',
      ...whereSet({ value: textOf(option['value']) }),
    }));
  nameservers.forEach((address, index) => checkAddress(address, below(at, 'nameservers', index), report));
  searches.forEach((domain, index) => {
    if (domain !== '.' && !DOMAIN.test(domain))
      report(below(at, 'searches', index), invalid(domain, 'must be the name of a domain'));
  });
  if (searches.join(' ').length > 2048) {
    const rule = 'Invalid value: must not have more than 2048 characters (including spaces) in the search list';
    report(below(at, 'searches'), rule, { on: 'key' });
  }
  if (nameservers.length + searches.length + options.length === 0) return undefined;
  return { nameservers, searches, options };
}

function checkAddress(address: string, at: Cursor, report: Report): void {
  if (!isAddress(address)) report(at, invalid(address, 'must be an IP address'));
}
