import { inServedVersion, isKubernetes } from './schema/api-version.ts';
import { checkClaimSpec } from './volume/claim.ts';
import { readController } from './workloads/controller.ts';
import type { Cursor } from './yaml/cursor.ts';
import { below } from './yaml/cursor.ts';
import type { ReadObject } from './data/data-object.ts';
import { readDataObject } from './data/data-object.ts';
import { NAMESPACE } from './defaults.ts';
import { didYouMean } from './schema/field-hint.ts';
import type { Identity } from './pod/identity.ts';
import { checkAnnotations } from './pod/object-meta.ts';
import type { PodScope, ReadPod } from './pod/pod.ts';
import { readPod } from './pod/pod.ts';
import type { PodRoom } from './workloads/pod-template.ts';
import type { WrittenEndpoint } from './project/written-endpoint.ts';
import type { Fields } from './yaml/read.ts';
import { fieldsOf, isFields, listOf, textOf, wordOf } from './yaml/read.ts';
import type { Report } from './yaml/report.ts';
import type { ReadService } from './service/service.ts';
import { readService } from './service/service.ts';
import { checkStructure } from './schema/structure.ts';
import { suggest } from './schema/suggest.ts';
import type { Claim } from '../model/project.ts';
import type { Workload } from '../model/workload.ts';
import type { Job } from '../model/job.ts';

/** What a document of either dialect holds. */
export interface FileObjects {
  readonly pods: readonly ReadPod[];
  readonly claims: readonly Claim[];
  readonly objects: readonly ReadObject[];
  readonly services: readonly ReadService[];
  /** What the Pods of controllers belong to. */
  readonly controllers: readonly Identity[];
  readonly workloads: readonly Workload[];
  readonly jobs: readonly Job[];
  /** Of the short form: those of annotations are with their Pods. */
  readonly endpoints: readonly WrittenEndpoint[];
}

export const NOTHING: FileObjects = {
  ...{ pods: [], claims: [], objects: [], services: [] },
  controllers: [],
  workloads: [],
  jobs: [],
  endpoints: [],
};

type Scope = Omit<PodScope, 'fileVolumes'> & {
  readonly room: PodRoom;
  /** A kind that podrun does not run is an error. */
  readonly strict: boolean;
};

/** What podrun reads, by kind. */
const KINDS = [
  'ConfigMap',
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Job',
  'List',
  'PersistentVolumeClaim',
  'Pod',
  'ReplicaSet',
  'ReplicationController',
  'Secret',
  'Service',
  'StatefulSet',
] as const;

/** Reads one Kubernetes object, or the objects of a List. */
export function readObject(value: unknown, at: Cursor, scope: Scope, report: Report): FileObjects {
  const fields = fieldsOf(value);
  const kindAt = below(at, 'kind');
  const { kind } = fields;
  if (kind === undefined) report(kindAt, 'Required value', { hint: 'for example kind: Pod', on: 'key' });
  else if (typeof kind !== 'string') report(kindAt, 'Invalid value: must be a text', { hint: 'for example kind: Pod' });
  else {
    const current = inServedVersion(kind, fields, at, report);
    const known = isKubernetes(fields['apiVersion']) ? KINDS.find((each) => each === kind) : undefined;
    if (current !== undefined && known !== undefined) return readKind(known, current, at, scope, report);
    if (current === fields) reportLeftOut(kind, fields, kindAt, scope, report);
  }
  return NOTHING;
}

function readKind(kind: (typeof KINDS)[number], fields: Fields, at: Cursor, scope: Scope, report: Report): FileObjects {
  switch (kind) {
    case 'Pod': {
      checkStructure('Pod', fields, at, report);
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
      return { ...NOTHING, pods: [readPod(place, inKubernetes(scope), report)] };
    }
    case 'PersistentVolumeClaim': {
      checkStructure('PersistentVolumeClaim', fields, at, report);
      const meta = fieldsOf(fields['metadata']);
      checkAnnotations(meta, below(at, 'metadata'), report);
      checkClaimSpec(fields['spec'], below(at, 'spec'), report);
      return {
        ...NOTHING,
        claims: [{ name: textOf(meta['name']) ?? '', namespace: textOf(meta['namespace']) || NAMESPACE }],
      };
    }
    case 'ConfigMap':
    case 'Secret':
      checkStructure(kind, fields, at, report);
      return { ...NOTHING, objects: [readDataObject(kind, fields, at, report)] };
    case 'Service':
      return { ...NOTHING, services: [readService(fields, at, report)] };
    case 'List': {
      checkStructure('List', fields, at, report);
      return joined(
        listOf(fields['items']).map((item, index) =>
          isFields(item) ? readObject(item, below(at, 'items', index), scope, report) : NOTHING,
        ),
      );
    }
    default: {
      const { identity, pods, workload, job } = readController(kind, fields, at, inKubernetes(scope), report);
      return {
        ...NOTHING,
        pods,
        controllers: [identity],
        workloads: workload === undefined ? [] : [workload],
        jobs: job === undefined ? [] : [job],
      };
    }
  }
}

/** A Kubernetes object knows nothing of the short form's volumes. */
function inKubernetes(scope: Scope): PodScope & Scope {
  return { ...scope, fileVolumes: new Set() };
}

/** What several documents or items hold, in their order. */
export function joined(all: readonly FileObjects[]): FileObjects {
  return {
    pods: all.flatMap((each) => each.pods),
    claims: all.flatMap((each) => each.claims),
    objects: all.flatMap((each) => each.objects),
    services: all.flatMap((each) => each.services),
    controllers: all.flatMap((each) => each.controllers),
    workloads: all.flatMap((each) => each.workloads),
    jobs: all.flatMap((each) => each.jobs),
    endpoints: all.flatMap((each) => each.endpoints),
  };
}

function reportLeftOut(kind: string, fields: Fields, at: Cursor, { strict }: Scope, report: Report): void {
  const name = wordOf(fieldsOf(fields['metadata'])['name']) ?? 'this object';
  const near = suggest(kind, KINDS);
  const hint = near === undefined ? undefined : didYouMean(near);
  const message = `kind ${kind} is not supported; skipping ${name}`;
  if (strict) report(at, message, { hint: hint ?? 'take it out of these files, or go without --strict' });
  else report(at, message, { severity: 'warning', approximates: near === undefined, hint });
}
