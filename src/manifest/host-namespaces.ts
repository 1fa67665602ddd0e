import type { Cursor } from './cursor.ts';
import { below } from './cursor.ts';
import type { Fields } from './read.ts';
import { onlyTrue, whereSet } from './read.ts';
import type { Report } from './report.ts';
import { invalid } from './report.ts';
import type { PodSpec } from './types.ts';

/** Which of the machine's namespaces the Pod uses, by Kubernetes' rules for them together. */
export function readHostNamespaces(
  spec: Fields,
  at: Cursor,
  report: Report,
): Pick<PodSpec, 'hostNetwork' | 'hostPID' | 'hostIPC'> {
  const host = whereSet({
    hostNetwork: onlyTrue(spec['hostNetwork']),
    hostPID: onlyTrue(spec['hostPID']),
    hostIPC: onlyTrue(spec['hostIPC']),
  });
  if (spec['hostUsers'] === false)
    for (const name of Object.keys(host))
      report(below(at, name), 'Forbidden: when `hostUsers` is false', { on: 'key' });
  if (host.hostPID === true && spec['shareProcessNamespace'] === true)
    report(
      below(at, 'shareProcessNamespace'),
      invalid(true, 'ShareProcessNamespace and HostPID cannot both be enabled'),
      { hint: 'remove one of them' },
    );
  return host;
}
