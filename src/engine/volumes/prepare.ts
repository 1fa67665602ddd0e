/**
 * Fresh volumes get their modes and first files from their Pod's infra as it starts: an archive that is put does the same,
 * but costs the engine more than the rest of the Pod's start (docs/engines.md#volumes).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { VolumeRoot } from '../../core/runtime/action.ts';
import { preparedMarkPath } from '../../core/spec/pod-volumes.ts';
import { packArchive } from './archive.ts';
import { call } from '../transport/call.ts';
import { engineError } from '../transport/failure.ts';
import type { Session } from '../session.ts';
import { statFile } from './stat.ts';

/** The first process of an infra: prepares, leaves a mark, then sleeps for ever. */
export function infraCommand(roots: readonly VolumeRoot[]): readonly string[] {
  const args = roots.flatMap(({ path, mode, gid = '', text }) => [
    text === undefined ? 'directory' : 'file',
    path,
    mode.toString(8),
    String(gid),
    text ?? '',
  ]);
  return ['sh', '-c', script, 'sh', ...args];
}

/**
 * $1 to $5 of each root: what it is, its path, its mode, its group, what it holds. An infra that is started again by hand
 * changes nothing. One that can't prepare sleeps all the same: {@link prepareVolumes} then fails, and says why.
 */
const script = `
prepare() {
  while [ $# -gt 0 ]; do
    { [ "$1" = directory ] || [ -e "$2" ] || printf %s "$5" >"$2"; } &&
      { [ -z "$4" ] || chown ":$4" "$2"; } &&
      chmod "$3" "$2" || return
    shift 5
  done
  true >${preparedMarkPath}
}
[ -e ${preparedMarkPath} ] || prepare "$@"
exec sleep 2147483647
`;

/** An infra is done some milliseconds after its start was answered; nothing tells when, so it is looked for so often. */
const looksAfterMs = [0, 2, 4, 8, 16, 32, 64, 128];

/** Waits for the infra's mark, and puts the roots itself where there is none in time. */
export async function prepareVolumes(session: Session, id: string, roots: readonly VolumeRoot[]): Promise<void> {
  for (const ms of looksAfterMs) {
    if (ms > 0) await sleep(ms);
    if (await isPrepared(session, id)) return;
  }
  await putRoots(session, id, [...roots, { path: preparedMarkPath, mode: 0o644, text: '' }]);
}

async function isPrepared(session: Session, id: string): Promise<boolean> {
  try {
    await statFile(session, id, preparedMarkPath);
    return true;
  } catch (error) {
    if (engineError(error).failure.kind === 'gone') return false;
    throw error;
  }
}

/**
 * Sets modes and writes files by an archive: a directory's entry in it changes the directory that is there.
 * @param roots as a container mounts them, whether it runs or not
 */
export async function putRoots(session: Session, id: string, roots: readonly VolumeRoot[]): Promise<void> {
  const entries = roots.map(({ path, mode, gid, text }) => ({
    name: path.replace(/^\/+/, ''),
    type: text === undefined ? ('directory' as const) : ('file' as const),
    mode,
    ...(gid === undefined ? {} : { gid }),
    ...(text === undefined ? {} : { body: text }),
  }));
  const archive = await packArchive(entries);
  await call(session.deadlines.changeMs, (abortSignal) =>
    session.docker.getContainer(id).putArchive(archive, { path: '/', abortSignal }),
  );
}
