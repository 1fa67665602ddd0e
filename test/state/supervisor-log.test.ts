import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { deadBackground, noteAlive, noteBackground, removeNote } from '../../src/state/background.ts';
import { readSupervisorLog, supervisorLog } from '../../src/state/supervisor-log.ts';

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'podrun-log-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const time = '2026-01-01T00:00:00.000Z';
const nowMs = () => Date.parse(time);

test('each line has its time, also where it comes in parts; only its user reads it', async () => {
  const folder = await makeFolder();
  const log = supervisorLog(folder, nowMs);
  for (const text of ['one\n', 'two ', 'goes on\r\n\r\n', 'three\nfour\n']) log.write(text);
  const lines = ['one', 'two goes on\r', '\r', 'three', 'four'].map((line) => `${time} ${line}\n`);
  expect(await readSupervisorLog(folder).next()).toBe(lines.join(''));
  expect((await stat(join(folder, 'supervisor.log'))).mode & 0o777).toBe(0o600);
});

test('it never outgrows its bound, and who follows it misses nothing as it makes room', async () => {
  const folder = await makeFolder();
  const log = supervisorLog(folder, nowMs, 100);
  const reader = readSupervisorLog(folder);
  let read = '';
  for (const word of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
    log.write(`${word.repeat(20)}\n`);
    read += (await reader.next()) ?? '';
  }
  expect(read.match(/[a-g]{20}/g)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((word) => word.repeat(20)));
  expect((await readdir(folder)).toSorted()).toEqual(['supervisor.log', 'supervisor.log.1']);
  for (const name of await readdir(folder)) {
    const { size, mode } = await stat(join(folder, name));
    expect(size).toBeLessThanOrEqual(100);
    expect(mode & 0o777).toBe(0o600);
  }
  expect(await readSupervisorLog(folder).next()).toMatch(
    /^\S+ e+\n\S+ f+\n\S+ g+\n$|^\S+ c+\n\S+ d+\n\S+ e+\n\S+ f+\n\S+ g+\n$/,
  );
});

test('there is none: nothing is read', async () => {
  expect(await readSupervisorLog(await makeFolder()).next()).toBeUndefined();
});

test('a note that stays tells who has died, and when it was last alive', async () => {
  const folder = await makeFolder();
  const owner = { project: 'shop', pid: 7, dir: '/shop', startedAt: time };
  await noteBackground(folder, owner);
  await noteAlive(folder, nowMs());
  expect(await deadBackground(folder)).toEqual({ pid: 7, dir: '/shop', startedAt: time, aliveAtMs: nowMs() });
  await removeNote(folder);
  await noteAlive(folder, nowMs());
  expect(await deadBackground(folder)).toBeUndefined();
});
