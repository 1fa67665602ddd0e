/**
 * Volumes that only podrun writes to (pkg/volume/util/atomic_writer.go). A version is a directory of its own; `..data`
 * is a symlink to it that is switched by a rename, and each name that a container sees is a symlink through `..data`:
 * a reader has all of the old version or all of the new one.
 */
import type { ContentFile, VolumeContent } from '../../core/runtime/action.ts';
import { packArchive, unpackArchive } from './archive.ts';
import type { ArchiveEntry } from './archive.ts';
import { call } from '../transport/call.ts';
import { runInInfra } from '../containers/exec.ts';
import { engineError, failed } from '../transport/failure.ts';
import type { Session } from '../session.ts';

/**
 * Writes the volumes' new versions through a running infra, then shows them. Rejects with `noSandbox` when it does not run,
 * `refused` where a later version is shown: the engine may carry out a call long after it was given up, or its podrun died.
 */
export async function fillVolumes(session: Session, id: string, volumes: readonly VolumeContent[]): Promise<void> {
  const archive = await packArchive(volumes.flatMap(versionEntries));
  await call(session.deadlines.changeMs, (abortSignal) =>
    session.docker.getContainer(id).putArchive(archive, { path: '/', abortSignal }),
  );
  const args = volumes.flatMap(({ path, version, replaces = '' }) => [path, version, replaces]);
  await runInInfra(session, id, ['sh', '-c', showScript, 'sh', ...args]);
}

/** What the volumes hold now; one that was never filled is not among them. */
export async function readVolumes(
  session: Session,
  id: string,
  paths: readonly string[],
): Promise<readonly VolumeContent[]> {
  const contents = await Promise.all(paths.map((path) => readVolume(session, id, path)));
  return contents.filter((content) => content !== undefined);
}

async function readVolume(session: Session, id: string, path: string): Promise<VolumeContent | undefined> {
  const entries = await getArchive(session, id, path);
  // Its names begin with the directory's own.
  const inside = entries.map((entry) => ({ ...entry, name: entry.name.replace(/^[^/]*\//, '') }));
  const version = inside.find(({ name, linkname }) => name === '..data' && linkname !== undefined)?.linkname;
  if (version === undefined) return undefined;
  const prefix = `${version}/`;
  const files = inside
    .filter(({ name, type }) => type === 'file' && name.startsWith(prefix))
    .map(({ name, mode, body }) => toFile(name.slice(prefix.length), mode, body));
  return { path, version, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

async function getArchive(session: Session, id: string, path: string) {
  try {
    const stream = await call(session.deadlines.changeMs, (abortSignal) =>
      session.docker.getContainer(id).getArchive({ path, abortSignal }),
    );
    return await unpackArchive(stream);
  } catch (error) {
    const { kind, message } = engineError(error).failure;
    throw kind === 'gone' ? failed('noSandbox', message) : error;
  }
}

function toFile(path: string, mode: number, body: Buffer): ContentFile {
  const text = body.toString('utf8');
  return Buffer.from(text).equals(body) ? { path, mode, text } : { path, mode, base64: body.toString('base64') };
}

function versionEntries({ path, version, files, gid }: VolumeContent): readonly ArchiveEntry[] {
  const root = `${path.replace(/^\/+/, '')}/${version}`;
  const owner = gid === undefined ? {} : { gid };
  const folders = new Set(files.flatMap((file) => parents(file.path)));
  const directory = (name: string): ArchiveEntry => ({ name, type: 'directory', mode: 0o755, ...owner });
  return [
    directory(root),
    ...[...folders].toSorted().map((folder) => directory(`${root}/${folder}`)),
    ...files.map((file): ArchiveEntry => ({
      name: `${root}/${file.path}`,
      type: 'file',
      mode: file.mode,
      body: file.base64 === undefined ? (file.text ?? '') : Buffer.from(file.base64, 'base64'),
      ...owner,
    })),
  ];
}

/** `a/b/c` is in `a` and `a/b`. */
function parents(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}

/**
 * For each volume its path, its new version and the one that this is known to follow. A user's name may begin with one
 * dot; what begins with two is ours. A pattern that nothing matches stands for itself, and is no file. Versions are in the
 * order of their names: what is later is neither replaced nor cleared away, for its own script may be about to show it.
 */
const showScript = `
set -e
late=
while [ $# -gt 0 ]; do
  cd "$1"
  new=$2
  old=$3
  shift 3
  shown=$(readlink ..data || true)
  if [ "$shown" \\> "$new" ] && [ "$shown" != "$old" ]; then
    rm -rf "./$new"
    late=1
    continue
  fi
  ln -sfn "$new" ..data_tmp
  mv -fT ..data_tmp ..data
  for file in "$new"/* "$new"/.[!.]*; do
    name=\${file##*/}
    if [ -e "$file" ] && [ ! -L "$name" ]; then ln -sn "..data/$name" "$name"; fi
  done
  for name in * .[!.]*; do
    if [ -L "$name" ] && [ ! -e "$name" ]; then rm -f "./$name"; fi
  done
  for name in ..[!.]*; do
    case $name in
      ..data | "$new") ;;
      "$old") rm -rf "./$name" ;;
      *) [ "$name" \\> "$new" ] || rm -rf "./$name" ;;
    esac
  done
done
[ -z "$late" ] || { echo "a later version is there"; exit 5; }
`;
