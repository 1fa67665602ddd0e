/** The events, kept beside the socket: they outlive the podrun that told them. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { emptyLog } from '../core/events/event-log.ts';
import type { EventLog, LoggedEvent } from '../core/events/event-log.ts';

export async function saveEvents(path: string, log: EventLog): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(log), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** The events as last saved; none where there are none, or where the file is not what podrun writes. */
export async function loadEvents(path: string): Promise<EventLog> {
  try {
    const log: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isLog(log) ? log : emptyLog;
  } catch {
    return emptyLog;
  }
}

function isLog(value: unknown): value is EventLog {
  if (!isRecord(value) || !Number.isSafeInteger(value['changes']) || !Array.isArray(value['entries'])) return false;
  return value['entries'].every(isEntry);
}

function isEntry(value: unknown): value is LoggedEvent {
  if (!isRecord(value) || !isRecord(value['pod'])) return false;
  const { pod, type, fieldPath } = value;
  const texts = [value['reason'], value['message'], value['name'], pod['name'], pod['namespace'], pod['uid']];
  const numbers = [value['count'], value['firstMs'], value['lastMs'], value['change']];
  return (
    (type === 'Normal' || type === 'Warning') &&
    texts.every((text) => typeof text === 'string') &&
    // RFC 3339 has no words for a time before 1970, or far beyond.
    numbers.every((number) => Number.isSafeInteger(number) && Number(number) >= 0 && Number(number) < 8.64e15) &&
    (fieldPath === undefined || typeof fieldPath === 'string')
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
