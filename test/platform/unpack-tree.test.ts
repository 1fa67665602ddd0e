/** A tar from a container may say anything: nothing is written outside the target. */
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packTree } from '../../src/platform/pack-tree.ts';
import { unpackTree } from '../../src/platform/unpack-tree.ts';

let root = '';
let target = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'podrun-unpack-'));
  target = join(root, 'target');
});
afterEach(() => rm(root, { recursive: true }));

type Entry = { name: string; type?: 'file' | 'symlink' | 'link' | 'directory' | 'fifo'; linkname?: string };

/** Unpacks what a hostile container may send; gives the names that were left out. */
async function unpack(...entries: readonly Entry[]): Promise<readonly string[]> {
  const tar = pack();
  for (const entry of entries) tar.entry(entry, (entry.type ?? 'file') === 'file' ? 'bad' : '');
  tar.finalize();
  const skipped: string[] = [];
  await unpackTree(Readable.from(tar, { objectMode: false }), target, (name) => skipped.push(name));
  return skipped;
}

test('names that lead out, and what is no file, are left out', async () => {
  const names = ['d/../../out', 'd/a/../../../out'];
  expect(await unpack(...names.map((name) => ({ name })), { name: 'd/pipe', type: 'fifo' })).toEqual([
    ...names,
    'd/pipe',
  ]);
  expect(await readdir(root)).toEqual(['target']);
  await unpack({ name: '/d/inside' });
  expect(await readFile(join(target, 'inside'), 'utf8')).toBe('bad');
});

test.each(['..', '../..', '/etc', 'x/../../etc', 'sub/..', '../target/a'])(
  'a symlink to %s is left out',
  async (linkname) => {
    expect(await unpack({ name: 'd/l', type: 'symlink', linkname })).toEqual([expect.stringMatching(/l$/)]);
    expect(await readdir(target)).toEqual([]);
  },
);

test('a symlink inside stays one', async () => {
  expect(await unpack({ name: 'd/s/l', type: 'symlink', linkname: '../a' }, { name: 'd/a' })).toEqual([]);
  expect(await readlink(join(target, 's/l'))).toBe('../a');
});

test('nothing is written through a symlink, one of the tar’s or one that is there', async () => {
  await mkdir(join(root, 'else'));
  await mkdir(target);
  await symlink('../else', join(target, 'there'));
  await symlink('../else/file', join(target, 'leaf'));
  const skipped = await unpack({ name: 'd/there/x' }, { name: 'd/leaf' });
  expect(skipped).toEqual(['d/there/x']);
  expect(await readdir(join(root, 'else'))).toEqual([]);
  expect((await lstat(join(target, 'leaf'))).isFile()).toBe(true);
});

test('a hard link is only to a file that was unpacked', async () => {
  await writeFile(join(root, 'secret'), 'secret');
  const entries: Entry[] = [
    { name: 'd/a' },
    { name: 'd/b', type: 'link', linkname: 'd/a' },
    { name: 'd/c', type: 'link', linkname: 'd/../secret' },
  ];
  expect(await unpack(...entries)).toEqual(['d/c']);
  expect(await readFile(join(target, 'b'), 'utf8')).toBe('bad');
});

test('a tree comes through with content, modes, times and symlinks', async () => {
  const source = join(root, 'source');
  await mkdir(join(source, 'shut'), { recursive: true });
  await writeFile(join(source, 'shut/file'), 'x'.repeat(300_000));
  await writeFile(join(source, 'empty'), '');
  await symlink('shut/file', join(source, 'link'));
  await chmod(join(source, 'shut/file'), 0o751);
  await utimes(join(source, 'shut'), 1_000_000_000, 1_000_000_000);
  await chmod(join(source, 'shut'), 0o555);
  const skipped = () => expect.unreachable();
  await unpackTree(packTree(source, { name: 'any', umask: 0, skipped }), target, skipped);
  expect((await readdir(target)).toSorted()).toEqual(['empty', 'link', 'shut']);
  expect(await readFile(join(target, 'link'), 'utf8')).toBe('x'.repeat(300_000));
  expect((await lstat(join(target, 'shut/file'))).mode & 0o7777).toBe(0o751);
  const shut = await lstat(join(target, 'shut'));
  expect([shut.mode & 0o7777, shut.mtimeMs]).toEqual([0o555, 1_000_000_000_000]);
  await Promise.all([source, target].map((each) => chmod(join(each, 'shut'), 0o755)));
});

test('what cannot be read fails', async () => {
  const rules = { name: 'any', umask: 0, skipped: () => undefined };
  await expect(unpackTree(packTree(join(root, 'nope'), rules), target, () => undefined)).rejects.toThrow('ENOENT');
});
