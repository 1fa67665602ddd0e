import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { ReadObject } from '../data/data-object.ts';
import type { DataValue } from '../data/data-values.ts';
import { base64Value, checkSize, textValue, toData } from '../data/data-values.ts';
import { NAMESPACE, SECRET_TYPE } from '../defaults.ts';
import type { Entry } from '../yaml/entry.ts';
import type { NamedFiles } from '../variables/named-file.ts';
import { readEnvFiles, readNamed } from '../variables/named-file.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, listOf, textOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { duplicate, invalid } from '../yaml/report.ts';
import { isDataKey } from '../schema/schema.ts';
import type { DataObject } from '../../model/project.ts';
import { asWritten } from '../yaml/written.ts';

/** Where the values of the short form's objects come from. */
export interface ObjectScope {
  readonly files: NamedFiles;
  /** The environment over `.env`. */
  readonly env: Readonly<Record<string, string>>;
}

/** One entry of `configMaps` or `secrets`. */
export function readShortObject(
  kind: DataObject['kind'],
  { name, nameAt, at, fields }: Entry,
  scope: ObjectScope,
  report: Report,
): ReadObject {
  const values = new Map<string, DataValue>();
  for (const source of [readData, readFiles, readVariables])
    for (const { key, value, at: place } of source(fields, at, scope, report)) {
      if (values.has(key)) report(place, duplicate(key), { hint: 'another value of this object has that key' });
      values.set(key, value);
    }
  const paths = listOf(fields['envFile']);
  const lines = readEnvFiles(paths, (index) => below(at, 'envFile', index), scope.files, report, {
    hidden: kind === 'Secret',
  });
  for (const [key, text] of Object.entries(lines)) if (!values.has(key)) values.set(key, textValue(text));
  checkSize(values, at, report);
  const type = kind === 'Secret' ? { type: SECRET_TYPE } : {};
  return { object: { kind, name, namespace: NAMESPACE, ...toData(values), ...type }, nameAt };
}

interface Keyed {
  readonly key: string;
  readonly value: DataValue;
  /** Where the key stands. */
  readonly at: Cursor;
}

function readData(fields: Fields, at: Cursor): readonly Keyed[] {
  return Object.entries(fieldsOf(fields['data'])).map(([key, content]) => {
    const place = below(at, 'data', key);
    return { key, value: textValue(content === null ? '' : asWritten(content, place)), at: place };
  });
}

function readFiles(fields: Fields, at: Cursor, { files }: ObjectScope, report: Report): readonly Keyed[] {
  return keysOf(fields['files'], below(at, 'files'), (path) => path.replace(/^.*\//, ''), report).flatMap(
    ({ key, from, at: place }) => {
      const content = readNamed(from, place, files, report);
      if (content === undefined) return [];
      const value =
        typeof content === 'string' ? textValue(content) : base64Value(content.base64, place, 'read it again', report);
      return value === undefined ? [] : [{ key, value, at: place }];
    },
  );
}

function readVariables(fields: Fields, at: Cursor, { env }: ObjectScope, report: Report): readonly Keyed[] {
  return keysOf(fields['env'], below(at, 'env'), (variable) => variable, report).flatMap(({ key, from, at: place }) => {
    const value = Object.hasOwn(env, from) ? env[from] : undefined;
    if (value !== undefined) return [{ key, value: textValue(value), at: place }];
    report(place, `variable ${from} is not set`, { hint: 'set it in the environment or in .env' });
    return [];
  });
}

/** A map by key, or a list whose members give the keys. */
function keysOf(
  value: unknown,
  at: Cursor,
  keyOf: (from: string) => string,
  report: Report,
): readonly { readonly key: string; readonly from: string; readonly at: Cursor }[] {
  if (!Array.isArray(value)) {
    return Object.entries(fieldsOf(value)).flatMap(([key, from]) =>
      typeof from === 'string' && from !== '' ? [{ key, from, at: below(at, key) }] : [],
    );
  }
  return listOf(value).flatMap((item, index) => {
    const from = textOf(item) ?? '';
    const place = below(at, index);
    if (from === '') return [];
    const key = keyOf(from);
    if (isDataKey(key)) return [{ key, from, at: place }];
    report(place, invalid(key, 'gives no valid key'), { hint: `write a map with a key of your own: {key: ${from}}` });
    return [];
  });
}
