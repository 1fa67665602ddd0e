/** Reads the files that `onChange` rules name, and again when one of them may have changed. */
import { dirname, relative } from 'node:path';
import { watchedKey } from '../core/state/files.ts';
import { allWatched } from '../core/sync/on-change.ts';
import type { Files, Listing, Watched } from '../core/state/files.ts';
import { readIgnore } from '../engine/build/ignore-file.ts';
import type { Project } from '../model/project.ts';
import { readTree } from '../platform/tree.ts';
import type { PrintCache } from '../platform/tree.ts';
import { watchFolders } from '../platform/watch-folders.ts';
import type { World } from './world.ts';

/** An edit is often several writes: they are read together, once it has been quiet for so long. */
const quietMs = 100;
/** Files that never rest are read all the same. */
const longestWaitMs = 1_000;
/** Where the system cannot watch all of them. */
const lookEveryMs = 2_000;

export interface FilesListener {
  /** They are read, and others than before. */
  read(files: Files): void;
  /** Something of them is left out, or is not watched; each is told once. */
  problem(text: string): void;
}

export interface FilesFollower {
  /** The files of this project from now on. */
  follow(project: Project): void;
  /** These as well, where edits are followed: what builds have failed of. */
  alsoFollow(contexts: readonly Watched[]): void;
  close(): void;
}

/** @param watched false: they are read once for each project */
export function followFiles(world: World, watched: boolean, listener: FilesListener): FilesFollower {
  const { clock } = world;
  const caches = new Map<string, PrintCache>();
  const told = new Set<string>();
  let ofRules: readonly Watched[] = [];
  let ofBuilds: readonly Watched[] = [];
  let wanted: readonly Watched[] = [];
  let files: Files = new Map();
  let reading = false;
  let again = false;
  let ended = false;
  let dirtySinceMs: number | undefined;
  let cancel = () => {};
  const watch = watchFolders(hint);

  function hint(): void {
    if (ended) return;
    const nowMs = clock.nowMs();
    dirtySinceMs ??= nowMs;
    cancel();
    cancel = clock.at(Math.min(nowMs + quietMs, dirtySinceMs + longestWaitMs), () => void read());
  }

  async function read(): Promise<void> {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    do {
      again = false;
      dirtySinceMs = undefined;
      await readOnce();
    } while (again && !ended);
    reading = false;
  }

  async function readOnce(): Promise<void> {
    const of = wanted;
    const next = new Map<string, Listing>();
    const folders = new Set<string>();
    for (const each of of) {
      const key = watchedKey(each);
      const cache: PrintCache = caches.get(key) ?? new Map<never, never>();
      caches.set(key, cache);
      // The folder itself, and whether it is there.
      folders.add(dirname(each.path));
      // What is missing of a build's context was told by the builder.
      const tree = await readWatched(each, cache, ofRules.includes(each) ? tell : () => {});
      for (const folder of tree.folders) folders.add(folder);
      next.set(key, sameOr(files.get(key), tree.prints));
    }
    if (ended || of !== wanted) return;
    const isNew = [...next].some(([key, listing]) => files.get(key) !== listing) || next.size !== files.size;
    files = next;
    if (isNew) listener.read(files);
    if (watched) await follow(folders);
  }

  async function follow(folders: ReadonlySet<string>): Promise<void> {
    again ||= await watch.follow(folders);
    if (watch.trouble === undefined || ended) return;
    tell(
      `not all files of onChange can be watched (${watch.trouble}): they are looked at every ${lookEveryMs / 1000} s`,
    );
    cancel();
    cancel = clock.at(clock.nowMs() + lookEveryMs, () => void read());
  }

  function want(): void {
    wanted = [...new Map([...ofBuilds, ...ofRules].map((each) => [watchedKey(each), each])).values()];
    if (wanted.length > 0 || files.size > 0) void read();
  }

  function tell(text: string): void {
    if (!told.has(text)) listener.problem(text);
    told.add(text);
  }

  return {
    follow(project) {
      ofRules = allWatched(project);
      want();
    },
    alsoFollow(contexts) {
      if (!watched || contexts.map(watchedKey).join() === ofBuilds.map(watchedKey).join()) return;
      ofBuilds = contexts;
      want();
    },
    close() {
      ended = true;
      cancel();
      watch.close();
    },
  };
}

/** Reads them once. */
export async function readFiles(project: Project): Promise<Files> {
  const trees = allWatched(project).map(async (each) => {
    const { prints } = await readWatched(each, new Map(), () => {});
    return [watchedKey(each), prints] as const;
  });
  return new Map(await Promise.all(trees));
}

/** What was listed before where nothing differs: an object that is the same tells so at once. */
function sameOr(before: Listing | undefined, now: Listing): Listing {
  const isSame = before?.size === now.size && [...now].every(([file, print]) => before.get(file) === print);
  return isSame ? before : now;
}

/** Without what .dockerignore leaves out and without .git; what a rule names itself is never left out. */
async function readWatched(
  { path, ignoredBy }: Watched,
  cache: PrintCache,
  tell: (text: string) => void,
): ReturnType<typeof readTree> {
  const ignore = await readIgnore(ignoredBy).catch(() => noIgnore);
  const prefix = relative(ignoredBy, path);
  const pathOf = (inside: string): string => (prefix === '' ? inside : `${prefix}/${inside}`);
  const rules = prefix !== '' && ignore.ignores(prefix) ? noIgnore : ignore;
  return readTree(path, cache, {
    skips: (inside, isFolder) =>
      /(^|\/)\.git$/.test(inside) || (rules.ignores(pathOf(inside)) && !(isFolder && rules.hasExceptions)),
    problem: (at, message) => tell(`onChange: ${at}: ${message}: it is left out`),
  });
}

const noIgnore = { ignores: () => false, hasExceptions: false };
