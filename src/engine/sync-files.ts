/** Files of this machine put into a container, and taken out of it again; what it holds then is noted in the Pod's own volume. */
import { constants } from 'node:fs';
import { lstat, open, readlink } from 'node:fs/promises';
import { dirname, relative } from 'node:path/posix';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { Pack } from 'tar-stream';
import type { EngineAction, SyncedFile, SyncedFiles } from '../core/action.ts';
import { packArchive, unpackArchive } from './archive.ts';
import { call } from './call.ts';
import { runCommand } from './exec.ts';
import { engineError, failed } from './failure.ts';
import type { Session } from './session.ts';

type SyncFiles = Extract<EngineAction, { verb: 'syncFiles' }>;

/** The least that a line to an engine carries. */
const bytesPerMs = 100;
/** How long one command that removes may take. */
const removeMs = 60_000;
/** Paths of one command: an argument list has an end. */
const removedAtOnce = 200;

/**
 * Puts, removes, and notes what the container then holds. Rejects with `refused` where it cannot be written to; an image
 * without `rm` is told in the answer, since asking again would not help.
 */
export async function syncFiles(session: Session, action: SyncFiles): Promise<{ readonly unremoved?: string }> {
  const { id, targets, put, remove, record, after } = action;
  if (put.length > 0) await putFiles(session, id, targets, put);
  const removed = remove.length === 0 || (await removeFiles(session, id, targets, remove));
  const body = JSON.stringify(after);
  const note = await packArchive([{ name: record.path.slice(1), type: 'file', mode: 0o600, body }]);
  await call(session.deadlines.changeMs, (abortSignal) =>
    session.docker.getContainer(record.infraId).putArchive(note, { path: '/', abortSignal }),
  );
  if (removed) return {};
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

async function putFiles(
  session: Session,
  id: string,
  targets: readonly string[],
  put: readonly SyncedFile[],
): Promise<void> {
  const found = (await Promise.all(put.map(find))).filter((file) => file !== undefined);
  try {
    await putBelow(session, id, '/', found);
  } catch (error) {
    const { message } = engineError(error).failure;
    if (!/rootfs is marked read-only/.test(message)) throw error;
    // Into its volumes files can be put all the same.
    for (const target of targets)
      await putBelow(session, id, target, found).catch((other: unknown) => {
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

async function putBelow(session: Session, id: string, folder: string, all: readonly Found[]): Promise<void> {
  const files = all.map((file) => ({ ...file, name: relative(folder, file.path) }));
  const inside = files.filter(({ name }) => !name.startsWith('../'));
  const bytes = inside.reduce((sum, { size }) => sum + size, 0);
  const archive = pack();
  const stream = Readable.from(archive, { objectMode: false });
  const filled = fill(archive, inside).catch((error: unknown) => {
    stream.destroy();
    throw failed('refused', error instanceof Error ? error.message : String(error));
  });
  filled.catch(() => {});
  try {
    const sent = call(session.deadlines.changeMs + bytes / bytesPerMs, (abortSignal) =>
      session.docker.getContainer(id).putArchive(stream, { path: folder, abortSignal }),
    );
    await Promise.all([filled, sent]);
  } finally {
    stream.destroy();
    archive.destroy();
  }
}

/** Root's files, with their modes and times. What is no file any more is left out: it is not followed. */
async function fill(archive: Pack, files: readonly (Found & { readonly name: string })[]): Promise<void> {
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

/** With the image's own `rm`, as root; then the folders that are empty by that. False where there is none. */
async function removeFiles(
  session: Session,
  id: string,
  targets: readonly string[],
  paths: readonly string[],
): Promise<boolean> {
  for (let at = 0; at < paths.length; at += removedAtOnce) {
    const command = ['rm', '-f', '--', ...paths.slice(at, at + removedAtOnce)];
    const result = await runCommand(session, id, command, removeMs, '0');
    if (result.kind === 'timeout') throw failed('unknown', `rm took more than ${removeMs / 1000} s`);
    if (result.kind === 'failed') throw failed(result.failure.kind, result.failure.message);
    if (result.code === 126 || result.code === 127) return false;
    if (result.code !== 0) throw failed('refused', result.output.trim() || `rm ended with exit code ${result.code}`);
  }
  const folders = new Set(paths.flatMap((path) => parentsBelow(path, targets)));
  const deepestFirst = [...folders].toSorted((a, b) => b.length - a.length).slice(0, removedAtOnce);
  if (deepestFirst.length > 0) await runCommand(session, id, ['rmdir', '--', ...deepestFirst], removeMs, '0');
  return true;
}

function parentsBelow(path: string, targets: readonly string[]): readonly string[] {
  const folder = dirname(path);
  return folder === '/' || targets.includes(folder) ? [] : [folder, ...parentsBelow(folder, targets)];
}
