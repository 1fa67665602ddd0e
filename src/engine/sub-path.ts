/**
 * A subPath never leaves its volume, whatever symlinks a container plants there (ENGINE.md section 7, way A).
 * At the create the path is made and resolved inside the infra, which mounts the volume and trusts nobody, and the
 * container gets the resolved path. Around the start all who could change it are paused and the resolved path is shown
 * to hold no symlink, so the engine, who resolves it on its machine, can only come to the same place.
 */
import type Docker from 'dockerode';
import { posix } from 'node:path';
import type { LaunchMount, SubPathGuard } from '../core/action.ts';
import { call } from './call.ts';
import { bindOptions, volumeBody } from './mounts.ts';
import type { MountBody } from './mounts.ts';
import { runInInfra } from './exec.ts';
import { engineError, failed } from './failure.ts';
import { hasVolumeSubpath } from './session.ts';
import type { Session } from './session.ts';

/**
 * Makes the directories that mounts with a subPath need, and gives for each mount what the container is created with.
 * Rejects with `noSandbox` when the infra does not run, `refused` when a path leaves its volume or cannot be made.
 */
export async function subPathMounts(
  session: Session,
  infraId: string,
  mounts: readonly LaunchMount[],
): Promise<ReadonlyMap<LaunchMount, MountBody>> {
  if (mounts.length === 0) return new Map();
  const infra = await inspect(session, infraId, true);
  const bodies = mounts.map(async (mount) => [mount, await subPathMount(session, infra, mount)] as const);
  return new Map(await Promise.all(bodies));
}

/**
 * Runs the start of a container while nobody can change where its subPaths lead.
 * Rejects with `refused`, without a start, when one does not lead inside its volume any more.
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
  await session.pauses.during(guard.pauseIds, async () => {
    for (const { root, path } of checks) {
      await runScript(session, infra.Id, verifyScript, [root, path], `subPath ${JSON.stringify(path)}`);
    }
    await start();
  });
}

async function subPathMount(
  session: Session,
  infra: Docker.ContainerInspectInfo,
  mount: LaunchMount,
): Promise<MountBody> {
  const subPath = mount.subPath ?? '';
  const what = `subPath ${JSON.stringify(subPath)} of ${JSON.stringify(mount.source)}`;
  if (posix.isAbsolute(subPath) || subPath.split('/').includes('..')) {
    throw failed('refused', `failed to prepare ${what}: it must be relative and without ".."`);
  }
  const held = infra.Mounts.find((candidate) => isSourceOf(candidate, mount));
  if (held === undefined) {
    throw failed('refused', `failed to prepare ${what}: the Pod's infra does not mount that volume`);
  }
  const path = await runScript(session, infra.Id, resolveScript, [held.Destination, subPath], what);
  if (mount.kind === 'volume' && hasVolumeSubpath(session)) return volumeBody(mount, path);
  const common = { Target: mount.target, ReadOnly: mount.readOnly };
  return { ...common, Type: 'bind', Source: posix.join(held.Source, path), ...bindOptions(session, mount) };
}

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
    throw failed('refused', `failed to prepare subPath: the Pod's infra mounts nothing at ${root}`);
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
  what: string,
): Promise<string> {
  try {
    const output = await runInInfra(session, infraId, ['sh', '-c', script, 'sh', ...args]);
    return output.replace(/\/\n$/, '');
  } catch (error) {
    const { kind, message } = engineError(error).failure;
    throw failed(kind, `failed to prepare ${what}: ${message}`);
  }
}

/**
 * $1 the volume's root, $2 the path below it. Steps down one part at a time, makes what is missing (with the root's
 * mode, as the kubelet does) only where it stands, and never goes on from outside the root. A working directory cannot
 * be swapped under the one who stands in it, so each check holds. Writes the path without symlinks, and `/` as its end:
 * `$(...)` drops line ends, so a name that ends in one would pass for another.
 */
const resolveScript = `
set -f
out() { echo "it leads outside of the volume"; exit 5; }
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
