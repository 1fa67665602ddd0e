import type { Doc } from '../yaml/cursor.ts';
import { isShort } from '../project/dialect.ts';
import { entriesOf } from '../yaml/entry.ts';
import { NAMESPACE } from '../defaults.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, isFields, listOf, wordOf } from '../yaml/read.ts';
import { volumesOf } from './short-form.ts';

/** What the files say, merged and with variables filled in, and no default: for a cluster that honours more of it. */
export interface Written {
  /** Kubernetes objects, without the Lists that they stand in. */
  readonly objects: readonly Fields[];
  /** The Pods of the short form by `NAMESPACE/NAME`. */
  readonly shortPods: ReadonlyMap<string, Fields>;
  /** The volumes at the top of the short form. */
  readonly volumes: ReadonlySet<string>;
}

export function writtenIn(docs: readonly Doc[]): Written {
  const short = docs.filter(({ value }) => isShort(value));
  const pods = short.flatMap((doc) => entriesOf(fieldsOf(doc.value)['pods'], { doc, path: ['pods'] }));
  return {
    objects: docs.filter(({ value }) => !isShort(value)).flatMap(({ value }) => itemsOf(value)),
    shortPods: new Map(pods.map(({ name, fields }) => [`${wordOf(fields['namespace']) ?? NAMESPACE}/${name}`, fields])),
    volumes: new Set(short.flatMap(volumesOf)),
  };
}

function itemsOf(value: unknown): readonly Fields[] {
  if (!isFields(value)) return [];
  return value['kind'] === 'List' ? listOf(value['items']).flatMap(itemsOf) : [value];
}
