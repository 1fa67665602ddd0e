/**
 * A subPath never leaves its volume, whatever symlinks a container plants there (docs/decisions/sub-path.md).
 * At the create the path is made and resolved inside the infra, which mounts the volume and runs nothing of the user's, and
 * the container gets the resolved path. Around the start every container that could change the path is paused, and the
 * infra checks that it holds no symlink: the engine, which resolves it again on its machine, then comes to the same place.
 */
import type Docker from 'dockerode';
import { posix } from 'node:path';
import type { LaunchMount, SubPathGuard } from '../../core/runtime/action.ts';
import { label } from '../../core/runtime/labels.ts';
import { call } from '../transport/call.ts';
import { bindOptions, volumeBody } from './mounts.ts';
import type { MountBody } from './mounts.ts';
import { runInInfra } from '../containers/exec.ts';
import { engineError, failed } from '../transport/failure.ts';
import type { EngineError } from '../port.ts';
import { hasVolumeSubpath } from '../session.ts';
import type { Session } from '../session.ts';

/**
 * Makes the directories that mounts with a subPath need, and gives for each mount what the container is created with.
 * Rejects with `noSandbox` when the infra does not run, `config` when a path leaves its volume or cannot be made, and
 * `refused` when an image does not have it.
 * @param container the name in the Pod, for messages
 */
export async function subPathMounts(
  session: Session,
  infraId: string,
  container: string,
  mounts: readonly LaunchMount[],
): Promise<ReadonlyMap<LaunchMount, MountBody>> {
  if (mounts.length === 0) return new Map();
  const infra = await inspect(session, infraId, true);
  const bodies = mounts.map(async (mount) => [mount, await subPathMount(session, infra, container, mount)] as const);
  return new Map(await Promise.all(bodies));
}

/**
 * Runs the start of a container while nobody can change where its subPaths lead.
 * Rejects with `config`, without a start, when one does not lead inside its volume any more.
 */
export async function guarded(
  session: Session,
  id: string,
  guard: SubPathGuard,
  start: () => Promise<void>,
): Promise<void> {
  const [container, infra] = await Promise.all([inspect(session, id, false), inspect(session, guard.infraId, true)]);
  const checks = guard.roots.flatMap((root) => boundPaths(container, infra, root));
  if (checks.length === 0) return start();
  const name = container.Config.Labels[label.containerName] ?? '';
  await session.pauses.during(guard.pauseIds, async () => {
    for (const { root, path } of checks) {
      const mount = { container: name, volume: posix.basename(root) };
      await runScript(session, infra.Id, verifyScript, [root, path], mount);
    }
    await start();
  });
}

async function subPathMount(
  session: Session,
  infra: Docker.ContainerInspectInfo,
  container: string,
  mount: LaunchMount,
): Promise<MountBody> {
  const { subPath = '', volume = '', ofImage } = mount;
  const named = { container, volume, ...(ofImage === undefined ? {} : { ofImage: subPath }) };
  if (posix.isAbsolute(subPath) || subPath.split('/').includes('..'))
    throw unprepared(named, 'it must be relative and without ".."');
  const held = infra.Mounts.find((candidate) => isSourceOf(candidate, mount));
  if (held === undefined) throw unprepared(named, "the Pod's infra does not mount that volume");
  const make = ofImage === true ? '' : 'make';
  const path = await runScript(session, infra.Id, resolveScript, [held.Destination, subPath, make], named);
  if (mount.kind === 'volume' && hasVolumeSubpath(session)) return volumeBody(mount, path);
  const common = { Target: mount.target, ReadOnly: mount.readOnly };
  return { ...common, Type: 'bind', Source: posix.join(held.Source, path), ...bindOptions(session, mount) };
}

/** A volumeMount as messages name it. */
interface NamedMount {
  readonly container: string;
  readonly volume: string;
  /** The subPath, where the volume is an image's. */
  readonly ofImage?: string;
}

/**
 * In the kubelet's words, which keep back why (kubelet_pods.go makeMounts); an image's subPath is mounted by the runtime,
 * so the kubelet sees the create fail.
 */
function unprepared({ container, volume, ofImage }: NamedMount, why: string): EngineError {
  const of = `volumeMount ${JSON.stringify(volume)} of container ${JSON.stringify(container)}`;
  if (ofImage !== undefined)
    return failed('refused', `failed to mount subPath ${JSON.stringify(ofImage)} for ${of}: ${why}`);
  const verb = why.startsWith(mkdirError) ? 'create subPath directory' : 'prepare subPath';
  return failed('config', `failed to ${verb} for ${of}`, why);
}

/** How busybox begins the line that says why it made no directory. */
const mkdirError = 'mkdir: ';

