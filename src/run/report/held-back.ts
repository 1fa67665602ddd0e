import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { revisionLabel } from '../../model/workload.ts';
import type { StatefulSet, Workload } from '../../model/workload.ts';

/**
 * The Pods that keep an older template because they are not Ready: an ordered StatefulSet updates nothing
 * before all of its Pods are, so that an edit alone cannot mend one that never will be
 * (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback).
 */
export function heldBack(workloads: readonly Workload[], pods: readonly KubernetesPod[]): readonly KubernetesPod[] {
  const ordered = workloads.filter(
    (workload): workload is StatefulSet =>
      workload.kind === 'StatefulSet' &&
      workload.apart !== true &&
      workload.podManagementPolicy === 'OrderedReady' &&
      workload.updateStrategy.type === 'RollingUpdate',
  );
  return pods.filter(
    ({ metadata: { labels = {}, namespace, ownerReferences = [], deletionTimestamp } = {}, status }) => {
      const set = ordered.find((each) =>
        ownerReferences.some(
          ({ kind, name }) => kind === each.kind && name === each.name && namespace === each.namespace,
        ),
      );
      const revision = labels[revisionLabel.StatefulSet];
      if (set === undefined || revision === undefined || revision === set.revision) return false;
      const isReady = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
      return !isReady && deletionTimestamp === undefined;
    },
  );
}
