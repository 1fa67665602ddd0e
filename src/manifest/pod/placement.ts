import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { SERVICE_ACCOUNT } from '../defaults.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, listOf, textMapOf, whereSet, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import type { PodSpec } from '../../model/pod.ts';

/** Where the Pod may be, as whom, and with whose images. */
export function readPlacement(
  spec: Fields,
  at: Cursor,
  report: Report,
): Pick<PodSpec, 'nodeSelector' | 'nodeName' | 'serviceAccountName' | 'imagePullSecrets'> {
  const selector = textMapOf(spec['nodeSelector']);
  const account = wordOf(spec['serviceAccountName']) ?? wordOf(spec['serviceAccount']);
  const secrets = listOf(spec['imagePullSecrets']).flatMap((item) => {
    const name = wordOf(fieldsOf(item)['name']);
    return name === undefined ? [] : [{ name }];
  });
  if (!listOf(spec['tolerations']).every(isUsual)) {
    const message = 'the one node has no taint: they are not looked at';
    report(below(at, 'tolerations'), message, { on: 'key', severity: 'warning', approximates: true });
  }
  return whereSet({
    nodeSelector: Object.keys(selector).length === 0 ? undefined : selector,
    nodeName: wordOf(spec['nodeName']),
    serviceAccountName: account === SERVICE_ACCOUNT ? undefined : account,
    imagePullSecrets: secrets.length === 0 ? undefined : secrets,
  });
}

/** Every Pod of a cluster has these (the DefaultTolerationSeconds admission plugin). */
function isUsual(toleration: unknown): boolean {
  const { key } = fieldsOf(toleration);
  return key === 'node.kubernetes.io/not-ready' || key === 'node.kubernetes.io/unreachable';
}
