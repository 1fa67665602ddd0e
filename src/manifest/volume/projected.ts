import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { checkExpressions } from '../pod/label-selector.ts';
import { readDownwardItems, readObjectFiles } from './object-files.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, integerOf, listOf, textOf } from '../yaml/read.ts';
import { checkFilePath } from '../container/relative-path.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import type { ProjectedSource } from '../../model/volume.ts';

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
    case 'serviceAccountToken':
      checkToken(from, here, report);
      return undefined;
    case 'clusterTrustBundle':
      checkTrustBundle(from, here, report);
      return undefined;
    case 'podCertificate': {
      const paths = ['credentialBundlePath', 'keyPath', 'certificateChainPath'];
      const given = paths.filter((field) => from[field] !== undefined);
      if (given.length === 0)
        report(here, `Required value: specify at least one of ${paths.join(', ')}`, { on: 'key' });
      for (const field of given) checkFilePath(textOf(from[field]) ?? '', below(here, field), report);
      return undefined;
    }
  }
}

function checkToken(fields: Fields, at: Cursor, report: Report): void {
  const seconds = integerOf(fields['expirationSeconds']);
  const expiresAt = below(at, 'expirationSeconds');
  if (seconds !== undefined && seconds < 600)
    report(expiresAt, invalid(seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds !== undefined && seconds > 2 ** 32)
    report(expiresAt, invalid(seconds, 'may not specify a duration larger than 2^32 seconds'));
  checkFilePath(textOf(fields['path']) ?? '', below(at, 'path'), report);
}

function checkTrustBundle(fields: Fields, at: Cursor, report: Report): void {
  const { name, signerName, labelSelector } = fields;
  if (name === undefined && signerName === undefined)
    report(at, 'Required value: either name or signerName must be specified', { on: 'key' });
  if (name !== undefined && signerName !== undefined)
    report(at, 'Invalid value: only one of name and signerName may be used', { on: 'key' });
  if (name !== undefined && labelSelector !== undefined) {
    const message = 'Invalid value: labelSelector must be unset if name is specified';
    report(below(at, 'labelSelector'), message, { on: 'key' });
  }
  checkExpressions(labelSelector, below(at, 'labelSelector'), report);
  checkFilePath(textOf(fields['path']) ?? '', below(at, 'path'), report);
}
