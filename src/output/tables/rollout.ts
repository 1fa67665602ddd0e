/** How far a rollout has come, and what it can go back to, in kubectl's words (kubectl/pkg/polymorphichelpers). */
import type { ApiObject } from '../../core/status/api-object.ts';
import { fieldsOf, listOf, textOf } from '../../manifest/yaml/read.ts';
import { field } from './object-columns.ts';
import { alignTabs } from './tabbed.ts';

export interface RolloutStatus {
  readonly text: string;
  readonly isDone: boolean;
  readonly isFailed?: true;
}

/** rollout_status.go, for each kind. */
export function rolloutStatus(object: ApiObject): RolloutStatus {
  const { generation } = object.metadata as { readonly generation?: number };
  const isSeen = (generation ?? 0) <= Number(field(object, 'status', 'observedGeneration') ?? 0);
  const type = textOf(field(object, 'spec', 'updateStrategy', 'type'));
  if (object.kind !== 'Deployment' && type !== 'RollingUpdate')
    return failed(`rollout status is only available for RollingUpdate strategy type`);
  switch (object.kind) {
    case 'Deployment':
      return isSeen ? deploymentStatus(object) : open('Waiting for deployment spec update to be observed...');
    case 'DaemonSet':
      return isSeen ? daemonSetStatus(object) : open('Waiting for daemon set spec update to be observed...');
    default:
      return isSeen ? statefulSetStatus(object) : open('Waiting for statefulset spec update to be observed...');
  }
}

const open = (text: string): RolloutStatus => ({ text, isDone: false });
const done = (text: string): RolloutStatus => ({ text, isDone: true });
const failed = (text: string): RolloutStatus => ({ text, isDone: true, isFailed: true });

const count = (object: ApiObject, name: string): number => Number(field(object, 'status', name) ?? 0);

function deploymentStatus(object: ApiObject): RolloutStatus {
  const name = `deployment "${object.metadata.name}"`;
  const wait = (text: string): RolloutStatus => open(`Waiting for ${name} rollout to finish: ${text}...`);
  const reasons = listOf(field(object, 'status', 'conditions')).map((each) => fieldsOf(each)['reason']);
  if (reasons.includes('ProgressDeadlineExceeded')) return failed(`${name} exceeded its progress deadline`);
  const wanted = Number(field(object, 'spec', 'replicas') ?? 1);
  const [all, updated] = [count(object, 'replicas'), count(object, 'updatedReplicas')];
  const available = count(object, 'availableReplicas');
  if (updated < wanted) return wait(`${updated} out of ${wanted} new replicas have been updated`);
  if (all > updated) return wait(`${all - updated} old replicas are pending termination`);
  if (available < updated) return wait(`${available} of ${updated} updated replicas are available`);
  return done(`${name} successfully rolled out`);
}

function daemonSetStatus(object: ApiObject): RolloutStatus {
  const name = `daemon set "${object.metadata.name}"`;
  const wait = (text: string): RolloutStatus => open(`Waiting for ${name} rollout to finish: ${text}...`);
  const wanted = count(object, 'desiredNumberScheduled');
  const [updated, available] = [count(object, 'updatedNumberScheduled'), count(object, 'numberAvailable')];
  if (updated < wanted) return wait(`${updated} out of ${wanted} new pods have been updated`);
  if (available < wanted) return wait(`${available} of ${wanted} updated pods are available`);
  return done(`${name} successfully rolled out`);
}

function statefulSetStatus(object: ApiObject): RolloutStatus {
  const wanted = Number(field(object, 'spec', 'replicas') ?? 1);
  const partition = Number(field(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0);
  const [ready, updated] = [count(object, 'readyReplicas'), count(object, 'updatedReplicas')];
  const [before, after] = ['currentRevision', 'updateRevision'].map(
    (key) => textOf(field(object, 'status', key)) ?? '',
  );
  if (ready < wanted) return open(`Waiting for ${wanted - ready} pods to be ready...`);
  if (partition > 0) {
    const least = wanted - partition;
    if (updated < least)
      return open(
        `Waiting for partitioned roll out to finish: ${updated} out of ${least} new pods have been updated...`,
      );
    return done(`partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  if (before !== after)
    return open(`waiting for statefulset rolling update to complete ${updated} pods at revision ${after}...`);
  return done(`statefulset rolling update complete ${count(object, 'currentReplicas')} pods at revision ${after}...`);
}

export interface Revision {
  readonly number: number;
  /** The object that keeps it. */
  readonly object: ApiObject;
}

/** The revisions of its templates, oldest first. @param all objects of the project */
export function revisionsOf(object: ApiObject, all: readonly ApiObject[]): readonly Revision[] {
  return all
    .filter(
      (each) =>
        (each.kind === 'ReplicaSet' || each.kind === 'ControllerRevision') &&
        listOf(field(each, 'metadata', 'ownerReferences')).some(
          (owner) => fieldsOf(owner)['uid'] === object.metadata.uid,
        ),
    )
    .map((each) => {
      const noted = each.metadata.annotations?.['deployment.kubernetes.io/revision'];
      return { object: each, number: Number(noted ?? fieldsOf(each)['revision'] ?? 0) };
    })
    .toSorted((a, b) => a.number - b.number);
}

/** history.go. */
export function historyLines(object: ApiObject, all: readonly ApiObject[]): readonly string[] {
  const rows = revisionsOf(object, all).map(({ number, object: { metadata } }) => {
    return `${number}\t${metadata.annotations?.['kubernetes.io/change-cause'] ?? '<none>'}`;
  });
  return alignTabs(['REVISION\tCHANGE-CAUSE', ...rows]);
}
