import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { DataValues } from './data-values.ts';
import type { Report } from '../yaml/report.ts';
import { isFields, textMapOf } from '../yaml/read.ts';
import type { Fields } from '../yaml/read.ts';

/** What a Secret of a type of Kubernetes' own must hold (ValidateSecret). */
export function checkSecretType(type: string, values: DataValues, meta: Fields, at: Cursor, report: Report): void {
  const required = (key: string): void =>
    report(below(at, 'data', key), `Required value: a Secret of type ${type} needs it`, { on: 'key' });
  switch (type) {
    case 'kubernetes.io/service-account-token': {
      const account = 'kubernetes.io/service-account.name';
      if ((textMapOf(meta['annotations'])[account] ?? '') === '')
        report(below(at, 'metadata', 'annotations', account), 'Required value', { on: 'key' });
      return;
    }
    case 'kubernetes.io/dockercfg':
      return checkJson('.dockercfg', values, at, required, report);
    case 'kubernetes.io/dockerconfigjson':
      return checkJson('.dockerconfigjson', values, at, required, report);
    case 'kubernetes.io/basic-auth':
      if (!values.has('username') && !values.has('password')) for (const key of ['username', 'password']) required(key);
      return;
    case 'kubernetes.io/ssh-auth':
      if ((values.get('ssh-privatekey')?.bytes ?? 0) === 0) required('ssh-privatekey');
      return;
    case 'kubernetes.io/tls':
      for (const key of ['tls.crt', 'tls.key']) if (!values.has(key)) required(key);
  }
}

function checkJson(key: string, values: DataValues, at: Cursor, required: (key: string) => void, report: Report): void {
  const value = values.get(key);
  if (value === undefined) required(key);
  // What it holds is in no message.
  else if (!('text' in value && isJsonMap(value.text)))
    report(below(at, 'data', key), 'Invalid value: must be a map in JSON', { on: 'key' });
}

function isJsonMap(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return value === null || isFields(value);
  } catch {
    return false;
  }
}
