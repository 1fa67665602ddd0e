/**
 * A podrun in the background leaves a note of itself while it has the project's lock, and takes it away as it ends: a
 * note that stays where nobody has the lock tells of one that has died.
 */
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owner } from './control.ts';

const notePath = (folder: string): string => join(folder, 'background.json');

export async function noteBackground(folder: string, { pid, dir, startedAt }: Owner): Promise<void> {
  await writeFile(notePath(folder), JSON.stringify({ pid, dir, startedAt }), { mode: 0o600 });
}

/** It is alive; never rejects. */
export async function noteAlive(folder: string, nowMs: number): Promise<void> {
  await utimes(notePath(folder), nowMs / 1000, nowMs / 1000).catch(() => {});
}

export const removeNote = (folder: string): Promise<void> => rm(notePath(folder), { force: true });

export interface DeadBackground extends Pick<Owner, 'pid' | 'dir' | 'startedAt'> {
  /** When it was last seen to be alive. */
  readonly aliveAtMs: number;
}

/**
 * The note that a background podrun left; undefined where there is none, or one that podrun did not write. Only to be
 * asked for where nobody has the lock: one that lives has a note as well.
 */
export async function deadBackground(folder: string): Promise<DeadBackground | undefined> {
  try {
    const path = notePath(folder);
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const { pid, dir, startedAt } = JSON.parse(text) as Owner;
    return { pid, dir, startedAt, aliveAtMs: mtimeMs };
  } catch {
    return undefined;
  }
}
