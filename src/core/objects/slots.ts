/** The Pods of a workload, each made like its template's first: for a number, or a template, that the file does not have. */
import { namesWithSuffix, templateHash } from '../../model/made-name.ts';
import type { Pod } from '../../model/pod.ts';
import type { Volume } from '../../model/volume.ts';
import { makerKey, revisionLabel } from '../../model/workload.ts';
import type { Workload } from '../../model/workload.ts';

/** kubectl's own mark of a restart (kubectl/pkg/polymorphichelpers/objectrestarter.go). */
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** As many as its replicas say; none where its template is not known. */
export function slotsOf(workload: Workload): readonly Pod[] {
  const { template } = workload.declared;
  if (template === undefined) return [];
  if (workload.kind === 'StatefulSet') return ordinals(workload, template);
  if (workload.kind === 'DaemonSet') return [template];
  const [namespace = '', kind = '', owner = ''] = makerKey(workload).split('/');
  const bases = Array.from({ length: workload.replicas }, () => `${owner}-`);
  return namesWithSuffix(`${kind}/${namespace}/${owner}`, bases).map((name) => renamed(template, name));
}

const renamed = (pod: Pod, name: string): Pod => ({ ...pod, metadata: { ...pod.metadata, name } });

const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';

/** Each has its number, its host name and its claims. */
function ordinals({ name, replicas }: Workload, first: Pod): readonly Pod[] {
  const start = Number(first.metadata.labels[POD_INDEX] ?? 0);
  return Array.from({ length: replicas }, (_, index) => {
    const podName = `${name}-${start + index}`;
    const labels = { ...first.metadata.labels, [POD_NAME]: podName, [POD_INDEX]: String(start + index) };
    const claimed = ({ persistentVolumeClaim: claim, ...volume }: Volume): Volume => {
      if (claim === undefined) return volume;
      const own = `${volume.name}-${first.metadata.name}`;
      const claimName = claim.claimName === own ? `${volume.name}-${podName}` : claim.claimName;
      return { ...volume, persistentVolumeClaim: { ...claim, claimName } };
    };
    return {
      ...first,
      metadata: { ...first.metadata, name: podName, labels },
      spec: { ...first.spec, hostname: podName, volumes: first.spec.volumes.map(claimed) },
    };
  });
}

/** The workload with a template that differs by the time of a restart alone: its Pods are rolled out as for an edit. */
export function restartedAt(workload: Workload, time: string): Workload {
  const { template } = workload.declared;
  if (template === undefined || workload.kind === 'ReplicaSet' || workload.kind === 'ReplicationController')
    return workload;
  const hash = templateHash({ template: workload.revision, [RESTARTED_AT]: time });
  const revision = workload.kind === 'StatefulSet' ? `${workload.name}-${hash}` : hash;
  const { labels, annotations, ownerReference: owner } = template.metadata;
  const isSet = workload.kind === 'Deployment' && owner !== undefined;
  const metadata = {
    ...template.metadata,
    labels: { ...labels, [revisionLabel[workload.kind]]: revision },
    annotations: { ...annotations, [RESTARTED_AT]: time },
    ...(isSet ? { ownerReference: { ...owner, name: `${workload.name}-${hash}` } } : {}),
  };
  const [name = template.metadata.name] =
    workload.kind === 'DaemonSet'
      ? namesWithSuffix(`DaemonSet/${workload.namespace}/${workload.name}-${revision}`, [`${workload.name}-`])
      : [];
  return {
    ...workload,
    revision,
    declared: { ...workload.declared, template: { ...template, metadata: { ...metadata, name } } },
  };
}
