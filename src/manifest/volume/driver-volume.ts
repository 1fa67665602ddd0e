import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, flagOf, listOf, textOf, wordOf } from '../yaml/read.ts';
import { checkInside } from '../container/relative-path.ts';
import type { Report } from '../yaml/report.ts';
import { invalid, unsupported } from '../yaml/report.ts';

/** What the schema does not see of a source that only a cluster has (validateVolumeSource). */
export function checkDriver(source: string, fields: Fields, at: Cursor, report: Report): void {
  const required = (field: string, why = ''): void =>
    report(below(at, field), `Required value${why === '' ? '' : `: ${why}`}`, { on: 'key' });
  switch (source) {
    case 'azureDisk':
      return checkAzureDisk(fields, at, report);
    case 'cinder':
    case 'storageos':
      return checkSecret(fields, 'secretRef', at, report);
    case 'csi':
      return checkSecret(fields, 'nodePublishSecretRef', at, report);
    case 'fc': {
      const [names, ids] = [listOf(fields['targetWWNs']), listOf(fields['wwids'])];
      const both = 'targetWWNs and wwids can not be specified simultaneously';
      if (names.length + ids.length === 0)
        required('targetWWNs', 'must specify either targetWWNs or wwids, but not both');
      if (names.length > 0 && ids.length > 0) report(below(at, 'wwids'), `Invalid value: ${both}`, { on: 'key' });
      if (names.length > 0 && fields['lun'] === undefined)
        required('lun', 'lun is required if targetWWNs is specified');
      return;
    }
    case 'flexVolume':
      for (const key of Object.keys(fieldsOf(fields['options'])))
        if (/(^|\.)(kubernetes|k8s)\.io$/i.test(key.replace(/\/.*$/s, ''))) {
          const rule = 'kubernetes.io and k8s.io namespaces are reserved';
          report(below(at, 'options', key), invalid(key, rule), { on: 'key' });
        }
      return;
    case 'flocker': {
      const [name, uuid] = [wordOf(fields['datasetName']), wordOf(fields['datasetUUID'])];
      if (name === undefined && uuid === undefined)
        report(at, 'Required value: one of datasetName and datasetUUID is required', { on: 'key' });
      if (name !== undefined && uuid !== undefined)
        report(at, 'Invalid value: datasetName and datasetUUID can not be specified simultaneously', { on: 'key' });
      if (name?.includes('/') === true) report(below(at, 'datasetName'), invalid(name, "must not contain '/'"));
      return;
    }
    case 'gitRepo':
      checkInside(textOf(fields['directory']) ?? '', below(at, 'directory'), report);
      return;
    case 'iscsi':
      if (
        fields['secretRef'] === undefined &&
        (flagOf(fields['chapAuthDiscovery']) || flagOf(fields['chapAuthSession']))
      )
        required('secretRef');
      for (const field of ['iqn', 'initiatorName']) checkInitiator(wordOf(fields[field]), below(at, field), report);
      return;
    case 'quobyte':
      for (const pair of (wordOf(fields['registry']) ?? 'a:1').split(','))
        if (!/^(\[[^\]]*\]|[^:[\]]*):[^:]*$/.test(pair)) {
          const rule = 'must be a host:port pair or multiple pairs separated by commas';
          report(below(at, 'registry'), invalid(fields['registry'], rule));
        }
      if ((textOf(fields['tenant']) ?? '').length >= 65)
        required('tenant', 'must be a UUID and may not exceed a length of 64 characters');
  }
}

function checkSecret(fields: Fields, field: string, at: Cursor, report: Report): void {
  if (fields[field] !== undefined && wordOf(fieldsOf(fields[field])['name']) === undefined)
    report(below(at, field, 'name'), 'Required value', { on: 'key' });
}

function checkInitiator(name: string | undefined, at: Cursor, report: Report): void {
  if (name === undefined) return;
  if (!/^(iqn|eui|naa)/.test(name)) report(at, invalid(name, 'must be valid format starting with iqn, eui, or naa'));
  else if (!/^(iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+(:[^,;*&$|\s]+)$|eui.[A-Za-z0-9]{16}$|naa.[A-Za-z0-9]{32}$)/.test(name))
    report(at, invalid(name, 'must be valid format'));
}

function checkAzureDisk({ kind, diskURI }: Fields, at: Cursor, report: Report): void {
  const uri = wordOf(diskURI);
  if (uri === undefined || typeof kind !== 'string') return;
  const [start, form] =
    kind === 'Managed'
      ? [
          '/subscriptions/',
          '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}',
        ]
      : ['https://', 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'];
  if (!uri.startsWith(start)) report(below(at, 'diskURI'), unsupported(uri, [form]));
}
