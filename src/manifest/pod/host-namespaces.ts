import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { Fields } from '../yaml/read.ts';
import { onlyTrue, whereSet } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import type { PodSpec } from '../../model/pod.ts';

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
