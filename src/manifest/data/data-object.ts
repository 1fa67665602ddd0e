import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { DataValue } from './data-values.ts';
import { base64Value, bytesValue, checkSize, textValue, toData } from './data-values.ts';
import { NAMESPACE, SECRET_TYPE } from '../defaults.ts';
import { checkAnnotations } from '../pod/object-meta.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, textOf, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import { checkSecretType } from './secret-type.ts';
import type { DataObject } from '../../model/project.ts';

/** A ConfigMap or Secret, and the place that its name was read from. */
export interface ReadObject {
  readonly object: DataObject;
  readonly nameAt: Cursor;
}

/** Reads one object of kind ConfigMap or Secret. */
export function readDataObject(kind: DataObject['kind'], fields: Fields, at: Cursor, report: Report): ReadObject {
  const meta = fieldsOf(fields['metadata']);
  const isSecret = kind === 'Secret';
  const [plain, encoded] = isSecret ? ['stringData', 'data'] : ['data', 'binaryData'];
  const values = new Map<string, DataValue>();
  const hint = `write plain text under ${plain}`;
  for (const [key, content] of Object.entries(fieldsOf(fields[encoded]))) {
    // No variable takes its value from a ConfigMap's binaryData, so what is written there stays there.
    const value = (isSecret ? base64Value : bytesValue)(textOf(content) ?? '', below(at, encoded, key), hint, report);
    if (value !== undefined) values.set(key, value);
  }
  // stringData goes over data; a ConfigMap's two must not meet.
  for (const [key, content] of Object.entries(fieldsOf(fields[plain]))) {
    if (!isSecret && values.has(key)) {
      const place = below(at, plain, key);
      report(place, invalid(key, 'duplicate of key present in binaryData'), { on: 'key', hint: 'keep one of them' });
    }
    values.set(key, textValue(textOf(content) ?? ''));
  }
  checkAnnotations(meta, below(at, 'metadata'), report);
  if (isSecret) checkSecretType(textOf(fields['type']) ?? SECRET_TYPE, values, meta, at, report);
  checkSize(values, below(at, fields[plain] === undefined ? encoded : plain), report);
  return {
    object: {
      kind,
      name: textOf(meta['name']) ?? '',
      namespace: wordOf(meta['namespace']) ?? NAMESPACE,
      ...toData(values),
      ...(fields['immutable'] === true ? { immutable: true } : {}),
      ...(isSecret ? { type: wordOf(fields['type']) ?? SECRET_TYPE } : {}),
    },
    nameAt: below(at, 'metadata', 'name'),
  };
}