function isSourceOf(candidate: Docker.ContainerInspectInfo['Mounts'][number], mount: LaunchMount): boolean {
  if (candidate.Type !== mount.kind) return false;
  if (mount.kind === 'volume') return candidate.Name === mount.source;
  return posix.join(candidate.Source, '/') === posix.join(mount.source, '/');
}

/** The paths below what the infra mounts at `root` that the container binds from the engine's machine. */
function boundPaths(
  container: Docker.ContainerInspectInfo,
  infra: Docker.ContainerInspectInfo,
  root: string,
): readonly { readonly root: string; readonly path: string }[] {
  const held = infra.Mounts.find((mount) => mount.Destination === root);
  if (held === undefined)
    throw failed('config', `failed to prepare subPath: the Pod's infra mounts nothing at ${root}`);
  const prefix = posix.join(held.Source, '/');
  return container.Mounts.filter((mount) => mount.Type === 'bind' && mount.Source.startsWith(prefix)).map((mount) => ({
    root,
    path: mount.Source.slice(prefix.length),
  }));
}

async function inspect(session: Session, id: string, isInfra: boolean): Promise<Docker.ContainerInspectInfo> {
  try {
    return await call(session.deadlines.lookMs, (abortSignal) =>
      session.docker.getContainer(id).inspect({ abortSignal }),
    );
  } catch (error) {
    const { kind, message } = engineError(error).failure;
    throw isInfra && kind === 'gone' ? failed('noSandbox', message) : error;
  }
}

/** Runs one of the scripts below in the infra. @returns what it wrote, without the end mark */
async function runScript(
  session: Session,
  infraId: string,
  script: string,
  args: readonly string[],
  mount: NamedMount,
): Promise<string> {
  try {
    const output = await runInInfra(session, infraId, ['sh', '-c', script, 'sh', ...args]);
    return output.replace(/\/\n$/, '');
  } catch (error) {
    const { kind, message } = engineError(error).failure;
    throw kind === 'refused' ? unprepared(mount, message) : error;
  }
}

/**
 * $1 the volume's root, $2 the path below it, $3 whether to make what is missing. Steps down one part at a time, makes
 * what is missing (with the root's mode, as the kubelet does) only where it stands, and never goes on from outside the
 * root. A working directory cannot be swapped under the one who stands in it, so each check holds. Writes the path without symlinks, and `/` as its end:
 * `$(...)` drops line ends, so a name that ends in one would pass for another.
 */
const resolveScript = `
set -f
out() { echo "it leads outside of the volume or nowhere"; exit 5; }
cd -P "$1" || exit 4
root=$(pwd -P)
umask "$(printf %o $((0777 & ~0$(stat -c %a .))))"
rest=$2
while [ -n "$rest" ]; do
  part=\${rest%%/*}
  case $rest in */*) rest=\${rest#*/} ;; *) rest= ;; esac
  case $part in ''|.) continue ;; esac
  if [ -z "$rest" ] && [ -e "./$part" ] && [ ! -d "./$part" ]; then
    file=$(readlink -f "./$part"; echo /)
    case $file in "$root"/*) ;; *) out ;; esac
    file=\${file#"$root"/}
    case \${file%"
/"} in *"
"*) echo "a line break in a name"; exit 5 ;; esac
    echo "\${file%"
/"}/"
    exit 0
  fi
  [ -e "./$part" ] || [ ! -L "./$part" ] || out
  [ -e "./$part" ] || [ -n "$3" ] || { echo "it is not there"; exit 4; }
  [ -e "./$part" ] || mkdir "./$part" 2>/dev/null || [ -d "./$part" ] || { mkdir "./$part"; exit 4; }
  cd -P "./$part" || exit 4
  case $(pwd -P)/ in "$root"/*) ;; *) out ;; esac
done
here=$(pwd -P; echo /)
here=\${here%"
/"}
case $here in *"
"*) echo "a line break in a name"; exit 5 ;; esac
[ "$here" = "$root" ] || echo "\${here#"$root"/}/"
`;

/** $1 the volume's root, $2 a resolved path below it: every part must be there and none may be a symlink. */
const verifyScript = `
set -f
cd -P "$1" || exit 4
rest=$2
while [ -n "$rest" ]; do
  part=\${rest%%/*}
  case $rest in */*) rest=\${rest#*/} ;; *) rest= ;; esac
  [ -n "$part" ] || continue
  if [ -L "./$part" ]; then echo "a symlink was put in its place"; exit 5; fi
  if [ ! -e "./$part" ]; then echo "it was removed"; exit 5; fi
  [ -n "$rest" ] || exit 0
  cd -P "./$part" || exit 4
done
`;
