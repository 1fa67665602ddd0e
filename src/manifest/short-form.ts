import type { Doc } from './cursor.ts';
import { entriesOf } from './entry.ts';
import type { PodScope, ReadPod } from './pod.ts';
import { readPod } from './pod.ts';
import { fieldsOf } from './read.ts';
import type { Report } from './report.ts';
import { fieldsIn } from './schema.ts';
import { checkStructure } from './structure.ts';
import { suggest } from './suggest.ts';

/** Reads the Pods of a short-form document. */
export function readShortForm(doc: Doc, scope: PodScope, report: Report): readonly ReadPod[] {
  const root = { doc, path: [] };
  checkStructure('pods', doc.value, root, report);
  const entries = entriesOf(fieldsOf(fieldsOf(doc.value)['pods']), { doc, path: ['pods'] });
  return entries.map(({ name, nameAt, at, fields }) =>
    readPod({ name, nameAt, meta: fields, spec: fields, specAt: at, isShort: true }, scope, report),
  );
}

/** The persistent volumes at the top of a short-form document. */
export function volumesOf(doc: Doc): readonly string[] {
  return Object.keys(fieldsOf(fieldsOf(doc.value)['volumes']));
}

/** Whether a document has nothing of either dialect, not even a misspelt field: then one finding says all. */
export function isForeign(doc: Doc): boolean {
  const known = [...fieldsIn('pods'), 'apiVersion', 'kind', 'metadata', 'spec'];
  const keys = Object.keys(fieldsOf(doc.value));
  return !keys.some(
    (key) => known.includes(key) || key.startsWith('x-') || suggest(key, ['pods', 'apiVersion', 'kind']) !== undefined,
  );
}
