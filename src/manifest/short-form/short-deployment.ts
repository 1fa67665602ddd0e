import { NAMESPACE } from '../defaults.ts';
import { readPod } from '../pod/pod.ts';
import type { PodScope } from '../pod/pod.ts';
import { podsOf } from '../workloads/controller-pods.ts';
import { samples } from '../workloads/controller.ts';
import type { ReadController } from '../workloads/controller.ts';
import type { PodRoom } from '../workloads/pod-template.ts';
import { checkHostPorts, readWorkload } from '../workloads/workload.ts';
import { below } from '../yaml/cursor.ts';
import type { Entry } from '../yaml/entry.ts';
import { textMapOf, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { unsupported } from '../yaml/report.ts';

/** What a Deployment of the short form selects its Pods by: no two of a file share it. */
export const SHORT_NAME = 'podrun.dev/name';

/** Reads a Pod of the short form with `replicas`: a Deployment with this Pod as its template. */
export function readShortDeployment(
  { name, nameAt, at, fields }: Entry,
  scope: PodScope & { readonly room: PodRoom },
  report: Report,
): ReadController {
  const { replicas, ...template } = fields;
  const namespace = wordOf(fields['namespace']) ?? NAMESPACE;
  const own = { [SHORT_NAME]: name };
  const meta = { ...fields, labels: { ...textMapOf(fields['labels']), ...own } };
  const pod = readPod({ name, nameAt, meta, metaAt: at, spec: fields, specAt: at, isShort: true }, scope, report);
  const policy = fields['restartPolicy'];
  if (policy === 'OnFailure' || policy === 'Never')
    report(below(at, 'restartPolicy'), unsupported(policy, ['Always']), {
      hint: 'Pods that run to their end have no replicas',
    });
  if (fields['activeDeadlineSeconds'] !== undefined) {
    const message = 'Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported';
    report(below(at, 'activeDeadlineSeconds'), message, { on: 'key', hint: 'remove it, or replicas' });
  }
  const spec = { replicas, selector: { matchLabels: own }, template };
  const controller = {
    ...({ kind: 'Deployment', name, namespace, nameAt } as const),
    spec,
    specAt: at,
    room: scope.room,
  };
  const pods = podsOf(controller, undefined, pod, report);
  const workload = readWorkload(controller, { labels: fields['labels'] }, pods.length);
  if (workload === undefined) return { identity: { kind: 'Deployment', name, namespace, nameAt }, pods };
  checkHostPorts(workload, pod.pod, below(at, 'replicas'), report);
  return {
    identity: { kind: 'Deployment', name, namespace, nameAt },
    pods: pods.length === 0 ? samples(controller, pod, report) : pods,
    workload,
  };
}
