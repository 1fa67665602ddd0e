/** ConfigMaps, Secrets, claims and Services in the layout of `kubectl describe`; of a Secret's values only how long they are. */
import type { ApiObject } from '../../core/status/api-object.ts';
import { textMapOf, textOf } from '../../manifest/yaml/read.ts';
import { field } from '../tables/object-columns.ts';
import { describeService } from './describe-service.ts';

/** @param all among which its endpoints are */
export function describeData(object: ApiObject, all: readonly ApiObject[]): readonly string[] {
  switch (object.kind) {
    case 'ConfigMap':
      return [
        ...['', 'Data', '===='],
        ...entries(object, 'data').flatMap(([key, text]) => [`${key}:`, '----', ...text.split('\n'), '']),
        ...['', 'BinaryData', '===='],
        ...entries(object, 'binaryData').map(([key, value]) => `${key}: ${byteCount(value)} bytes`),
        '',
      ];
    case 'Secret':
      return [
        ...['', `Type:\t${textOf(field(object, 'type')) ?? ''}`, '', 'Data', '===='],
        ...entries(object, 'data').map(([key, value]) => `${key}:\t${byteCount(value)} bytes`),
      ];
    case 'PersistentVolumeClaim':
      return [
        `Status:\t${textOf(field(object, 'status', 'phase')) ?? ''}`,
        `Volume:\t${textOf(field(object, 'spec', 'volumeName')) ?? ''}`,
        `VolumeMode:\t${textOf(field(object, 'spec', 'volumeMode')) ?? ''}`,
      ];
    case 'Service':
      return describeService(object, all);
    default:
      return [];
  }
}

const entries = (object: ApiObject, key: string): readonly (readonly [string, string])[] =>
  Object.entries(textMapOf(field(object, key))).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Of what is in base64. */
const byteCount = (base64: string): number => Buffer.from(base64, 'base64').length;
