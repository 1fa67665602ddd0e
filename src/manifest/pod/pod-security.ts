import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { fieldsOf, integerOf, listOf, oneOf, textOf, whereSet } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { duplicate, invalid } from '../yaml/report.ts';
import { readCommon } from '../container/security.ts';
import type { PodSecurityContext } from '../../model/security.ts';
import type { PodSpec } from '../../model/pod.ts';

/** The namespaces of the machine that the Pod uses: their settings are not the Pod's to change. */
export type HostNamespaces = Pick<PodSpec, 'hostNetwork' | 'hostIPC'>;

/** A Pod's security context; nothing where nothing is set. */
export function readPodSecurity(
  value: unknown,
  at: Cursor,
  host: HostNamespaces,
  report: Report,
): PodSecurityContext | undefined {
  const fields = fieldsOf(value);
  const groups = listOf(fields['supplementalGroups']).filter((id) => typeof id === 'number');
  const sysctls = readSysctls(fields['sysctls'], below(at, 'sysctls'), host, report);
  const context: PodSecurityContext = {
    ...readCommon(fields, at, report),
    ...whereSet({
      supplementalGroups: groups.length === 0 ? undefined : groups,
      fsGroup: integerOf(fields['fsGroup']),
      fsGroupChangePolicy: oneOf(fields['fsGroupChangePolicy'], ['Always', 'OnRootMismatch'] as const),
      sysctls: sysctls.length === 0 ? undefined : sysctls,
    }),
  };
  return Object.keys(context).length === 0 ? undefined : context;
}

function readSysctls(
  value: unknown,
  at: Cursor,
  { hostNetwork, hostIPC }: HostNamespaces,
  report: Report,
): readonly { readonly name: string; readonly value: string }[] {
  const seen = new Set<string>();
  return listOf(value).map((item, index) => {
    const fields = fieldsOf(item);
    const written = textOf(fields['name']) ?? '';
    const name = withDots(written);
    const here = below(at, index, 'name');
    if (name !== '' && seen.has(name)) report(here, duplicate(written), { hint: 'remove one of them' });
    seen.add(name);
    if (hostNetwork === true && name.startsWith('net.'))
      report(here, invalid(written, "may not be specified when 'hostNetwork' is true"));
    if (hostIPC === true && /^(kernel\.(sem$|shm|msg)|fs\.mqueue\.)/.test(name))
      report(here, invalid(written, "may not be specified when 'hostIPC' is true"));
    return { name, value: textOf(fields['value']) ?? '' };
  });
}

/** `net/ipv4/conf/eth0.1/x` is `net.ipv4.conf.eth0/1.x` (component-helpers NormalizeName). */
function withDots(name: string): string {
  if (/[./]/.exec(name)?.[0] !== '/') return name;
  return name.replaceAll(/[./]/g, (separator) => (separator === '/' ? '.' : '/'));
}
