/** Files of this machine put into a container, and taken out of it again; what it holds then is noted in the Pod's own volume. */
import { constants } from 'node:fs';
import { lstat, open, readlink } from 'node:fs/promises';
import { dirname, relative } from 'node:path/posix';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { Pack } from 'tar-stream';
import type { EngineAction, SyncedFile, SyncedFiles } from '../../core/runtime/action.ts';
import { packArchive, unpackArchive } from './archive.ts';
import { call } from '../transport/call.ts';
import { runCommand } from '../containers/exec.ts';
import { engineError, failed } from '../transport/failure.ts';
import type { Session } from '../session.ts';
import { statFile } from './stat.ts';

type SyncFiles = Extract<EngineAction, { verb: 'syncFiles' }>;

/** The least that a line to an engine carries. */
const bytesPerMs = 100;
/** How long one command that removes may take. */
const removeMs = 60_000;
/** Paths of one command: an argument list has an end. */
const removedAtOnce = 200;

/**
 * Removes, puts, and notes what the container then holds. Rejects with `refused` where it cannot be written to; an image
 * without `rm` is told in the answer, since asking again would not help.
 */
export async function syncFiles(session: Session, action: SyncFiles): Promise<{ readonly unremoved?: string }> {
  const { id, targets, remove, put, record, after } = action;
  const removed = remove.length === 0 ? 'removed' : await removeFiles(session, id, targets, remove);
  if (put.length > 0) await putFiles(session, action);
  if (typeof removed === 'object') throw failed('refused', removed.refused);
  const body = JSON.stringify(after);
  const note = await packArchive([{ name: record.path.slice(1), type: 'file', mode: 0o600, body }]);
  await call(session.deadlines.changeMs, (abortSignal) =>
    session.docker.getContainer(record.infraId).putArchive(note, { path: '/', abortSignal }),
  );
  if (removed === 'removed') return {};
  const what = remove.length === 1 ? `${remove[0] ?? ''} stays` : `${remove.length} deleted files stay`;
  return { unremoved: `the image has no rm: ${what} in this container` };
}

/** What was noted last; nothing where nothing was, or where a note was cut off. */
export async function readSynced(
  session: Session,
  { id, path }: Extract<EngineAction, { verb: 'readSynced' }>,
): Promise<{ readonly synced?: SyncedFiles }> {
  try {
    const stream = await call(session.deadlines.changeMs, (abortSignal) =>
      session.docker.getContainer(id).getArchive({ path, abortSignal }),
    );
    const [note] = await unpackArchive(stream);
    return note === undefined ? {} : { synced: JSON.parse(note.body.toString('utf8')) as SyncedFiles };
  } catch (error) {
    if (error instanceof SyntaxError || engineError(error).failure.kind === 'gone') return {};
    throw error;
  }
}

interface Found extends SyncedFile {
  readonly size: number;
  /** Root's set-id bits would be another thing than the user's. */
  readonly mode: number;
  readonly mtime: Date;
  /** Where a symlink leads: it is put as a link. */
  readonly linkname?: string;
}

async function putFiles(session: Session, { id, targets, folders, put }: SyncFiles): Promise<void> {
  const files = (await Promise.all(put.map(find))).filter((file) => file !== undefined);
  try {
    await putBelow(session, id, '/', { folders, files });
  } catch (error) {
    const { message } = engineError(error).failure;
    if (!/rootfs is marked read-only/.test(message)) throw error;
    // Into its volumes files can be put all the same.
    for (const target of targets)
      await putBelow(session, id, target, { folders, files }).catch((other: unknown) => {
        throw engineError(other).failure.kind === 'gone' ? failed('refused', message) : other;
      });
  }
}

/** What is gone by now is told of by the watch. */
async function find(file: SyncedFile): Promise<Found | undefined> {
  const info = await lstat(file.from).catch(() => undefined);
  if (info?.isSymbolicLink() === true) {
    const linkname = await readlink(file.from).catch(() => undefined);
    return linkname === undefined ? undefined : { ...file, size: 0, mode: 0o777, mtime: info.mtime, linkname };
  }
  return info?.isFile() === true ? { ...file, size: info.size, mode: info.mode & 0o777, mtime: info.mtime } : undefined;
}

interface ToPut {
  readonly folders: readonly string[];
  readonly files: readonly Found[];
}

