import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';

export interface FolderWatch {
  /**
   * The folders to watch from now on, each without those in it.
   * @returns whether some of them were not watched until now: what was written there before is told by nobody
   */
  follow(folders: ReadonlySet<string>): Promise<boolean>;
  /** Why some folder cannot be watched; unset while all are. */
  readonly trouble: string | undefined;
  close(): void;
}

/**
 * Calls back when something in one of the folders may have been written, made or removed. One watch serves a folder
 * with all its files, so a tree costs as many as it has folders (chokidar takes one for each file as well).
 */
export function watchFolders(changed: () => void): FolderWatch {
  /** By path; `of` tells a folder from another that was made in its place. */
  const watchers = new Map<string, { readonly of: string; readonly watcher: FSWatcher }>();
  let trouble: string | undefined;
  let closed = false;

  function begin(folder: string, of: string): boolean {
    try {
      const watcher = watch(folder, changed);
      watchers.set(folder, { of, watcher });
      watcher.on('error', () => end(folder));
      return true;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') trouble = code === 'ENOSPC' ? 'the system’s limit of inotify watches is reached' : code;
      return false;
    }
  }

  function end(folder: string): void {
    watchers.get(folder)?.watcher.close();
    watchers.delete(folder);
  }

  return {
    async follow(folders) {
      const found = await Promise.all([...folders].map(async (folder) => [folder, await identityOf(folder)] as const));
      if (closed) return false;
      trouble = undefined;
      const wanted = new Map(found);
      for (const [folder, { of }] of watchers) if (wanted.get(folder) !== of) end(folder);
      const fresh = found.filter(([folder, of]) => of !== undefined && !watchers.has(folder));
      return fresh.map(([folder, of = '']) => begin(folder, of)).includes(true);
    },
    get trouble() {
      return trouble;
    },
    close() {
      closed = true;
      for (const folder of [...watchers.keys()]) end(folder);
    },
  };
}

async function identityOf(folder: string): Promise<string | undefined> {
  return stat(folder).then(
    ({ ino, birthtimeMs }) => `${ino} ${birthtimeMs}`,
    () => undefined,
  );
}
