import { createHash } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where podrun keeps what may vanish at any moment: `$XDG_STATE_HOME/podrun`, else `~/.local/state/podrun`. */
export function stateRoot(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const state = env['XDG_STATE_HOME'];
  return join(state !== undefined && state.startsWith('/') ? state : join(home, '.local', 'state'), 'podrun');
}

/**
 * The folder of one project on one engine, which may not be there. Its name is a hash: a socket's path has no room for a
 * long project name. Throws a {@link StateFolderError} where it has none for a short one either.
 */
export function projectPath(root: string, engineId: string, project: string): string {
  const hash = createHash('sha256').update(`${engineId}\n${project}`).digest('hex').slice(0, 16);
  const folder = join(root, hash);
  if (Buffer.byteLength(socketPath(folder)) > longestSocketPath)
    throw new StateFolderError(
      `the state folder ${root} has too long a path for a socket: set XDG_STATE_HOME to a shorter one`,
    );
  return folder;
}

/** The same, made if need be, for the user alone. Rejects with a {@link StateFolderError}. */
export async function projectFolder(root: string, engineId: string, project: string): Promise<string> {
  const folder = projectPath(root, engineId, project);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StateFolderError(`the state folder cannot be made: ${(error as Error).message}`);
  }
  return folder;
}

/** The state folder cannot be used; the message says why, and what to do. */
export class StateFolderError extends Error {}

/** A socket's address has room for 103 bytes on every system; a new one has 13 more until it is put in its place. */
const longestSocketPath = 90;

export const socketPath = (folder: string): string => join(folder, 'control.sock');
export const probesPath = (folder: string): string => join(folder, 'probes.json');
export const eventsPath = (folder: string): string => join(folder, 'events.json');

/** The folders of all projects that a podrun of this user has kept state of. */
export async function projectFolders(root: string): Promise<readonly string[]> {
  const names = await readdir(root).catch(() => []);
  return names.map((name) => join(root, name));
}
