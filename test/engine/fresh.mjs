import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The checkout. */
export const root = join(import.meta.dirname, '../..');

/** Installs the packages when they are missing or not those of the lock file. */
export function ensurePackages() {
  if (!areInstalled()) runOrThrow('npm', ['ci', '--no-audit', '--no-fund']);
}

/** Bundles src/ to dist/. */
export function buildProduct() {
  runOrThrow(process.execPath, ['.config/build.mjs']);
}

function areInstalled() {
  const installed = readPackages('node_modules/.package-lock.json');
  return Object.entries(readPackages('package-lock.json')).every(
    // Optional ones are for other platforms.
    ([path, wanted]) =>
      path === '' || wanted.optional || wanted.devOptional || installed[path]?.version === wanted.version,
  );
}

/**
 * @param {string} name
 * @returns {Record<string, { version: string, optional?: boolean, devOptional?: boolean }>}
 */
function readPackages(name) {
  const path = join(root, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {};
}

/** @param {string} program @param {string[]} args */
function runOrThrow(program, args) {
  const result = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (result.status !== 0)
    throw new Error(`${program} ${args.join(' ')} failed${result.error ? `: ${result.error.message}` : ''}`);
}
