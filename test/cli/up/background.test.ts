/** How a podrun in the background does not begin. */
import { closeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startBackground } from '../../../src/cli/up/background.ts';
import type { UpOptions } from '../../../src/cli/up/up-options.ts';
import type { World } from '../../../src/run/world.ts';
import { makeScratch } from '../../scratch.ts';

/** The podrun that is begun says this, and ends with that code. */
async function begin(code: number, text: string) {
  const told: string[] = [];
  const said = Promise.resolve({ text, hasBegun: false });
  const world: unknown = {
    stderr: { write: (part: string) => told.push(part) > 0 },
    startSelf(_words: unknown, _input: unknown, log: number) {
      closeSync(log);
      return { said, ended: Promise.resolve(code), letGo() {} };
    },
  };
  const away = () => Promise.reject(new Error('away'));
  const supervisor = { folder: await makeScratch('background'), ask: away, follow: away };
  const begun = startBackground(world as World, supervisor, {} as UpOptions, { name: 'shop' }, undefined);
  return { told, begun };
}

test('another podrun was faster: whoever began this one may hand that its file', async () => {
  const { told, begun } = await begin(4, 'project shop is supervised already\n');
  expect(await begun).toEqual({ kind: 'owned', text: 'project shop is supervised already\n' });
  expect(told).toEqual([]);
});

test('what else ends it is told, with its exit code', async () => {
  const { told, begun } = await begin(3, 'no engine\n');
  await expect(begun).rejects.toMatchObject({ code: 3 });
  expect(told).toEqual(['no engine\n']);
});
