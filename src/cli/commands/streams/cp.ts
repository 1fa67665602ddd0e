import { lstat } from 'node:fs/promises';
import { basename, join, posix, resolve } from 'node:path';
import type { Engine } from '../../../engine/port.ts';
import { isFolder } from '../../../platform/files.ts';
import { packTree } from '../../../platform/pack-tree.ts';
import { unpackTree } from '../../../platform/unpack-tree.ts';
import type { World } from '../../../run/world.ts';
import { CommandError, exitCode } from '../../exit-code.ts';
import type { GlobalOptions } from '../../options/global-options.ts';
import { readFileSpec } from '../../options/file-spec.ts';
import { openTarget, refusal } from '../../reading/open-target.ts';
import { chooseContainer, newestInstance } from '../../reading/pod-target.ts';

export interface CpOptions extends GlobalOptions {
  readonly source: string;
  readonly destination: string;
  readonly container?: string | undefined;
  readonly preserve: boolean;
  readonly namespace: string;
}

/** Copies files between this machine and a container, running or not, with modes, times and symlinks. */
export async function cp(world: World, options: CpOptions): Promise<number> {
  const [from, to] = [readFileSpec(options.source), readFileSpec(options.destination)];
  if (from.pod !== undefined && to.pod !== undefined)
    throw usage('one of src or dest must be a local file specification');
  if (from.path === '' || to.path === '') throw usage('filepath can not be empty');
  const remote = from.pod === undefined ? to : from;
  if (remote.pod === undefined) throw usage('one of src or dest must be a remote file specification');
  const local = resolve(world.cwd, from.pod === undefined ? from.path : to.path);
  if (from.pod === undefined && (await lstat(local).catch(() => undefined)) === undefined)
    throw new CommandError(exitCode.failed, `${from.path} doesn't exist in local filesystem`);
  const namespace = remote.namespace ?? options.namespace;
  const { engine, pod } = await openTarget(world, { ...options, namespace }, remote.pod);
  const name = chooseContainer(world, pod, options.container);
  const { container } = newestInstance(pod, name);
  const path = posix.join('/', remote.path);
  try {
    if (from.pod === undefined) await copyTo(world, engine, { id: container.id, path, local, ...options });
    else await copyFrom(world, engine, { id: container.id, path, local });
    return exitCode.done;
  } catch (error) {
    throw isFileError(error) ? new CommandError(exitCode.failed, error.message) : refusal(error);
  } finally {
    engine.close();
  }
}

interface Copy {
  readonly id: string;
  /** Absolute. */
  readonly path: string;
  readonly local: string;
}

/** Into a folder that is there, else under the path's own name. */
async function copyTo(world: World, engine: Engine, { id, path, local, preserve }: Copy & { preserve: boolean }) {
  const there = await engine.statPath(id, path);
  const to = there?.isFolder === true ? posix.join(there.path, basename(local)) : (there?.path ?? path);
  const tar = packTree(local, {
    name: posix.basename(to),
    umask: preserve ? 0 : 0o022,
    ...(preserve ? {} : { owner: { uid: 0, gid: 0 } }),
    skipped: (each) => warn(world, `skipping ${each}: it is no file, folder or symlink`),
  });
  const broken = new Promise<never>((_resolve, reject) => tar.once('error', reject));
  await Promise.race([engine.writePath(id, posix.dirname(to), tar), broken]);
}

/** A folder's content into the target, as kubectl; a file under the target's name, or into it where that is a folder. */
async function copyFrom(world: World, engine: Engine, { id, path, local }: Copy): Promise<void> {
  const there = await engine.statPath(id, path);
  if (there === undefined)
    throw new CommandError(exitCode.failed, `${path}: no such file or directory in the container`);
  const target = !there.isFolder && (await isFolder(local)) ? join(local, posix.basename(path)) : local;
  await unpackTree(await engine.readPath(id, there.path), target, (name, why) =>
    warn(world, `skipping ${name}: ${why}`),
  );
}

const warn = (world: World, text: string): void => void world.stderr.write(`podrun: warning: ${text}\n`);

const usage = (message: string): CommandError => new CommandError(exitCode.usage, message);

/** Of this machine's files: no permission, no space. */
const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'path' in error;
