/** What a build is made of: the files of its context, as they are sent to the builder and as one hash. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { Build } from '../../model/build.ts';
import { failed } from '../transport/failure.ts';
import { readIgnore } from './ignore-file.ts';
import type { Ignore } from './ignore-file.ts';

export interface ContextEntry {
  /** Relative to the context. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  /** The permission bits. */
  readonly mode: number;
  readonly mtime: Date;
  /** Of a file, else 0. */
  readonly size: number;
  /** Where a symlink leads, as written: it is sent as a link and never followed. */
  readonly linkname?: string;
}

/**
 * All that is sent, parents before what is in them; sockets, pipes and devices are left out. Rejects with `refused`
 * where something cannot be read.
 */
export async function listContext(build: Build): Promise<readonly ContextEntry[]> {
  const entries: ContextEntry[] = [];
  await reading(build, async () =>
    walk(build.context, '', await readIgnore(build.context, build.dockerfile ?? 'Dockerfile'), entries),
  );
  return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The same for the same content, whoever owns it and whenever it was written. */
export async function hashContext(build: Build, entries: readonly ContextEntry[]): Promise<string> {
  const { dockerfile = '', target = '', args, platform, network, secrets, ssh } = build;
  const hash = createHash('sha256');
  const note = (...parts: readonly unknown[]) => hash.update(`${JSON.stringify(parts)}\n`);
  note(dockerfile, target, Object.entries(args).toSorted(), ...(platform === undefined ? [] : [platform]));
  // Which there are, and never what they hold: the hash can be read off the image.
  const ids = [secrets, ssh].map((all) => all?.map(({ id }) => id).toSorted());
  if ([network, secrets, ssh].some((each) => each !== undefined)) note(network, ...ids);
  await reading(build, async () => {
    for (const entry of entries) {
      const { path, type, mode, linkname = '' } = entry;
      note(path, type, mode, type === 'file' ? await hashFile(join(build.context, path)) : linkname);
    }
  });
  return hash.digest('hex');
}

/** The tar of the entries, root's all of them; `done` rejects where a file cannot be read or is another by now. */
export function packContext(
  build: Build,
  entries: readonly ContextEntry[],
): { readonly stream: Readable; readonly done: Promise<void> } {
  const archive = pack();
  const add = async (): Promise<void> => {
    for (const { path, size, linkname, ...header } of entries) {
      const whole = { name: path, size, uid: 0, gid: 0, ...header, ...(linkname === undefined ? {} : { linkname }) };
      if (size === 0) archive.entry(whole, '');
      else await readInto(join(build.context, path), archive.entry(whole), size);
    }
    archive.finalize();
  };
  return { stream: Readable.from(archive, { objectMode: false }), done: reading(build, add) };
}

async function walk(context: string, folder: string, ignore: Ignore, into: ContextEntry[]): Promise<void> {
  for (const name of await readdir(join(context, folder))) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const info = await lstat(join(context, path));
    const ignored = ignore.ignores(path);
    const isFolder = info.isDirectory();
    if (!ignored) {
      const common = { path, mode: info.mode & 0o7777, mtime: info.mtime, size: 0 };
      if (isFolder) into.push({ ...common, type: 'directory' });
      else if (info.isFile()) into.push({ ...common, type: 'file', size: info.size });
      else if (info.isSymbolicLink())
        into.push({ ...common, type: 'symlink', linkname: await readlink(join(context, path)) });
    }
    if (isFolder && (!ignored || ignore.hasExceptions)) await walk(context, path, ignore, into);
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await readInto(path, hash);
  return hash.digest('hex');
}

/** What was a file when it was listed may be a link by now: such a one is not followed. */
async function readInto(path: string, sink: NodeJS.WritableStream, size = Infinity): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  await pipeline(file.createReadStream({ end: size - 1 }), sink);
}

/** A folder that cannot be read is the user's to mend: it is no trouble of the engine. */
async function reading<T>({ context }: Build, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw failed('refused', `the build context ${context} cannot be read: ${words}`);
  }
}