async function putBelow(session: Session, id: string, base: string, { folders, files }: ToPut): Promise<void> {
  const named = files.map((file) => ({ ...file, name: relative(base, file.path) }));
  const inside = named.filter(({ name }) => !name.startsWith('../'));
  const foldersInside = folders.map((path) => relative(base, path)).filter((name) => !name.startsWith('../'));
  const bytes = inside.reduce((sum, { size }) => sum + size, 0);
  const archive = pack();
  const stream = Readable.from(archive, { objectMode: false });
  const filled = fill(archive, foldersInside, inside).catch((error: unknown) => {
    stream.destroy();
    throw failed('refused', error instanceof Error ? error.message : String(error));
  });
  filled.catch(() => {});
  try {
    const sent = call(session.deadlines.changeMs + bytes / bytesPerMs, (abortSignal) =>
      session.docker.getContainer(id).putArchive(stream, { path: base, abortSignal }),
    );
    await Promise.all([filled, sent]);
  } finally {
    stream.destroy();
    archive.destroy();
  }
}

/**
 * Root's files, with their modes and times. What is no file any more is left out: it is not followed. The engine puts a
 * folder that is named where a file or a link stands in its place, and a file or link in that of a folder (pkg/archive
 * createTarFile); through the link to a folder that is not named it would write.
 */
async function fill(
  archive: Pack,
  folders: readonly string[],
  files: readonly (Found & { readonly name: string })[],
): Promise<void> {
  for (const name of folders) archive.entry({ name: `${name}/`, type: 'directory', mode: 0o755, uid: 0, gid: 0 });
  for (const { name, from, mode, mtime, linkname } of files) {
    const header = { name, mode, mtime, uid: 0, gid: 0 };
    if (linkname !== undefined) archive.entry({ ...header, type: 'symlink', linkname });
    else {
      const body = await readNow(from);
      if (body?.length === 0) archive.entry({ ...header, size: 0 }, '');
      else if (body !== undefined) await pipeline([body], archive.entry({ ...header, size: body.length }));
    }
  }
  archive.finalize();
}

async function readNow(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    return await file.readFile().finally(() => file.close());
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENOTDIR', 'EACCES', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}

/** With the image's own `rm`, as root; then the folders that are empty by that. */
async function removeFiles(
  session: Session,
  id: string,
  targets: readonly string[],
  all: readonly string[],
): Promise<'removed' | 'no rm' | { readonly refused: string }> {
  const paths = await inFolders(session, id, targets, all);
  let refused: string | undefined;
  for (let at = 0; at < paths.length; at += removedAtOnce) {
    const some = paths.slice(at, at + removedAtOnce);
    const result = await runCommand(session, id, ['rm', '-f', '--', ...some], removeMs, '0');
    if (result.kind === 'timeout') throw failed('unknown', `rm took more than ${removeMs / 1000} s`);
    if (result.kind === 'failed') throw failed(result.failure.kind, result.failure.message);
    if (result.code === 126 || result.code === 127) return 'no rm';
    if (result.code === 0 || (await areGone(session, id, some))) continue;
    refused ??= result.output.trim() || `rm ended with exit code ${result.code}`;
  }
  if (refused !== undefined) return { refused };
  const folders = new Set(paths.flatMap((path) => parentsBelow(path, targets)));
  const deepestFirst = [...folders].toSorted((a, b) => b.length - a.length).slice(0, removedAtOnce);
  if (deepestFirst.length > 0) await runCommand(session, id, ['rmdir', '--', ...deepestFirst], removeMs, '0');
  return 'removed';
}

/** Those whose folders are folders still, as far as below the targets: through a link another file would be removed. */
async function inFolders(
  session: Session,
  id: string,
  targets: readonly string[],
  paths: readonly string[],
): Promise<readonly string[]> {
  const isFolder = new Map<string, boolean>();
  const inside: string[] = [];
  for (const path of paths) {
    const parents = parentsBelow(path, targets).toReversed();
    for (const [depth, parent] of parents.entries()) {
      const above = parents[depth - 1];
      if (isFolder.has(parent)) continue;
      const isReached = above === undefined || isFolder.get(above) === true;
      isFolder.set(parent, isReached && (await statOf(session, id, parent)) === 'folder');
    }
    if (parents.every((parent) => isFolder.get(parent) === true)) inside.push(path);
  }
  return inside;
}

/** A folder where a file was is none of ours. */
async function areGone(session: Session, id: string, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if ((await statOf(session, id, path)) === 'file') return false;
  return true;
}

async function statOf(session: Session, id: string, path: string): Promise<'folder' | 'file' | 'gone'> {
  try {
    const { mode } = await statFile(session, id, path);
    return mode >>> goModeDir === 1 ? 'folder' : 'file';
  } catch (error) {
    if (engineError(error).failure.kind === 'gone') return 'gone';
    throw error;
  }
}

/** The first bit of Go's os.FileMode. */
const goModeDir = 31;

function parentsBelow(path: string, targets: readonly string[]): readonly string[] {
  const folder = dirname(path);
  return folder === '/' || targets.includes(folder) ? [] : [folder, ...parentsBelow(folder, targets)];
}
