import type { Cursor } from './cursor.ts';
import { below } from './cursor.ts';
import type { ReadObject } from './data-object.ts';
import { readDataObject } from './data-object.ts';
import { NAMESPACE } from './defaults.ts';
import type { PodScope, ReadPod } from './pod.ts';
import { readPod } from './pod.ts';
import { fieldsOf, isFields, listOf, textOf } from './read.ts';
import type { Report } from './report.ts';
import { checkStructure } from './structure.ts';
import { suggest } from './suggest.ts';
import type { Claim } from './types.ts';

/** What a document of either dialect holds. */
export interface FileObjects {
  readonly pods: readonly ReadPod[];
  readonly claims: readonly Claim[];
  readonly objects: readonly ReadObject[];
}

const NOTHING: FileObjects = { pods: [], claims: [], objects: [] };
const SUPPORTED = ['Pod', 'List', 'PersistentVolumeClaim', 'ConfigMap', 'Secret'] as const;
const LATER: readonly string[] = [
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Job',
  'ReplicaSet',
  'ReplicationController',
  'Service',
  'StatefulSet',
];

/** Reads one Kubernetes object, or the objects of a List. */
export function readObject(
  value: unknown,
  at: Cursor,
  scope: Omit<PodScope, 'fileVolumes'>,
  report: Report,
): FileObjects {
  const fields = fieldsOf(value);
  const kind = fields['kind'];
  if (kind === undefined) {
    report(below(at, 'kind'), 'Required value', { hint: 'for example kind: Pod', on: 'key' });
    return NOTHING;
  }
  switch (kind) {
    case 'Pod': {
      checkStructure('Pod', value, at, report);
      const meta = fieldsOf(fields['metadata']);
      const place = {
        name: textOf(meta['name']) ?? '',
        nameAt: below(at, 'metadata', 'name'),
        meta,
        metaAt: below(at, 'metadata'),
        spec: fieldsOf(fields['spec']),
        specAt: below(at, 'spec'),
        isShort: false,
      };
      return { ...NOTHING, pods: [readPod(place, { ...scope, fileVolumes: new Set() }, report)] };
    }
    case 'PersistentVolumeClaim': {
      checkStructure('PersistentVolumeClaim', value, at, report);
      const meta = fieldsOf(fields['metadata']);
      return {
        ...NOTHING,
        claims: [{ name: textOf(meta['name']) ?? '', namespace: textOf(meta['namespace']) || NAMESPACE }],
      };
    }
    case 'ConfigMap':
      checkStructure('ConfigMap', value, at, report);
      return { ...NOTHING, objects: [readDataObject('ConfigMap', fields, at, report)] };
    case 'Secret':
      checkStructure('Secret', value, at, report);
      return { ...NOTHING, objects: [readDataObject('Secret', fields, at, report)] };
    case 'List': {
      checkStructure('List', value, at, report);
      const items = listOf(fields['items']).map((item, index) =>
        isFields(item) ? readObject(item, below(at, 'items', index), scope, report) : NOTHING,
      );
      return {
        pods: items.flatMap((item) => item.pods),
        claims: items.flatMap((item) => item.claims),
        objects: items.flatMap((item) => item.objects),
      };
    }
    default:
      reportKind(kind, below(at, 'kind'), report);
      return NOTHING;
  }
}

function reportKind(kind: unknown, at: Cursor, report: Report): void {
  if (typeof kind !== 'string') report(at, 'Invalid value: must be a text', { hint: 'for example kind: Pod' });
  else if (LATER.includes(kind)) report(at, `kind ${kind} is not supported yet`);
  else {
    const near = suggest(kind, [...SUPPORTED, ...LATER]);
    const hint = near === undefined ? undefined : `did you mean ${near}?`;
    report(at, `kind ${kind} means nothing to podrun: this object is left out`, { severity: 'warning', hint });
  }
}
