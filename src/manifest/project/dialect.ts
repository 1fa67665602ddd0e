import { isKubernetes } from '../schema/api-version.ts';
import { NAMESPACE } from '../defaults.ts';
import { fieldsOf, isFields, listOf, wordOf } from '../yaml/read.ts';
import { isShape } from '../schema/schema.ts';
import type { Shaped } from '../variables/variables.ts';

/** Whether a document's value is of the short form. */
export function isShort(value: unknown): boolean {
  return (
    isFields(value) &&
    (value['pods'] !== undefined || (value['apiVersion'] === undefined && value['kind'] === undefined))
  );
}

/** What the schema describes of a document: itself, or the items of a List. */
export function shapesOf(value: unknown): readonly Shaped[] {
  if (isShort(value)) return [{ shape: 'ShortForm', value, path: [] }];
  const { kind, items } = fieldsOf(value);
  if (kind === 'List')
    return listOf(items).flatMap((item, index) =>
      shapesOf(item).map((shaped) => ({ ...shaped, path: ['items', index, ...shaped.path] })),
    );
  return typeof kind === 'string' && isShape(kind) ? [{ shape: kind, value, path: [] }] : [];
}

/** What a Kubernetes object is known by: kind, namespace and name; undefined where it has no name. */
export function identityOf(value: unknown): string | undefined {
  const { apiVersion, kind, metadata } = fieldsOf(value);
  const name = wordOf(fieldsOf(metadata)['name']);
  if (typeof kind !== 'string' || name === undefined) return undefined;
  const namespace = wordOf(fieldsOf(metadata)['namespace']) ?? NAMESPACE;
  // Somebody's own kind may have the name of one of Kubernetes'.
  return `${isKubernetes(apiVersion) ? '' : `${String(apiVersion)} `}${kind} ${namespace}/${name}`;
}
