/** The files of `onChange` rules, read and watched on a real disk. */
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Files } from '../../src/core/state/files.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { followFiles } from '../../src/run/follow-files.ts';
import type { World } from '../../src/run/world.ts';
import { makeContainer, makePod, makeProject } from '../core/make.ts';
import { waitUntil } from '../engine/wait.mjs';

const world = { clock: systemClock } as unknown as World;

async function write(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
}

/** Follows one path in a folder of these files. */
async function follow(files: Readonly<Record<string, string>>, path: string, context?: string) {
  const dir = await mkdtemp(join(tmpdir(), 'podrun-files-'));
  await write(dir, files);
  const reads: Files[] = [];
  const problems: string[] = [];
  const follower = followFiles(world, true, {
    read: (found) => reads.push(found),
    problem: (text) => problems.push(text.replaceAll(dir, '')),
  });
  onTestFinished(async () => {
    follower.close();
    await rm(dir, { recursive: true, force: true });
  });
  const build = context === undefined ? {} : { build: { context: join(dir, context), args: {} } };
  const onChange = [{ paths: [join(dir, path)], action: 'restart' }] as const;
  follower.follow(makeProject(makePod('web', { containers: [makeContainer('app', { ...build, onChange })] })));
  const listed = () => [...(reads.at(-1)?.values() ?? [])].flatMap((listing) => [...listing]);
  const seen = async (...names: readonly string[]): Promise<readonly (readonly [string, string])[]> => {
    const isSeen = () =>
      reads.length > 0 &&
      listed()
        .map(([name]) => name)
        .join() === names.join();
    expect(await waitUntil(isSeen, 10_000), `${JSON.stringify(listed())}, not ${names.join()}`).toBe(true);
    return listed();
  };
  return { dir, reads, problems, seen };
}

test.each([
  ['of the context', '.', { '.dockerignore': '**/logs\n*.tmp\n' }, ['a', 'b.tmp']],
  [
    'of the context, with an exception',
    '.',
    { '.dockerignore': '**/logs\n!**/logs/keep' },
    ['a', 'b.tmp', 'logs/keep'],
  ],
  ['of the folder', undefined, { 'src/.dockerignore': 'logs\n*.tmp\n' }, ['.dockerignore', 'a']],
  ['that names what the rule names', '.', { '.dockerignore': 'src' }, ['a', 'b.tmp', 'logs/keep', 'logs/x']],
])('what .dockerignore %s leaves out, and .git', async (_, context, ignore, names) => {
  const inside = { a: '1', 'b.tmp': '1', 'logs/x': '1', 'logs/keep': '1', '.git/config': '1' };
  const files = Object.fromEntries(Object.entries(inside).map(([name, text]) => [`src/${name}`, text]));
  const f = await follow({ ...files, ...ignore }, 'src', context);
  await f.seen(...names);
});

test('a link is itself, wherever it leads', async () => {
  const f = await follow({ 'src/a': '1' }, 'src');
  await symlink('..', join(f.dir, 'src/loop'));
  expect(await f.seen('a', 'loop')).toContainEqual(['loop', 'link ..']);
});

test('an edit, a new folder, and another folder in its place are seen; what comes to the same is not', async () => {
  const f = await follow({ 'src/a': '1' }, 'src');
  await f.seen('a');
  await write(f.dir, { 'src/lib/deep/b': '1' });
  await f.seen('a', 'lib/deep/b');
  await write(f.dir, { 'src/lib/deep/c': '1' });
  const before = await f.seen('a', 'lib/deep/b', 'lib/deep/c');
  await utimes(join(f.dir, 'src/a'), 1, 1);
  await write(f.dir, { 'src/d': '1' });
  const after = await f.seen('a', 'd', 'lib/deep/b', 'lib/deep/c');
  expect(after).toEqual(expect.arrayContaining([...before]));
  await rename(join(f.dir, 'src'), join(f.dir, 'old'));
  await f.seen();
  expect(f.problems).toEqual(['onChange: /src: there is no such file or folder: it is left out']);
  await write(f.dir, { 'src/d': '1' });
  const [[, first] = []] = await f.seen('d');
  await write(f.dir, { 'src/d': '2', 'src/e': '1' });
  const [[, second] = []] = await f.seen('d', 'e');
  expect(second).not.toBe(first);
});

test('a file by itself, also one that is replaced', async () => {
  const f = await follow({ 'conf/a': '1', 'conf/b': '1' }, 'conf/a');
  const [[, first] = []] = await f.seen('');
  await write(f.dir, { 'conf/b': '2', 'conf/new': '2' });
  await rename(join(f.dir, 'conf/new'), join(f.dir, 'conf/a'));
  const isOther = () => [...(f.reads.at(-1)?.values() ?? [])][0]?.get('') !== first;
  expect(await waitUntil(isOther, 10_000)).toBe(true);
});
