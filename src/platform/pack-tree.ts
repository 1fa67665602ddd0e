import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Header, Pack } from 'tar-stream';

export interface PackRules {
  /** The name in the archive of what is at the path. */
  readonly name: string;
  /** The owner of all of it; unset: each file's own. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Taken away from each mode. */
  readonly umask: number;
  /** Of what is neither file, folder nor symlink, and left out. */
  skipped(path: string): void;
}

/** A tar of a file or folder with modes and times; it is read as fast as the tar is. A symlink is itself, but for the path that is asked for. */
export function packTree(path: string, rules: PackRules): Readable {
  const archive = pack();
  addTree(archive, path, rules).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error as Error),
  );
  return Readable.from(archive, { objectMode: false });
}

async function addTree(archive: Pack, path: string, rules: PackRules): Promise<void> {
  async function add(at: string, name: string): Promise<void> {
    const info = await lstat(at);
    const { uid, gid } = rules.owner ?? info;
    const mode = info.mode & 0o7777 & ~rules.umask;
    const header = { name, mode, mtime: info.mtime, uid, gid };
    if (info.isDirectory()) {
      await addEntry(archive, { ...header, type: 'directory' });
      for (const child of (await readdir(at)).toSorted()) await add(join(at, child), `${name}/${child}`);
    } else if (info.isSymbolicLink())
      await addEntry(archive, { ...header, type: 'symlink', linkname: await readlink(at) });
    else if (info.isFile()) {
      if (info.size === 0) return addEntry(archive, { ...header, type: 'file', size: 0 });
      // No more than the head says, should the file grow meanwhile.
      await addFile(archive, { ...header, type: 'file', size: info.size }, at);
    } else rules.skipped(at);
  }
  await add(await realpath(path), rules.name);
}

const addFile = (
  archive: Pack,
  header: Partial<Header> & { readonly name: string; readonly size: number },
  at: string,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const entry = archive.entry(header, (error) => (error ? reject(error) : resolve()));
    createReadStream(at, { end: header.size - 1 })
      .on('error', reject)
      .pipe(entry);
  });

const addEntry = (archive: Pack, header: Partial<Header> & { readonly name: string }): Promise<void> =>
  new Promise((resolve, reject) => archive.entry(header, '', (error) => (error ? reject(error) : resolve())));
