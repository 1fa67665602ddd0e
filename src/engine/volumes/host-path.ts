/**
 * Checks and makes hostPath sources on the engine's machine, which may be another one. Nothing is run there: a helper
 * container is created with the path mounted, and the engine tells what stands at the mount (ENGINE: a created
 * container's archive sees its mounts). Types and texts are the kubelet's (pkg/volume/hostpath).
 */
import { posix } from 'node:path';
import type { HostPathType } from '../../model/volume.ts';
import { packArchive } from './archive.ts';
import { call } from '../transport/call.ts';
import { create } from '../containers/containers.ts';
import { helperBody } from '../containers/create-body.ts';
import { engineError, failed } from '../transport/failure.ts';
import type { Session } from '../session.ts';
import { statFile } from './stat.ts';

export interface HostPathWish {
  readonly path: string;
  readonly type: HostPathType;
  readonly image: string;
  /** The helper's name. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Rejects with `refused` and the kubelet's text where the path is not of its type, `noImage` without the helper's image. */
export async function prepareHostPath(session: Session, wish: HostPathWish): Promise<void> {
  const found = await fileTypeAt(session, wish);
  if (found === undefined) return makeMissing(session, wish);
  const wanted = wantedType[wish.type];
  if (wanted !== undefined && wanted !== found) throw wrongType(wish);
}

type FileType = 'directory' | 'file' | 'socket' | 'character device' | 'block device' | 'other';

const wantedType: Readonly<Record<HostPathType, FileType | undefined>> = {
  '': undefined,
  Directory: 'directory',
  DirectoryOrCreate: 'directory',
  File: 'file',
  FileOrCreate: 'file',
  Socket: 'socket',
  CharDevice: 'character device',
  BlockDevice: 'block device',
};

const typeWords: Readonly<Record<FileType, string>> = {
  directory: 'a directory',
  file: 'a file',
  socket: 'a socket file',
  'character device': 'a character device',
  'block device': 'a block device',
  other: 'of a known type',
};

function wrongType({ path, type }: HostPathWish): Error {
  return failed('refused', `hostPath type check failed: ${path} is not ${typeWords[wantedType[type] ?? 'other']}`);
}

async function makeMissing(session: Session, wish: HostPathWish): Promise<void> {
  switch (wish.type) {
    case '':
    case 'DirectoryOrCreate':
      // The one use of `Binds`: the engine makes what is missing, as root and 0755, when it mounts it.
      return withHelper(
        session,
        wish,
        { Binds: [`${wish.path}:${target}`] },
        async (id) => void (await statFile(session, id, target)),
      );
    case 'FileOrCreate':
      return createFile(session, wish);
    case 'Directory':
    case 'File':
    case 'Socket':
    case 'CharDevice':
    case 'BlockDevice':
      throw wrongType(wish);
  }
}

/** An empty file of root's, 0644; its directory must be there. */
async function createFile(session: Session, wish: HostPathWish): Promise<void> {
  const archive = await packArchive([{ name: posix.basename(wish.path), type: 'file', mode: 0o644 }]);
  const mounts = [bind(posix.dirname(wish.path), false)];
  try {
    await withHelper(session, wish, { Mounts: mounts }, (id) =>
      call(session.deadlines.changeMs, async (abortSignal) => {
        const options = { path: target, noOverwriteDirNonDir: '1', abortSignal };
        await session.docker.getContainer(id).putArchive(archive, options);
      }),
    );
  } catch (error) {
    throw isMissing(error) ? failed('refused', `open ${wish.path}: no such file or directory`) : error;
  }
}

/** What is at the path, symlinks followed; undefined: nothing. */
async function fileTypeAt(session: Session, wish: HostPathWish): Promise<FileType | undefined> {
  try {
    let mode = 0;
    await withHelper(session, wish, { Mounts: [bind(wish.path, true)] }, async (id) => {
      ({ mode } = await statFile(session, id, target));
    });
    return fileTypeOf(mode);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const isMissing = (error: unknown): boolean =>
  /bind source path does not exist/.test(engineError(error).failure.message);

const target = '/podrun/path';

const bind = (source: string, readOnly: boolean): object => ({
  Type: 'bind',
  Source: source,
  Target: target,
  ReadOnly: readOnly,
});

async function withHelper(
  session: Session,
  wish: HostPathWish,
  hostConfig: object,
  use: (id: string) => Promise<void>,
): Promise<void> {
  const id = await create(session, wish.name, helperBody(wish.image, wish.labels, ['true'], hostConfig));
  try {
    await use(id);
  } finally {
    await call(session.deadlines.changeMs, (abortSignal) =>
      session.docker.getContainer(id).remove({ force: true, v: true, abortSignal }),
    );
  }
}

/** The bits of Go's os.FileMode, above those of the permissions. */
function fileTypeOf(mode: number): FileType {
  const has = (bit: number): boolean => Math.floor(mode / 2 ** bit) % 2 === 1;
  if (has(31)) return 'directory';
  if (has(26)) return has(21) ? 'character device' : 'block device';
  if (has(24)) return 'socket';
  return has(25) || has(27) || has(19) ? 'other' : 'file';
}
