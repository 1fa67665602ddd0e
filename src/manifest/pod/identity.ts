import type { Cursor } from '../yaml/cursor.ts';
import { pathText, placeOf } from '../yaml/cursor.ts';
import type { Report } from '../yaml/report.ts';

/** What an object of the project is known by, and where its name stands. */
export interface Identity {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly nameAt: Cursor;
}

/**
 * Reports the second one of the same kind, namespace and name, naming both places; once for a controller and the Pods
 * that share its place.
 */
export function checkIdentities(identities: readonly Identity[], report: Report): void {
  const seen = new Map<string, Identity>();
  const told = new Set<Cursor>();
  for (const each of identities) {
    const { kind, name, namespace } = each;
    if (name === '') continue;
    const key = `${kind} ${namespace}/${name}`;
    const other = seen.get(key);
    if (other === undefined) seen.set(key, each);
    else if (!told.has(each.nameAt)) {
      told.add(each.nameAt);
      const { file, line } = placeOf(other.nameAt, 'key');
      report(each.nameAt, `Duplicate value: ${key} is already at ${file}:${line} (${pathText(other.nameAt.path)})`, {
        hint: 'rename one of them',
      });
    }
  }
}

/** For sorting by namespace, then name. */
export function byIdentity(
  a: { readonly namespace: string; readonly name: string },
  b: { readonly namespace: string; readonly name: string },
): number {
  return compare(a.namespace, b.namespace) || compare(a.name, b.name);
}

/** By code units, the same everywhere. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
