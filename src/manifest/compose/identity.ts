/** Who a service runs as, what it is called, and what it shares with the machine. */
import { isFields } from '../yaml/read.ts';
import { addSecurity } from './draft.ts';
import type { Draft } from './draft.ts';
import { many, pairs, text } from './values.ts';

export function readUser(value: unknown, { container, note }: Draft): void {
  const [user = '', group] = text(value).split(':');
  if (!/^\d+$/.test(user) || !/^\d*$/.test(group ?? ''))
    return note('', `${text(value)}: Kubernetes takes numbers: securityContext: {runAsUser: 1000, runAsGroup: 1000}`);
  const runAsGroup = group === undefined || group === '' ? {} : { runAsGroup: Number(group) };
  addSecurity(container, { runAsUser: Number(user), ...runAsGroup });
}

/** `HOST:IP` or `HOST=IP`, or a map. */
export function readHosts(value: unknown, { pod, note }: Draft): void {
  const entries = isFields(value)
    ? Object.entries(value).flatMap(([host, ips]) => many(ips).map((ip) => [host, text(ip)] as const))
    : many(value).map((each) => {
        const [, host = '', ip = ''] = /^([^:=]+)[:=](.*)$/.exec(text(each)) ?? [];
        return [host, ip.replaceAll(/^\[|\]$/g, '')] as const;
      });
  const known = entries.filter(([, ip]) => ip !== 'host-gateway');
  for (const [host] of entries.filter((entry) => !known.includes(entry)))
    note('', `${host}: the machine's own address has no name in a Pod; hostAliases takes an address`);
  const ips = [...new Set(known.map(([, ip]) => ip))];
  const hostnames = (of: string) => known.filter(([, ip]) => ip === of).map(([host]) => host);
  if (ips.length > 0) pod['hostAliases'] = ips.map((ip) => ({ ip, hostnames: hostnames(ip) }));
}

const label = /^([a-zA-Z0-9.-]+\/)?[a-zA-Z0-9]([\w.-]{0,61}[a-zA-Z0-9])?$/;

/** Compose's labels are texts of any length: Kubernetes' annotations. */
export function readLabels(value: unknown, { pod, note }: Draft): void {
  const all = pairs(value);
  for (const [name] of all.filter(([each]) => !label.test(each))) note('', `${name} is no name that Kubernetes takes`);
  const annotations = all.filter(([name]) => label.test(name)).map(([name, each = '']) => [name, each]);
  if (annotations.length > 0)
    pod['annotations'] = { ...(pod['annotations'] ?? {}), ...Object.fromEntries(annotations) };
}

/** `network_mode`, `pid` and `ipc`: the machine's own, or, as compose has them, another service's. */
export function readHost(field: 'hostNetwork' | 'hostPID' | 'hostIPC'): (value: unknown, draft: Draft) => void {
  return (value, { pod, note }) => {
    const [kind] = text(value).split(':');
    if (kind === 'host') pod[field] = true;
    else if (kind === 'service' || kind === 'container')
      note('', 'containers that share it are one Pod here: write this one beside the other, under its containers');
    else if (kind !== 'bridge' && kind !== 'shareable' && kind !== 'private')
      note('', `${text(value)}: a Pod has its own, or the machine's`);
  };
}
