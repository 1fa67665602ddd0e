import { fieldsOf, listOf, textOf } from '../yaml/read.ts';
import type { OwnerReference } from '../../model/pod.ts';

/**
 * The controller of a Pod, as `podrun config` prints it. A reference with a uid is a cluster's: its object is there, and
 * a cluster takes none without.
 */
export function readOwner(references: unknown): OwnerReference | undefined {
  const own = listOf(references)
    .map(fieldsOf)
    .find(({ controller, uid }) => controller === true && uid === undefined);
  if (own === undefined) return undefined;
  const [apiVersion, kind, name] = [textOf(own['apiVersion']), textOf(own['kind']), textOf(own['name'])];
  if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  return { apiVersion, kind, name };
}
