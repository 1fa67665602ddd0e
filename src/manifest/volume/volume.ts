import { checkClaimSpec } from './claim.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { below, dirOf } from '../yaml/cursor.ts';
import { FILE_MODE, pullPolicyOf, SHORT_FORM_PULL_POLICY } from '../defaults.ts';
import { checkDriver } from './driver-volume.ts';
import type { Entry } from '../yaml/entry.ts';
import { readMode } from '../container/file-mode.ts';
import { resolvePath } from '../container/host-path.ts';
import { checkAnnotations } from '../pod/object-meta.ts';
import { readDownwardItems, readObjectFiles } from './object-files.ts';
import { readProjectedSources } from './projected.ts';
import { parseQuantity } from '../../model/quantity.ts';
import { hintForQuantity } from '../schema/quantity-hint.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, flagOf, oneOf, textOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import { fieldsIn } from '../schema/schema.ts';
import type { EmptyDir, HostPath, HostPathType, Volume } from '../../model/volume.ts';

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

/** What differs between the dialects: the short form's host path may be relative, Kubernetes' may not. */
export interface VolumeScope {
  readonly isShort: boolean;
  readonly home: string | undefined;
}

/**
 * One volume of a Pod; without a source it is an emptyDir, and so it is where the schema has warned that the source is
 * none of one machine.
 */
export function readVolume({ name, fields, at }: Entry, scope: VolumeScope, report: Report): Volume {
  const given = fieldsIn('Volume').filter((field) => field !== 'name' && fields[field] !== undefined);
  for (const extra of given.slice(1)) {
    report(below(at, extra), 'Forbidden: may not specify more than 1 volume type', {
      on: 'key',
      hint: `keep ${given[0] ?? ''} or ${extra}`,
    });
  }
  const [source = 'emptyDir'] = given;
  const from = fieldsOf(fields[source]);
  const here = below(at, source);
  const defaultMode = (): number => readMode(from['defaultMode'], below(here, 'defaultMode'), report) ?? FILE_MODE;
  switch (source) {
    case 'emptyDir':
      return { name, emptyDir: readEmptyDir(from, here, report) };
    case 'hostPath':
      return { name, hostPath: readHostPath(from, here, scope, report) };
    case 'persistentVolumeClaim':
      return {
        name,
        persistentVolumeClaim: { claimName: textOf(from['claimName']) ?? '', readOnly: flagOf(from['readOnly']) },
      };
    case 'ephemeral': {
      const { metadata, spec } = fieldsOf(from['volumeClaimTemplate']);
      checkAnnotations(metadata, below(here, 'volumeClaimTemplate', 'metadata'), report);
      checkClaimSpec(spec, below(here, 'volumeClaimTemplate', 'spec'), report);
      return { name, ephemeral: {} };
    }
    case 'configMap':
      return { name, configMap: { ...readObjectFiles(from, 'name', here, report), defaultMode: defaultMode() } };
    case 'secret':
      return { name, secret: { ...readObjectFiles(from, 'secretName', here, report), defaultMode: defaultMode() } };
    case 'downwardAPI': {
      const items = readDownwardItems(from['items'], below(here, 'items'), report);
      return { name, downwardAPI: { items, defaultMode: defaultMode() } };
    }
    case 'projected': {
      const sources = readProjectedSources(from['sources'], below(here, 'sources'), report);
      return { name, projected: { sources, defaultMode: defaultMode() } };
    }
    case 'image': {
      const reference = textOf(from['reference']) ?? '';
      const policy = oneOf(from['pullPolicy'], ['Always', 'IfNotPresent', 'Never'] as const);
      const pullPolicy = policy ?? (scope.isShort ? SHORT_FORM_PULL_POLICY : pullPolicyOf(reference));
      return { name, image: { reference, pullPolicy } };
    }
    default:
      checkDriver(source, from, here, report);
      return { name, emptyDir: { medium: '' } };
  }
}

/** What a cluster claims for a Pod's ephemeral volumes has names of its own (ValidateVolumes). */
export function checkCreatedClaims(podName: string, volumes: readonly Entry[], report: Report): void {
  const made = volumes
    .filter(({ fields }) => fields['ephemeral'] !== undefined)
    .map(({ name }) => `${podName}-${name}`);
  for (const { fields, at } of volumes) {
    const claim = textOf(fieldsOf(fields['persistentVolumeClaim'])['claimName']);
    if (claim === undefined || !made.includes(claim)) continue;
    const rule = 'must not reference a PVC that gets created for an ephemeral volume';
    report(below(at, 'persistentVolumeClaim', 'claimName'), invalid(claim, rule));
  }
}

function readEmptyDir(fields: Fields, at: Cursor, report: Report): EmptyDir {
  const medium = oneOf(fields['medium'], ['', 'Memory'] as const) ?? '';
  if (textOf(fields['medium'])?.startsWith('HugePages') === true) {
    const message = 'there are no huge pages for it: an empty folder on the disk stands in its place';
    report(below(at, 'medium'), message, { severity: 'warning', approximates: true });
  }
  const limit = fields['sizeLimit'];
  if (typeof limit !== 'string' && typeof limit !== 'number') return { medium };
  const limitAt = below(at, 'sizeLimit');
  const milli = parseQuantity(String(limit));
  if (milli === undefined)
    report(limitAt, invalid(limit, 'must be a quantity'), { hint: hintForQuantity('memory', String(limit)) });
  else if (milli < 0n) report(limitAt, invalid(limit, 'must be greater than or equal to 0'));
  else if (milli === 0n) return { medium };
  return { medium, sizeLimit: String(limit) };
}

function readHostPath(fields: Fields, at: Cursor, scope: VolumeScope, report: Report): HostPath {
  const type = oneOf(fields['type'], HOST_PATH_TYPES) ?? '';
  const path = textOf(fields['path']) ?? '';
  const pathAt = below(at, 'path');
  if (path === '') return { path, type };
  if (scope.isShort) {
    const resolved = resolvePath(dirOf(pathAt), path, scope.home);
    if ('path' in resolved) return { path: resolved.path, type };
    report(pathAt, invalid(path, resolved.problem), { hint: 'write the folder in full' });
    return { path, type };
  }
  if (path.split('/').includes('..')) report(pathAt, invalid(path, "must not contain '..'"));
  else if (!path.startsWith('/')) report(pathAt, invalid(path, 'must be an absolute path'));
  return { path, type };
}
