/** A tar from elsewhere, unpacked so that nothing is written outside the target, whatever the tar says. */
import { createWriteStream } from 'node:fs';
import { chmod, link, lstat, lutimes, mkdir, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import type { Header } from 'tar-stream';

/**
 * Unpacks a tar, the first name of each entry being the target's. Names that lead out are left out; so are symlinks that
 * would, and what is neither file, folder nor link. Nothing is written through a symlink below the target.
 * @param skipped called for what is left out, with the reason
 */
export async function unpackTree(
  tar: Readable,
  target: string,
  skipped: (name: string, why: string) => void,
): Promise<void> {
  const folders: { readonly at: string; readonly mode: number; readonly mtime: Date }[] = [];
  const links: { readonly inside: string; readonly to: string; readonly mtime: Date }[] = [];

  async function take(entry: Entry): Promise<void> {
    const { name, type, mode = 0o644, mtime = new Date(), linkname } = entry.header;
    const inside = insideOf(name);
    if (inside === undefined || !(await makeParents(target, inside))) return skipped(name, 'it is outside the target');
    const at = join(target, inside);
    if (type === 'directory') {
      if (inside !== '') await makeFolder(at);
      else await mkdir(at, { recursive: true });
      folders.push({ at, mode: mode & 0o777, mtime });
    } else if (type === 'file' || type === 'contiguous-file') {
      await rm(at, { force: true });
      await pipeline(entry, createWriteStream(at, { flags: 'wx', mode: 0o600 }));
      await chmod(at, mode & 0o777);
      await utimes(at, mtime, mtime);
    } else if (type === 'symlink') links.push({ inside, to: linkname ?? '', mtime });
    else if (type === 'link') {
      const from = insideOf(linkname ?? '');
      if (from === undefined || !(await isPlainFile(target, from))) return skipped(name, `it links to ${linkname}`);
      await rm(at, { force: true });
      await link(join(target, from), at);
    } else skipped(name, `it is a ${type}`);
  }

  const archive = extract();
  tar.on('error', (error: Error) => archive.destroy(error));
  for await (const entry of tar.pipe(archive)) {
    await take(entry);
    entry.resume();
  }
  // Last, so that no file goes through one.
  for (const { inside, to, mtime } of links) {
    if (leadsOut(inside, to)) skipped(inside, `the symlink leads to ${to}`);
    else {
      await rm(join(target, inside), { force: true });
      await symlink(to, join(target, inside));
      await lutimes(join(target, inside), mtime, mtime);
    }
  }
  // The inner ones first: what is made in a folder changes its time, and a mode may forbid it.
  for (const { at, mode, mtime } of folders.toReversed()) {
    await chmod(at, mode);
    await utimes(at, mtime, mtime);
  }
}

interface Entry extends AsyncIterable<unknown> {
  readonly header: Header;
}

/** The path below the target: without the first name; undefined where it leads out. */
function insideOf(name: string): string | undefined {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') || name.includes('\0') ? undefined : parts.slice(1).join('/');
}

/** Makes the folders above a path; false where one of them is a symlink or a file. */
async function makeParents(target: string, inside: string): Promise<boolean> {
  const parts = inside.split('/').slice(0, -1);
  await mkdir(inside === '' ? dirname(target) : target, { recursive: true });
  let at = target;
  for (const part of parts) {
    at = join(at, part);
    const info = await lstat(at).catch(() => undefined);
    if (info === undefined) await mkdir(at);
    else if (!info.isDirectory()) return false;
  }
  return true;
}

/** A folder takes the place of a file or symlink. */
async function makeFolder(at: string): Promise<void> {
  const info = await lstat(at).catch(() => undefined);
  if (info?.isDirectory() === true) return chmod(at, 0o700);
  await rm(at, { force: true });
  await mkdir(at, { mode: 0o700 });
}

/** It was unpacked as a file, no part of its path being a symlink. */
async function isPlainFile(target: string, inside: string): Promise<boolean> {
  if (inside === '' || !(await makeParents(target, inside))) return false;
  return (await lstat(join(target, inside)).catch(() => undefined))?.isFile() === true;
}

/**
 * A symlink may lead to what is in the target, and nowhere else. A `..` behind a name is refused: that name may be a symlink
 * itself, from which it goes elsewhere than it reads.
 */
function leadsOut(inside: string, to: string): boolean {
  if (inside === '' || posix.isAbsolute(to)) return true;
  const names = to.replace(/^((\.\.?)?\/+)+|^\.\.$/, '').split('/');
  return names.includes('..') || /^\.\.(\/|$)/.test(posix.join(posix.dirname(inside), to));
}
