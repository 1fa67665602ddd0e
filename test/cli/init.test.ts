import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { init } from '../../src/cli/commands/init.ts';
import type { World } from '../../src/run/world.ts';
import { messagesOf, podOf } from '../manifest/parse.ts';

let cwd = '';

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'podrun-init-'));
});

afterEach(() => rm(cwd, { recursive: true }));

const run = (force = false): Promise<number> =>
  init({ cwd, stdout: { write: () => true } } as unknown as World, { force });
const read = (name: string): Promise<string> => readFile(join(cwd, name), 'utf8');

test('the first file is valid, and begins with what an editor needs', async () => {
  expect(await run()).toBe(0);
  const text = await read('pods.yaml');
  expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./node_modules/podrun/schema/pods.schema.json');
  expect(messagesOf(text)).toEqual([]);
  expect(podOf(text).metadata.name).toBe('web');
});

test('so it is with all the fields of its comments', async () => {
  await run();
  const text = (await read('pods.yaml')).replaceAll(/^( *)# (?= *[a-zA-Z]+: *[\d{['a-z]| *[a-zA-Z]+: *(#|$))/gm, '$1');
  const [first = ''] = text.split('\n').filter((line) => line.startsWith('name:'));
  expect(first).toMatch(/^name: shop/);
  expect(messagesOf(text)).toEqual([]);
  const { spec } = podOf(text);
  expect(spec).toMatchObject({ terminationGracePeriodSeconds: 10, initContainers: [{ name: 'setup' }] });
  expect(spec.containers[0]).toMatchObject({ env: [{ name: 'LOG', value: 'info' }], resources: { limits: {} } });
});

test.each(['pods.yaml', 'pods.yml'])('a %s that is there is not written over', async (name) => {
  await writeFile(join(cwd, name), 'mine');
  const refused = run();
  await expect(refused).rejects.toMatchObject({ code: 2 });
  await expect(refused).rejects.toThrow(`there is a ${name} already`);
  expect(await read(name)).toBe('mine');
  expect(await run(true)).toBe(0);
  expect(await read('pods.yaml')).toContain('pods:');
});
