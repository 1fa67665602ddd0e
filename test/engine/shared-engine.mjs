import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers } from './api.mjs';
import { ensureBusyboxImage } from './busybox-image.mjs';
import { findEngine } from './find-engine.mjs';
import { folderOf, PrivateEngine } from './private-engine.mjs';
import { readCommand } from './processes.mjs';

/** The one private engine of this checkout; it is used by several runs at once, and the last one to go stops it. */
export const checkoutEngine = new PrivateEngine({ folder: folderOf(join(import.meta.dirname, '../..')) });

/** By its hand (`npm run engine -- start`): it stays until `stop`. */
const keepFile = join(checkoutEngine.folder, 'keep');
const usersFolder = join(checkoutEngine.folder, 'users');
const userFile = join(usersFolder, String(process.pid));

/**
 * The address of an engine that answers: the user's own, which is never stopped, or this checkout's private one.
 * @param {{ keep: boolean }} options Whether a private one outlives this process.
 */
export async function useEngine({ keep }) {
  const found = await findEngine();
  if (found !== undefined && found !== checkoutEngine.host) {
    await ensureBusyboxImage(found);
    return found;
  }
  mkdirSync(usersFolder, { recursive: true });
  writeFileSync(keep ? keepFile : userFile, '');
  await checkoutEngine.start();
  return checkoutEngine.host;
}

/** Says that this process needs the private engine no more; stops it when nobody does. */
export async function releaseEngine() {
  rmSync(userFile, { force: true });
  if (!existsSync(usersFolder) || existsSync(keepFile) || listUsers().length > 0) return;
  await checkoutEngine.remove();
}

/** Stops the private engine, and says whether there was one. */
export async function stopEngine() {
  const existed = existsSync(checkoutEngine.folder);
  if (existed) await checkoutEngine.remove();
  return existed;
}

/** What is there, in one line. */
export async function describeEngine() {
  if (await answers(checkoutEngine.host)) return `private engine: ${checkoutEngine.host} (pid ${checkoutEngine.pid})`;
  const found = await findEngine();
  return found === undefined ? 'no engine answers' : `an engine that is not ours: ${found}`;
}

function listUsers() {
  return readdirSync(usersFolder).filter((pid) => readCommand(Number(pid)) !== undefined);
}
