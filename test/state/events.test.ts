import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { emptyLog, foldEvents } from '../../src/core/events/event-log.ts';
import { loadEvents, saveEvents } from '../../src/state/events.ts';

const pod = { name: 'web', namespace: 'default', uid: '1' };
const log = foldEvents(emptyLog, [
  {
    type: 'Normal',
    reason: 'Started',
    message: 'Started container app',
    pod,
    fieldPath: 'spec.containers{app}',
    atMs: 1_000,
  },
  { type: 'Normal', reason: 'Scheduled', message: 'Successfully assigned', pod, atMs: 2_000 },
]);
const folder = await mkdtemp(join(tmpdir(), 'podrun-events-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const path = join(folder, 'events.json');

test('what was saved is loaded, and nobody else reads it', async () => {
  expect(await loadEvents(path)).toEqual(emptyLog);
  await saveEvents(path, emptyLog);
  await saveEvents(path, log);
  expect(await loadEvents(path)).toEqual(log);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['events.json']);
});

test.each([
  '',
  '[]',
  'null',
  '{"changes":1}',
  JSON.stringify(log).slice(0, -5),
  JSON.stringify({ ...log, entries: [...log.entries, null] }),
  JSON.stringify({ ...log, entries: [{ ...log.entries[0], pod: {} }] }),
  JSON.stringify({ ...log, entries: [{ ...log.entries[0], lastMs: -1 }] }),
  JSON.stringify({ ...log, entries: [{ ...log.entries[0], lastMs: '1' }] }),
])('a damaged file is ignored: %s', async (text) => {
  await writeFile(path, text);
  expect(await loadEvents(path)).toEqual(emptyLog);
});
