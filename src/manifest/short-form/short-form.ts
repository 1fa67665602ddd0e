import type { Doc } from '../yaml/cursor.ts';
import type { Entry } from '../yaml/entry.ts';
import { entriesOf } from '../yaml/entry.ts';
import type { FileObjects } from '../kubernetes.ts';
import { NOTHING } from '../kubernetes.ts';
import type { PodScope } from '../pod/pod.ts';
import { readPod } from '../pod/pod.ts';
import { readEndpoints } from '../project/written-endpoint.ts';
import { fieldsOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { fieldsIn } from '../schema/schema.ts';
import type { ObjectScope } from './short-object.ts';
import { readShortObject } from './short-object.ts';
import { checkStructure } from '../schema/structure.ts';
import type { ReadController } from '../workloads/controller.ts';
import type { PodRoom } from '../workloads/pod-template.ts';
import { readShortDeployment } from './short-deployment.ts';
import { suggest } from '../schema/suggest.ts';

/** Reads the Pods, ConfigMaps and Secrets of a short-form document. */
export function readShortForm(
  doc: Doc,
  scope: PodScope & ObjectScope & { readonly room: PodRoom },
  report: Report,
): FileObjects {
  const root = { doc, path: [] };
  checkStructure('ShortForm', doc.value, root, report);
  const entries = (field: string): readonly Entry[] =>
    entriesOf(fieldsOf(fieldsOf(doc.value)[field]), { doc, path: [field] });
  const pods = entries('pods').map((entry): Pick<ReadController, 'pods'> & Partial<ReadController> => {
    const { name, nameAt, at, fields } = entry;
    if (fields['replicas'] !== undefined) return readShortDeployment(entry, scope, report);
    const place = { name, nameAt, meta: fields, metaAt: at, spec: fields, specAt: at, isShort: true };
    return { pods: [readPod(place, scope, report)] };
  });
  const objects = [
    ...entries('configMaps').map((entry) => readShortObject('ConfigMap', entry, scope, report)),
    ...entries('secrets').map((entry) => readShortObject('Secret', entry, scope, report)),
  ];
  const endpoints = readEndpoints(fieldsOf(doc.value)['endpoints'], { doc, path: ['endpoints'] });
  return {
    ...NOTHING,
    pods: pods.flatMap((each) => each.pods),
    controllers: pods.flatMap(({ identity }) => identity ?? []),
    workloads: pods.flatMap(({ workload }) => workload ?? []),
    objects,
    endpoints,
  };
}

/** The persistent volumes at the top of a short-form document. */
export function volumesOf(doc: Doc): readonly string[] {
  return Object.keys(fieldsOf(fieldsOf(doc.value)['volumes']));
}

/** Whether a document has nothing of either dialect, not even a misspelt field: then one finding says all. */
export function isForeign(doc: Doc): boolean {
  const known = [...fieldsIn('ShortForm'), 'apiVersion', 'kind', 'metadata', 'spec'];
  const keys = Object.keys(fieldsOf(doc.value));
  return !keys.some(
    (key) => known.includes(key) || key.startsWith('x-') || suggest(key, ['pods', 'apiVersion', 'kind']) !== undefined,
  );
}
