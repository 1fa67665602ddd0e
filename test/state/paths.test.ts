import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder, StateFolderError, stateRoot } from '../../src/state/paths.ts';
import { makeScratch } from '../scratch.ts';

test.each([
  [{ XDG_STATE_HOME: '/var/state' }, '/var/state/podrun'],
  [{ XDG_STATE_HOME: 'relative' }, '/home/me/.local/state/podrun'],
  [{}, '/home/me/.local/state/podrun'],
])('the state folder by %o', (env, expected) => {
  expect(stateRoot(env, '/home/me')).toBe(expected);
});

test('a path with no room for a socket is told, with what to do', async () => {
  const folder = projectFolder(`/tmp/${'x'.repeat(80)}`, 'engine', 'shop');
  await expect(folder).rejects.toThrow(StateFolderError);
  await expect(folder).rejects.toThrow(/too long a path for a socket: set XDG_STATE_HOME/);
});

test('a state folder that cannot be made is told', async () => {
  const file = join(await makeScratch('s'), 'f');
  await writeFile(file, '');
  await expect(projectFolder(file, 'engine', 'shop')).rejects.toThrow(/the state folder cannot be made: ENOTDIR/);
});
