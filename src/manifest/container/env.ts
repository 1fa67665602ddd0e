import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { membersInOrder } from '../yaml/entry.ts';
import { ENV_FIELDS, readFieldRef, readResourceFieldRef } from './downward.ts';
import type { NamedFiles } from '../variables/named-file.ts';
import { readEnvFiles } from '../variables/named-file.ts';
import { oneField } from './one-of.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, flagOf, isFields, listOf, textOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import type { EnvFromSource, EnvVar, EnvVarSource, KeyRef, ObjectRef } from '../../model/container.ts';
import { asWritten } from '../yaml/written.ts';

/** `env` as Kubernetes' list or as the short form's map. */
export function readEnv(value: unknown, at: Cursor, report: Report): readonly EnvVar[] {
  if (Array.isArray(value)) {
    return listOf(value).flatMap((item, index) => {
      const fields = fieldsOf(item);
      return readVariable(textOf(fields['name']) ?? '', fields, below(at, index), report);
    });
  }
  return membersInOrder(fieldsOf(value), at).flatMap(([name, content]) => {
    const here = below(at, name);
    return isFields(content) ? readVariable(name, content, here, report) : [{ name, value: asWritten(content, here) }];
  });
}

/** The variables of the short form's `envFile`. They are meant as written: what Kubernetes would expand is escaped. */
export function readEnvFile(value: unknown, at: Cursor, files: NamedFiles, report: Report): readonly EnvVar[] {
  const variables = readEnvFiles(listOf(value), (index) => below(at, index), files, report);
  return Object.entries(variables).map(([name, text]) => ({ name, value: text.replaceAll(/\$(?=[$(])/g, '$$$$') }));
}

/** None where the schema has warned that its source is not read. */
function readVariable(name: string, fields: Fields, at: Cursor, report: Report): readonly EnvVar[] {
  const value = textOf(fields['value']) ?? '';
  if (fields['valueFrom'] === undefined) return [{ name, value }];
  const here = below(at, 'valueFrom');
  if (value !== '')
    report(here, 'Invalid value: may not be specified when `value` is not empty', {
      on: 'key',
      hint: 'keep one of them',
    });
  const valueFrom = readSource(fields['valueFrom'], here, report);
  return valueFrom === undefined ? [] : [{ name, value: '', valueFrom }];
}

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const;

function readSource(value: unknown, at: Cursor, report: Report): EnvVarSource | undefined {
  if (!isFields(value)) return undefined;
  const source = oneField(value, SOURCES, at, report);
  if (source === undefined) return undefined;
  const [from, here] = [value[source], below(at, source)];
  switch (source) {
    case 'fieldRef':
      return { fieldRef: readFieldRef(from, here, ENV_FIELDS, report) };
    case 'resourceFieldRef':
      return { resourceFieldRef: readResourceFieldRef(from, here, { of: 'env' }, report) };
    case 'configMapKeyRef':
      return { configMapKeyRef: readKeyRef(from) };
    case 'secretKeyRef':
      return { secretKeyRef: readKeyRef(from) };
    case 'fileKeyRef':
      // The schema has warned of it.
      return undefined;
  }
}

function readKeyRef(value: unknown): KeyRef {
  const { name, key, optional } = fieldsOf(value);
  return { name: textOf(name) ?? '', key: textOf(key) ?? '', optional: flagOf(optional) };
}

/** `envFrom`, or nothing where the list is empty. */
export function readEnvFrom(value: unknown, at: Cursor, report: Report): readonly EnvFromSource[] | undefined {
  const sources = listOf(value).map((item, index) => {
    const fields = fieldsOf(item);
    const source = isFields(item)
      ? oneField(fields, ['configMapRef', 'secretRef'] as const, below(at, index), report)
      : undefined;
    return {
      prefix: textOf(fields['prefix']) ?? '',
      ...(source === undefined ? {} : { [source]: readObjectRef(fields[source]) }),
    };
  });
  return sources.length === 0 ? undefined : sources;
}

function readObjectRef(value: unknown): ObjectRef {
  const { name, optional } = fieldsOf(value);
  return { name: textOf(name) ?? '', optional: flagOf(optional) };
}
