import type { Cursor } from './cursor.ts';
import { below } from './cursor.ts';
import { readDownwardItems, readObjectFiles } from './object-files.ts';
import type { Fields } from './read.ts';
import { fieldsOf, listOf } from './read.ts';
import type { Report } from './report.ts';
import { invalid } from './report.ts';
import type { ProjectedSource } from './types.ts';

const KINDS = [
  'configMap',
  'secret',
  'downwardAPI',
  'serviceAccountToken',
  'clusterTrustBundle',
  'podCertificate',
] as const;

/** The sources of a projected volume (validateProjectionSources); those that only a cluster has are left out. */
export function readProjectedSources(value: unknown, at: Cursor, report: Report): readonly ProjectedSource[] {
  const taken = new Set<string>();
  return listOf(value).flatMap((item, index) => {
    const here = below(at, index);
    const source = readSource(fieldsOf(item), here, report);
    if (source === undefined) return [];
    const [kind] = Object.keys(source);
    const items = source.configMap?.items ?? source.secret?.items ?? source.downwardAPI?.items ?? [];
    items.forEach(({ path }, position) => {
      if (path !== '' && taken.has(path)) {
        const place = below(here, kind ?? '', 'items', position, 'path');
        report(place, invalid(path, 'conflicting duplicate paths'), { hint: 'give one of them another path' });
      }
      taken.add(path);
    });
    return [source];
  });
}

function readSource(fields: Fields, at: Cursor, report: Report): ProjectedSource | undefined {
  const [kind, ...more] = KINDS.filter((each) => fields[each] !== undefined);
  for (const extra of more) {
    report(below(at, extra), 'Forbidden: may not specify more than 1 volume type per source', {
      on: 'key',
      hint: `make an entry of its own for ${extra}`,
    });
  }
  if (kind === undefined) return undefined;
  const [from, here] = [fieldsOf(fields[kind]), below(at, kind)];
  switch (kind) {
    case 'configMap':
      return { configMap: readObjectFiles(from, 'name', here, report) };
    case 'secret':
      return { secret: readObjectFiles(from, 'name', here, report) };
    case 'downwardAPI':
      return { downwardAPI: { items: readDownwardItems(from['items'], below(here, 'items'), report) } };
    default:
      return undefined;
  }
}
