import { basename, dirname } from 'node:path';
import { watch } from 'chokidar';

/** How long a file must have kept its size before it counts as written: half-written files are not read. */
const writtenAfterMs = 100;

/**
 * Calls back when one of the files may have been written, made, replaced or removed. The folders are watched, not the
 * files: an editor replaces a file, and a file that is gone may come back.
 * @param paths absolute
 * @param ready the watch has begun: what was written before that is told by nobody
 * @returns ends the watch
 */
export function watchFiles(
  paths: readonly string[],
  changed: (path: string) => void,
  ready: () => void,
): () => Promise<void> {
  const wanted = new Set(paths);
  const folders = [...new Set(paths.map((path) => dirname(path)))];
  const watcher = watch(folders, {
    depth: 0,
    ignoreInitial: true,
    ignorePermissionErrors: true,
    awaitWriteFinish: { stabilityThreshold: writtenAfterMs, pollInterval: 20 },
    ignored: (path) => !folders.includes(path) && !wanted.has(path) && basename(path) !== '',
  });
  watcher.on('all', (_event, path) => {
    if (wanted.has(path)) changed(path);
  });
  watcher.on('ready', ready);
  watcher.on('error', () => {});
  return () => watcher.close();
}
