import { isUtf8 } from 'node:buffer';
import { readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A file's text, or why it cannot be read. */
export type FileText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** More than any manifest; a larger file is refused before it is read. */
const largestBytes = 64 * 1024 * 1024;

const tooLarge = `it is larger than ${largestBytes / 1024 / 1024} MiB`;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a text file. What is no file, too large or not UTF-8 is told, not thrown. */
export async function readText(path: string): Promise<FileText> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return { ok: false, message: 'it is a folder, not a file' };
    if (stats.size > largestBytes) return { ok: false, message: tooLarge };
    return textOf(await readFile(path));
  } catch (error) {
    return { ok: false, message: readProblem(error) };
  }
}

/** Writes a text file, over another one only when told to; the answer says why it cannot be written. */
export async function writeText(path: string, text: string, over: boolean): Promise<string | undefined> {
  try {
    await writeFile(path, text, { flag: over ? 'w' : 'wx' });
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return 'it is there already';
    if (code === 'EACCES' || code === 'EROFS') return 'permission denied';
    return error instanceof Error ? error.message : String(error);
  }
}

/** Bytes as text, without a byte order mark; or why they are none. */
export function textOf(bytes: Buffer): FileText {
  if (bytes.length > largestBytes) return { ok: false, message: tooLarge };
  if (isUtf16(bytes)) return { ok: false, message: 'it is UTF-16 text: save it as UTF-8' };
  if (!isUtf8(bytes)) return { ok: false, message: 'it is not UTF-8 text' };
  return { ok: true, text: utf8.decode(bytes) };
}

/** A manifest begins with ASCII: in UTF-16 that is a mark of the byte order, or every other byte is zero. */
function isUtf16([first, second, third, fourth]: Buffer): boolean {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return first === 0 ? second !== 0 && third === 0 : second === 0 && third !== 0 && fourth === 0;
}

/** What a file holds: text, or in base64 what is no UTF-8, or why it cannot be read. Not a byte is left out. */
export async function readContent(
  path: string,
): Promise<string | { readonly base64: string } | { readonly problem: string }> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return { problem: 'it is a folder, not a file' };
    if (stats.size > largestBytes) return { problem: tooLarge };
    const bytes = await readFile(path);
    return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };
  } catch (error) {
    return { problem: readProblem(error) };
  }
}

/** The first of the names that exists in the folder or the nearest parent that has one. */
export async function findUpwards(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (let dir = folder; ; dir = dirname(dir)) {
    for (const name of names) if (await exists(join(dir, name))) return join(dir, name);
    if (dirname(dir) === dir) return undefined;
  }
}

/** The manifests of a folder, sorted by name. */
export async function manifestsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /\.(ya?ml|json)$/.test(name) && !name.startsWith('.'))
    .toSorted()
    .map((name) => join(folder, name));
}

/**
 * The path by the folder's own name, however the folder was reached: through no symlink (on macOS /tmp is one). The file
 * itself may be one, and stays where it is.
 */
export async function placeInFolder(path: string): Promise<string> {
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  return join(folder, basename(path));
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** The names in a folder, sorted; none where there is no such folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).toSorted();
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function readProblem(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'it cannot be read: permission denied';
  return error instanceof Error ? error.message : String(error);
}
