/** Files in and out of a container by the engine's archives: it needs no tar in the container, which may be stopped. */
import type { Readable } from 'node:stream';
import { EngineError } from '../port.ts';
import type { PathStat } from '../port.ts';
import type { Session } from '../session.ts';
import { call } from '../transport/call.ts';
import { statFile } from '../volumes/stat.ts';

export async function statPath(
  session: Session,
  id: string,
  path: string,
  follows = mostLinks,
): Promise<PathStat | undefined> {
  const found = await statFile(session, id, path).catch(unlessGone);
  if (found === undefined) return undefined;
  if (found.linkTarget === '') return { path, isFolder: Math.floor(found.mode / goFolder) % 2 === 1 };
  return follows === 0 ? undefined : statPath(session, id, found.linkTarget, follows - 1);
}

/** A stream that grows slowly is no silence, so these have no deadline but the session's end. */
export async function readPath({ docker, deadlines, closed }: Session, id: string, path: string): Promise<Readable> {
  const stream = (await call(deadlines.changeMs, (abortSignal) =>
    docker.getContainer(id).getArchive({ path, abortSignal }),
  )) as Readable;
  closed.addEventListener('abort', () => stream.destroy(), { once: true });
  return stream;
}

export async function writePath({ docker }: Session, id: string, folder: string, tar: Readable): Promise<void> {
  await call(longestCopyMs, (abortSignal) =>
    docker.getContainer(id).putArchive(tar, { path: folder, noOverwriteDirNonDir: '1', abortSignal }),
  );
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof EngineError) || error.failure.kind !== 'gone') throw error;
}

/** The highest bit of Go's os.FileMode. */
const goFolder = 2 ** 31;
const mostLinks = 40;
const longestCopyMs = 24 * 60 * 60 * 1000;
