import { decodeBase64, textOfBytes } from '../yaml/base64.ts';
import type { Cursor } from '../yaml/cursor.ts';
import type { Report } from '../yaml/report.ts';
import type { DataObject } from '../../model/project.ts';

/** One value of a ConfigMap or Secret: text, or bytes in base64, as those of a ConfigMap's binaryData always are. */
export type DataValue = ({ readonly text: string } | { readonly base64: string }) & { readonly bytes: number };

/** By key. */
export type DataValues = ReadonlyMap<string, DataValue>;

/** Of all values of one object together (MaxSecretSize). */
const MAX_BYTES = 1_048_576;

export function textValue(text: string): DataValue {
  return { text, bytes: new TextEncoder().encode(text).length };
}

/** What a base64 text stands for: a text where it is one. The text is in no message: it may be a secret. */
export function base64Value(base64: string, at: Cursor, hint: string, report: Report): DataValue | undefined {
  const value = bytesValue(base64, at, hint, report);
  const bytes = value === undefined ? [] : decodeBase64(base64);
  const text = bytes instanceof Uint8Array ? textOfBytes(bytes) : undefined;
  return value === undefined || text === undefined ? value : { text, bytes: value.bytes };
}

/** The same as bytes, whether or not they are a text. */
export function bytesValue(base64: string, at: Cursor, hint: string, report: Report): DataValue | undefined {
  const bytes = decodeBase64(base64);
  if (!('illegalAt' in bytes)) return { base64: base64.replaceAll(/[\r\n]/g, ''), bytes: bytes.length };
  report(at, `illegal base64 data at input byte ${bytes.illegalAt}`, { hint });
  return undefined;
}

/** Reports more than a cluster takes in one object (ValidateConfigMap, ValidateSecret). */
export function checkSize(values: DataValues, at: Cursor, report: Report): void {
  const bytes = [...values.values()].reduce((sum, value) => sum + value.bytes, 0);
  if (bytes > MAX_BYTES)
    report(at, `Too long: may not be more than ${MAX_BYTES} bytes`, { on: 'key', hint: 'mount a file of the machine' });
}

export function toData(values: DataValues): Pick<DataObject, 'data' | 'binaryData'> {
  const all = [...values];
  return {
    data: Object.fromEntries(all.flatMap(([key, value]) => ('text' in value ? [[key, value.text] as const] : []))),
    binaryData: Object.fromEntries(
      all.flatMap(([key, value]) => ('base64' in value ? [[key, value.base64] as const] : [])),
    ),
  };
}
