import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';

export interface Ignore {
  ignores(path: string): boolean;
  /** Something in a folder that is left out may be taken in again. */
  readonly hasExceptions: boolean;
}

/**
 * The patterns of a folder's .dockerignore. As docker does, a build's Dockerfile and .dockerignore are taken whatever they
 * say: the builder needs the one.
 */
export async function readIgnore(folder: string, dockerfile?: string): Promise<Ignore> {
  const text = await readFile(join(folder, '.dockerignore'), 'utf8').catch((error: unknown) => {
    if (isAbsence(error)) return '';
    throw error;
  });
  const patterns = dockerignore.default({ ignorecase: false }).add(text.replace(/^\uFEFF/, ''));
  const kept = new Set(dockerfile === undefined ? [] : [dockerfile.replace(/^(\.?\/+)+/, ''), '.dockerignore']);
  return { ignores: (path) => !kept.has(path) && patterns.ignores(path), hasExceptions: /^\s*!/m.test(text) };
}

const isAbsence = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
