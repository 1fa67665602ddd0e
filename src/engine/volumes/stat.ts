import type { IncomingMessage } from 'node:http';
import { call } from '../transport/call.ts';
import type { Session } from '../session.ts';

export interface FileStat {
  /** As Go's os.FileMode. */
  readonly mode: number;
  readonly size: number;
  /** Where a symlink leads, whole and inside the container's root (moby, archive_operations.go); else ''. */
  readonly linkTarget: string;
}

/**
 * What stands at a path of a container, mounts included, whether it runs or not. Far cheaper than the file itself, for
 * which the engine starts a process of its own. Rejects with `gone` where there is nothing.
 */
export async function statFile(session: Session, id: string, path: string): Promise<FileStat> {
  const answer = (await call(session.deadlines.lookMs, (abortSignal) =>
    session.docker.getContainer(id).infoArchive({ path, abortSignal }),
  )) as IncomingMessage;
  answer.resume();
  const header = answer.headers['x-docker-container-path-stat'];
  const text = Buffer.from(String(header ?? ''), 'base64').toString('utf8');
  return JSON.parse(text) as FileStat;
}
