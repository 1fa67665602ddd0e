import type { Cursor } from './cursor.ts';
import { below } from './cursor.ts';
import type { Entry } from './entry.ts';
import { resolvePath } from './host-path.ts';
import { parseQuantity } from './quantity.ts';
import type { Fields } from './read.ts';
import { fieldsOf, flagOf, oneOf, textOf } from './read.ts';
import type { Report } from './report.ts';
import { invalid } from './report.ts';
import type { EmptyDir, HostPath, HostPathType, Volume } from './types.ts';

const SOURCES = ['emptyDir', 'hostPath', 'persistentVolumeClaim'] as const;
const HOST_PATH_TYPES: readonly HostPathType[] = [
  '',
  'DirectoryOrCreate',
  'Directory',
  'FileOrCreate',
  'File',
  'Socket',
  'CharDevice',
  'BlockDevice',
];

/** How a host path is read: the short form's may be relative, Kubernetes' may not. */
export interface HostPathScope {
  readonly isShort: boolean;
  readonly home: string | undefined;
}

/** One volume of a Pod; without a source it is an emptyDir. */
export function readVolume({ name, fields, at }: Entry, scope: HostPathScope, report: Report): Volume {
  const given = SOURCES.filter((source) => fields[source] !== undefined);
  for (const extra of given.slice(1)) {
    report(below(at, extra), 'Forbidden: may not specify more than 1 volume type', {
      on: 'key',
      hint: `keep ${given[0] ?? ''} or ${extra}`,
    });
  }
  const [source] = given;
  const from = fieldsOf(source === undefined ? undefined : fields[source]);
  const where = source === undefined ? at : below(at, source);
  switch (source) {
    case 'hostPath':
      return { name, hostPath: readHostPath(from, where, scope, report) };
    case 'persistentVolumeClaim':
      return {
        name,
        persistentVolumeClaim: { claimName: textOf(from['claimName']) ?? '', readOnly: flagOf(from['readOnly']) },
      };
    default:
      return { name, emptyDir: readEmptyDir(from, where, report) };
  }
}

function readEmptyDir(fields: Fields, at: Cursor, report: Report): EmptyDir {
  const medium = oneOf(fields['medium'], ['', 'Memory'] as const) ?? '';
  const limit = fields['sizeLimit'];
  if (typeof limit !== 'string' && typeof limit !== 'number') return { medium };
  const limitAt = below(at, 'sizeLimit');
  const milli = parseQuantity(String(limit));
  if (milli === undefined)
    report(limitAt, invalid(limit, 'must be a quantity'), { hint: 'write a number with Ki, Mi or Gi behind it: 64Mi' });
  else if (milli < 0n) report(limitAt, invalid(limit, 'must be greater than or equal to 0'));
  else if (milli === 0n) return { medium };
  else if (medium === '') {
    report(limitAt, 'a sizeLimit on the disk is not supported yet', {
      on: 'key',
      hint: 'add medium: Memory, or remove the limit',
    });
  }
  return { medium, sizeLimit: String(limit) };
}

function readHostPath(fields: Fields, at: Cursor, scope: HostPathScope, report: Report): HostPath {
  const type = oneOf(fields['type'], HOST_PATH_TYPES) ?? '';
  const path = textOf(fields['path']) ?? '';
  const pathAt = below(at, 'path');
  if (path === '') return { path, type };
  if (scope.isShort) {
    const resolved = resolvePath(at.doc.dir, path, scope.home);
    if ('path' in resolved) return { path: resolved.path, type };
    report(pathAt, invalid(path, resolved.problem), { hint: 'write the folder in full' });
    return { path, type };
  }
  if (path.split('/').includes('..')) report(pathAt, invalid(path, "must not contain '..'"));
  else if (!path.startsWith('/')) report(pathAt, invalid(path, 'must be an absolute path'));
  return { path, type };
}
