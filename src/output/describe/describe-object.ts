/** What is no Pod in the layout of `kubectl describe` (kubectl/pkg/describe/describe.go). */
import type { Event, Pod } from 'kubernetes-types/core/v1.js';
import type { ApiObject } from '../../core/status/api-object.ts';
import { fieldsOf, isFields, listOf, textMapOf, textOf } from '../../manifest/yaml/read.ts';
import { field } from '../tables/object-columns.ts';
import { selectorText } from '../tables/selector-text.ts';
import { alignTabs, indent } from '../tables/tabbed.ts';
import { wallTime } from '../wall-time.ts';
import { describeContainers } from './describe-container.ts';
import { describeData } from './describe-data.ts';
import { describeVolumes } from './describe-volumes.ts';
import { annotationLines, eventLines, labelLines } from './describe-lines.ts';
import { describeCronJob, describeJob } from './describe-job.ts';

/**
 * The object's lines.
 * @param all objects of the project, among which are its ReplicaSets
 * @param events as for a Pod
 */
export function describeObject(
  object: ApiObject,
  all: readonly ApiObject[],
  events: readonly Event[] | undefined,
  nowMs: number,
): readonly string[] {
  const { metadata } = object;
  const owner = listOf(field(object, 'metadata', 'ownerReferences')).map(fieldsOf)[0];
  const created = metadata.creationTimestamp;
  const lines = [
    `Name:\t${metadata.name}`,
    `Namespace:\t${metadata.namespace}`,
    ...(object.kind === 'Deployment' && created !== undefined ? [`CreationTimestamp:\t${wallTime(created)}`] : []),
    ...labelLines('Labels', metadata.labels ?? {}),
    ...annotationLines(metadata.annotations ?? {}),
    ...(owner === undefined ? [] : [`Controlled By:\t${textOf(owner['kind'])}/${textOf(owner['name'])}`]),
    ...ownLines(object, all, nowMs),
  ];
  if (events === undefined) return alignTabs(lines);
  if (events.length === 0) return alignTabs([...lines, 'Events:\t<none>']);
  return [...alignTabs(lines), ...alignTabs(eventLines(events, nowMs))];
}

function ownLines(object: ApiObject, all: readonly ApiObject[], nowMs: number): readonly string[] {
  const status = (name: string): number => Number(field(object, 'status', name) ?? 0);
  const replicas = Number(field(object, 'spec', 'replicas') ?? 0);
  const selector = `Selector:\t${selectorText(field(object, 'spec', 'selector')) || '<none>'}`;
  switch (object.kind) {
    case 'Deployment':
      return [
        selector,
        `Replicas:\t${replicas} desired | ${status('updatedReplicas')} updated | ${status('replicas')} total | ${status('availableReplicas')} available | ${status('unavailableReplicas')} unavailable`,
        ...strategyLines(object),
        ...templateLines(object),
        ...conditionLines(object),
        ...replicaSetLines(object, all),
      ];
    case 'ReplicaSet':
    case 'ReplicationController':
      return [
        selector,
        `Replicas:\t${status('replicas')} current / ${replicas} desired`,
        ...templateLines(object),
        ...conditionLines(object),
      ];
    case 'StatefulSet': {
      const partition = field(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
      return [
        selector,
        `Replicas:\t${replicas} desired | ${status('replicas')} total`,
        `Update Strategy:\t${textOf(field(object, 'spec', 'updateStrategy', 'type'))}`,
        ...(partition === undefined ? [] : indent(1, [`Partition:\t${Number(partition)}`])),
        ...templateLines(object),
      ];
    }
    case 'DaemonSet':
      return [
        selector,
        'Node-Selector:\t<none>',
        `Desired Number of Nodes Scheduled: ${status('desiredNumberScheduled')}`,
        `Current Number of Nodes Scheduled: ${status('currentNumberScheduled')}`,
        `Number of Nodes Scheduled with Up-to-date Pods: ${status('updatedNumberScheduled')}`,
        `Number of Nodes Scheduled with Available Pods: ${status('numberAvailable')}`,
        `Number of Nodes Misscheduled: ${status('numberMisscheduled')}`,
        ...templateLines(object),
      ];
    case 'CronJob':
      return describeCronJob(object, templateLines(object));
    case 'Job':
      return [...describeJob(object, nowMs), ...templateLines(object)];
    default:
      return describeData(object, all);
  }
}

function strategyLines(object: ApiObject): readonly string[] {
  const { type, rollingUpdate } = fieldsOf(field(object, 'spec', 'strategy'));
  const { maxUnavailable, maxSurge } = fieldsOf(rollingUpdate);
  return [
    `StrategyType:\t${textOf(type)}`,
    `MinReadySeconds:\t${Number(field(object, 'spec', 'minReadySeconds') ?? 0)}`,
    ...(isFields(rollingUpdate)
      ? [`RollingUpdateStrategy:\t${String(maxUnavailable)} max unavailable, ${String(maxSurge)} max surge`]
      : []),
  ];
}

function templateLines(object: ApiObject): readonly string[] {
  const path = object.kind === 'CronJob' ? ['jobTemplate', 'spec', 'template'] : ['template'];
  const template = fieldsOf(field(object, 'spec', ...path));
  const { labels, annotations } = fieldsOf(template['metadata']);
  // A template has all that is described of a Pod but its status.
  const pod = template as unknown as Pod;
  const { initContainers = [], containers = [], volumes = [] } = pod.spec ?? { containers: [] };
  return [
    'Pod Template:',
    ...indent(1, [
      ...labelLines('Labels', textMapOf(labels)),
      ...(isFields(annotations) ? annotationLines(textMapOf(annotations)) : []),
      ...(initContainers.length === 0 ? [] : describeContainers('Init Containers', initContainers, [], pod)),
      ...describeContainers('Containers', containers, [], pod),
      ...describeVolumes(volumes),
    ]),
  ];
}

function conditionLines(object: ApiObject): readonly string[] {
  const conditions = listOf(field(object, 'status', 'conditions')).map(fieldsOf);
  if (conditions.length === 0) return [];
  const rows = conditions.map(
    ({ type, status, reason }) => `${textOf(type)} \t${textOf(status)}\t${textOf(reason) ?? ''}`,
  );
  return ['Conditions:', ...indent(1, ['Type\tStatus\tReason', '----\t------\t------', ...rows])];
}

/** Its ReplicaSets are the objects that name it as their owner; the newest is of the template as it is now. */
function replicaSetLines(object: ApiObject, all: readonly ApiObject[]): readonly string[] {
  const own = all.filter(
    (each) =>
      each.kind === 'ReplicaSet' &&
      listOf(field(each, 'metadata', 'ownerReferences')).some(
        (owner) => fieldsOf(owner)['uid'] === object.metadata.uid,
      ),
  );
  const revision = 'deployment.kubernetes.io/revision';
  const isNew = ({ metadata }: ApiObject): boolean =>
    metadata.annotations?.[revision] === object.metadata.annotations?.[revision];
  const text = (each: ApiObject): string => {
    const counts = [field(each, 'status', 'replicas'), field(each, 'spec', 'replicas')].map((count) =>
      Number(count ?? 0),
    );
    return `${each.metadata.name} (${counts.join('/')} replicas created)`;
  };
  const textOfAll = (list: readonly ApiObject[]): string => (list.length === 0 ? '<none>' : list.map(text).join(', '));
  return [
    `OldReplicaSets:\t${textOfAll(own.filter((each) => !isNew(each)))}`,
    `NewReplicaSet:\t${textOfAll(own.filter(isNew))}`,
  ];
}
