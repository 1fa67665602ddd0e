/** What a file or folder holds, as prints that differ when it does. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface Tree {
  /** By path in the folder; '' for what is a file itself. Files and symlinks alone. */
  readonly prints: ReadonlyMap<string, string>;
  /** The folders that were read, absolute. */
  readonly folders: readonly string[];
}

export interface TreeRules {
  /** What is left out, folders with all that is in them; `path` is that in the folder. */
  skips(path: string, isFolder: boolean): boolean;
  /** Something cannot be read: it is left out. */
  problem(path: string, message: string): void;
}

/** Remembers how files print: what was not written since is not read again. */
export type PrintCache = Map<string, { readonly stamp: string; readonly print: string }>;

const writtenLongAgoMs = 1_000;

/** Reads what is there now. A symlink is itself, but for the path that is asked for. */
export async function readTree(path: string, cache: PrintCache, rules: TreeRules): Promise<Tree> {
  const prints = new Map<string, string>();
  const folders: string[] = [];

  async function visit(inside: string): Promise<void> {
    const at = join(path, inside);
    try {
      const info = await lstat(inside === '' ? await realpath(path) : at);
      if (info.isDirectory()) {
        folders.push(at);
        for (const name of (await readdir(at)).toSorted()) await enter(inside === '' ? name : `${inside}/${name}`);
      } else if (info.isSymbolicLink()) prints.set(inside, `link ${await readlink(at)}`);
      else if (info.isFile()) prints.set(inside, await printOf(at, info));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // What went while it was read is gone; the path itself may not be there yet.
      if (code === 'ENOENT' && inside !== '') return;
      rules.problem(
        at,
        code === 'ENOENT' ? 'there is no such file or folder' : code === 'EACCES' ? 'permission denied' : message,
      );
    }
  }

  async function enter(inside: string): Promise<void> {
    const info = await lstat(join(path, inside)).catch(() => undefined);
    if (info !== undefined && !rules.skips(inside, info.isDirectory())) await visit(inside);
  }

  async function printOf(at: string, { mode, size, ino, mtimeMs, ctimeMs }: Stats): Promise<string> {
    const stamp = [mode, size, ino, mtimeMs, ctimeMs].join(' ');
    const known = cache.get(at);
    if (known?.stamp === stamp) return known.print;
    const hash = createHash('sha256');
    const file = await open(at, constants.O_RDONLY | (at === path ? 0 : constants.O_NOFOLLOW));
    await pipeline(file.createReadStream(), hash);
    const print = `${(mode & 0o777).toString(8)} ${hash.digest('hex').slice(0, 32)}`;
    // One that was written just now may be written again within the same tick of the file system's clock.
    if (Date.now() - mtimeMs > writtenLongAgoMs) cache.set(at, { stamp, print });
    return print;
  }

  await visit('');
  return { prints, folders };
}
