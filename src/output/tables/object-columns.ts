/** What `kubectl get` shows of each kind beside the name. */
import type { ObjectKind } from '../../core/naming/kinds.ts';
import type { ApiObject } from '../../core/status/api-object.ts';
import { fieldsOf, listOf, textMapOf, textOf } from '../../manifest/yaml/read.ts';
import { humanAge } from '../duration.ts';
import { jobColumns, cronJobColumns } from './job-columns.ts';
import { endpointsColumns, serviceColumns, sliceColumns } from './service-columns.ts';
import { orNone, pairsText } from './label-columns.ts';
import { selectorText } from './selector-text.ts';

export interface ObjectColumn {
  readonly name: string;
  readonly cell: (object: ApiObject) => string;
  /** Under -o wide alone. */
  readonly isWide?: true;
}

/** A field by its keys, as text; a number that is not there is 0. */
export const field = (object: ApiObject, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => fieldsOf(value)[key], object);

const textAt = (object: ApiObject, otherwise: string, ...path: readonly string[]): string =>
  textOf(field(object, ...path)) ?? otherwise;

const number =
  (...path: readonly string[]) =>
  (object: ApiObject): string =>
    String(Number(field(object, ...path) ?? 0));

export function objectColumns(kind: Exclude<ObjectKind, 'Pod'>, nowMs: number): readonly ObjectColumn[] {
  const age: ObjectColumn = {
    name: 'Age',
    cell: (object) => humanAge(field(object, 'metadata', 'creationTimestamp') as string | undefined, nowMs),
  };
  switch (kind) {
    case 'Deployment': {
      const ready = (object: ApiObject): string =>
        `${number('status', 'readyReplicas')(object)}/${number('spec', 'replicas')(object)}`;
      return [
        { name: 'Ready', cell: ready },
        { name: 'Up-to-date', cell: number('status', 'updatedReplicas') },
        { name: 'Available', cell: number('status', 'availableReplicas') },
        age,
        ...imageColumns,
        selector(),
      ];
    }
    case 'ReplicaSet':
    case 'ReplicationController':
      return [
        { name: 'Desired', cell: number('spec', 'replicas') },
        { name: 'Current', cell: number('status', 'replicas') },
        { name: 'Ready', cell: number('status', 'readyReplicas') },
        age,
        ...imageColumns,
        selector(),
      ];
    case 'StatefulSet': {
      const ready = (object: ApiObject): string =>
        `${number('status', 'readyReplicas')(object)}/${number('spec', 'replicas')(object)}`;
      return [{ name: 'Ready', cell: ready }, age, ...imageColumns];
    }
    case 'DaemonSet':
      return [
        { name: 'Desired', cell: number('status', 'desiredNumberScheduled') },
        { name: 'Current', cell: number('status', 'currentNumberScheduled') },
        { name: 'Ready', cell: number('status', 'numberReady') },
        { name: 'Up-to-date', cell: number('status', 'updatedNumberScheduled') },
        { name: 'Available', cell: number('status', 'numberAvailable') },
        {
          name: 'Node Selector',
          cell: (o) => pairsText(textMapOf(field(o, 'spec', 'template', 'spec', 'nodeSelector'))),
        },
        age,
        ...imageColumns,
        selector(),
      ];
    case 'Job':
      return [...jobColumns(nowMs), age, ...imageColumns, selector()];
    case 'CronJob':
      return [...cronJobColumns(nowMs), age];
    case 'Service':
      return serviceColumns(age);
    case 'Endpoints':
      return endpointsColumns(age);
    case 'EndpointSlice':
      return sliceColumns(age);
    case 'ConfigMap':
      return [{ name: 'Data', cell: dataCount }, age];
    case 'Secret':
      return [{ name: 'Type', cell: (o) => textAt(o, '', 'type') }, { name: 'Data', cell: dataCount }, age];
    case 'PersistentVolumeClaim':
      return [
        { name: 'Status', cell: (o) => textAt(o, '', 'status', 'phase') },
        { name: 'Volume', cell: (o) => textAt(o, '', 'spec', 'volumeName') },
        { name: 'Capacity', cell: () => '' },
        { name: 'Access Modes', cell: (o) => (field(o, 'status', 'accessModes') === undefined ? '' : 'RWO') },
        { name: 'StorageClass', cell: () => '' },
        { name: 'VolumeAttributesClass', cell: () => '<unset>' },
        age,
        { name: 'VolumeMode', cell: (o) => textAt(o, '', 'spec', 'volumeMode'), isWide: true },
      ];
  }
}

const containersOf = (object: ApiObject) =>
  listOf(field(object, 'spec', 'template', 'spec', 'containers')).map(fieldsOf);

const imageColumns: readonly ObjectColumn[] = [
  {
    name: 'Containers',
    cell: (object) =>
      containersOf(object)
        .map(({ name }) => String(name))
        .join(','),
    isWide: true,
  },
  {
    name: 'Images',
    cell: (object) =>
      containersOf(object)
        .map(({ image }) => String(image))
        .join(','),
    isWide: true,
  },
];

const selector = (): ObjectColumn => ({
  name: 'Selector',
  cell: (object) => orNone(selectorText(field(object, 'spec', 'selector'))),
  isWide: true,
});

const dataCount = (object: ApiObject): string =>
  String(['data', 'binaryData'].reduce((sum, key) => sum + Object.keys(fieldsOf(field(object, key))).length, 0));
