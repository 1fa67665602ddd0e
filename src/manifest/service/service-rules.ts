import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { PROTOCOL } from '../defaults.ts';
import { isAddress } from '../container/ip-address.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, integerOf, listOf, textOf, textsOf, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { duplicate, invalid } from '../yaml/report.ts';
import { checkStructure } from '../schema/structure.ts';

/** What the fields of a Service ask of one another (ValidateService). */
export function checkServiceRules(spec: Fields, at: Cursor, report: Report): void {
  const type = textOf(spec['type']) ?? 'ClusterIP';
  if (type === 'ExternalName') checkExternal(spec, at, report);
  else checkAddresses(spec, type, at, report);
  checkNodePorts(listOf(spec['ports']), type, below(at, 'ports'), report);
  checkAffinity(spec, at, report);
  textsOf(spec['externalIPs']).forEach((ip, index) => checkExternalIp(ip, below(at, 'externalIPs', index), report));
  checkBalancer(spec, type, at, report);
  const isReached = type === 'NodePort' || type === 'LoadBalancer' || listOf(spec['externalIPs']).length > 0;
  const { externalTrafficPolicy: policy, healthCheckNodePort } = spec;
  if (policy !== undefined && (!isReached || type === 'ExternalName'))
    report(below(at, 'externalTrafficPolicy'), invalid(policy, 'may only be set for externally-accessible services'));
  if ((integerOf(healthCheckNodePort) ?? 0) !== 0 && !(type === 'LoadBalancer' && policy === 'Local')) {
    const rule = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    report(below(at, 'healthCheckNodePort'), invalid(healthCheckNodePort, rule));
  }
}

function checkExternal(spec: Fields, at: Cursor, report: Report): void {
  const name = (textOf(spec['externalName']) ?? '').replace(/\.$/, '');
  if (name === '')
    report(below(at, 'externalName'), 'Required value', {
      on: 'key',
      hint: 'for example externalName: db.example.com',
    });
  else checkStructure('dnsSubdomain', name, below(at, 'externalName'), report);
  const addresses = wordOf(spec['clusterIP']) === undefined ? [] : ['clusterIP'];
  const fields = [...addresses, ...['clusterIPs', 'ipFamilies'].filter((field) => listOf(spec[field]).length > 0)];
  for (const field of [...fields, ...(spec['ipFamilyPolicy'] === undefined ? [] : ['ipFamilyPolicy'])])
    report(below(at, field), 'Forbidden: may not be set for ExternalName services', { on: 'key', hint: 'remove it' });
}

/** ValidateServiceClusterIPsRelatedFields. */
function checkAddresses(spec: Fields, type: string, at: Cursor, report: Report): void {
  const ip = wordOf(spec['clusterIP']);
  const isSet = spec['clusterIPs'] !== undefined && listOf(spec['clusterIPs']).length > 0;
  const all = isSet ? textsOf(spec['clusterIPs']) : ip === undefined ? [] : [ip];
  const allAt = below(at, isSet ? 'clusterIPs' : 'clusterIP');
  const placeOf = (index: number): Cursor => (isSet ? below(allAt, index) : allAt);
  if (isSet && ip === undefined)
    report(allAt, 'Invalid value: must be empty when `clusterIP` is not specified', { on: 'key' });
  else if (isSet && all[0] !== ip) report(allAt, 'Invalid value: first value must match `clusterIP`', { on: 'key' });
  if (all[0] === 'None' && (type === 'LoadBalancer' || type === 'NodePort'))
    report(placeOf(0), invalid('None', `may not be set to 'None' for ${type} services`));
  if (all[0] === 'None' && all.length > 1)
    report(allAt, "Invalid value: 'None' must be the first and only value", { on: 'key' });
  all.forEach((each, index) => {
    if (!(index === 0 && each === 'None') && !isAddress(each))
      report(placeOf(index), invalid(each, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'));
  });
  if (all.length > 2) report(allAt, 'Invalid value: may only hold up to 2 values', { on: 'key' });
  else if (all.length === 2 && all.every(isAddress) && familyOf(all[0]) === familyOf(all[1]))
    report(allAt, 'Invalid value: may specify no more than one IP for each IP family', { on: 'key' });
  const families = textsOf(spec['ipFamilies']);
  families.forEach((family, index) => {
    if (families.indexOf(family) < index) report(below(at, 'ipFamilies', index), duplicate(family));
    const address = all[index];
    if (address !== undefined && isAddress(address) && familyOf(address) !== family)
      report(placeOf(index), invalid(address, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``));
  });
}

const familyOf = (address: string | undefined): string => (address?.includes(':') === true ? 'IPv6' : 'IPv4');

function checkNodePorts(ports: readonly unknown[], type: string, at: Cursor, report: Report): void {
  const seen = new Set<string>();
  ports.map(fieldsOf).forEach(({ nodePort, protocol }, index) => {
    const port = integerOf(nodePort) ?? 0;
    if (port === 0) return;
    const here = below(at, index, 'nodePort');
    const key = `${textOf(protocol) ?? PROTOCOL}/${port}`;
    if (type === 'ClusterIP')
      report(here, "Forbidden: may not be used when `type` is 'ClusterIP'", { hint: 'write type: NodePort' });
    else if (port < 30_000 || port > 32_767) {
      const rule = 'provided port is not in the valid range. The range of valid ports is 30000-32767';
      report(here, invalid(port, rule));
    } else if (seen.has(key)) report(here, duplicate(port));
    seen.add(key);
  });
}

function checkAffinity(spec: Fields, at: Cursor, report: Report): void {
  if (spec['sessionAffinityConfig'] === undefined || spec['sessionAffinity'] === 'ClientIP') return;
  const message = 'Forbidden: must not be set when session affinity is None';
  report(below(at, 'sessionAffinityConfig'), message, { on: 'key', hint: 'write sessionAffinity: ClientIP' });
}

/** ValidateNonSpecialIP. */
function checkExternalIp(ip: string, at: Cursor, report: Report): void {
  const special: readonly (readonly [RegExp, string])[] = [
    [/^(0\.0\.0\.0|::)$/, 'may not be unspecified (0.0.0.0 or ::)'],
    [/^(127\.|::1$)/, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    [/^(169\.254\.|fe[89ab][0-9a-f]:)/i, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
    [/^(224\.0\.0\.|ff02:)/i, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
  ];
  const rule = isAddress(ip)
    ? special.find(([range]) => range.test(ip))?.[1]
    : 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
  if (rule !== undefined) report(at, invalid(ip, rule));
}

/** What only a load balancer has. */
function checkBalancer(spec: Fields, type: string, at: Cursor, report: Report): void {
  if (type !== 'LoadBalancer')
    for (const field of ['loadBalancerSourceRanges', 'allocateLoadBalancerNodePorts', 'loadBalancerClass'])
      if (spec[field] !== undefined && !(Array.isArray(spec[field]) && listOf(spec[field]).length === 0)) {
        const message = "Forbidden: may only be used when `type` is 'LoadBalancer'";
        report(below(at, field), message, { on: 'key', hint: 'remove it' });
      }
  textsOf(spec['loadBalancerSourceRanges']).forEach((range, index) => {
    const [address = '', bits = ''] = range.trim().split('/', 2);
    const most = address.includes(':') ? 128 : 32;
    if (!isAddress(address) || !/^\d+$/.test(bits) || Number(bits) > most || range.split('/').length > 2) {
      const rule = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
      report(below(at, 'loadBalancerSourceRanges', index), invalid(range, rule));
    }
  });
}
