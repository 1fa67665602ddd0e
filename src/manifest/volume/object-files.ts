import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { FILE_FIELDS, readFieldRef, readResourceFieldRef } from '../container/downward.ts';
import { readMode } from '../container/file-mode.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, flagOf, isFields, listOf, textOf, whereSet } from '../yaml/read.ts';
import { checkFilePath } from '../container/relative-path.ts';
import type { Report } from '../yaml/report.ts';
import type { DownwardItem, KeyToPath, ObjectFiles } from '../../model/volume.ts';

/** Which keys of a ConfigMap or Secret become which files; a volume's Secret is named by `secretName`. */
export function readObjectFiles(
  fields: Fields,
  nameField: 'name' | 'secretName',
  at: Cursor,
  report: Report,
): ObjectFiles {
  const items = listOf(fields['items']).map((item, index) => readItem(item, below(at, 'items', index), report));
  return {
    name: textOf(fields[nameField]) ?? '',
    optional: flagOf(fields['optional']),
    ...(items.length === 0 ? {} : { items }),
  };
}

function readItem(value: unknown, at: Cursor, report: Report): KeyToPath {
  const fields = fieldsOf(value);
  const path = textOf(fields['path']) ?? '';
  checkFilePath(path, below(at, 'path'), report);
  return {
    key: textOf(fields['key']) ?? '',
    path,
    ...whereSet({ mode: readMode(fields['mode'], below(at, 'mode'), report) }),
  };
}

/** The files with fields of the Pod (validateDownwardAPIVolumeFile). */
export function readDownwardItems(value: unknown, at: Cursor, report: Report): readonly DownwardItem[] {
  return listOf(value).map((item, index) => {
    const here = below(at, index);
    const fields = fieldsOf(item);
    const path = textOf(fields['path']) ?? '';
    checkFilePath(path, below(here, 'path'), report);
    return {
      path,
      ...whereSet({ mode: readMode(fields['mode'], below(here, 'mode'), report) }),
      ...(isFields(item) ? readSource(fields, here, report) : {}),
    };
  });
}

function readSource(fields: Fields, at: Cursor, report: Report): Pick<DownwardItem, 'fieldRef' | 'resourceFieldRef'> {
  const { fieldRef, resourceFieldRef } = fields;
  if (fieldRef !== undefined) {
    if (resourceFieldRef !== undefined) {
      const message = 'Invalid value: fieldRef and resourceFieldRef can not be specified simultaneously';
      report(below(at, 'resourceFieldRef'), message, { on: 'key', hint: 'keep one of them' });
    }
    return { fieldRef: readFieldRef(fieldRef, below(at, 'fieldRef'), FILE_FIELDS, report) };
  }
  if (resourceFieldRef === undefined) {
    report(at, 'Required value: one of fieldRef and resourceFieldRef is required', { on: 'key' });
    return {};
  }
  const here = below(at, 'resourceFieldRef');
  return { resourceFieldRef: readResourceFieldRef(resourceFieldRef, here, { of: 'volume' }, report) };
}
