/** The files and options that one podrun hands over to the one that supervises: as data for the control socket. */
import { resolve } from 'node:path';
import type { PlacedFile, ProjectOptions, ProjectPlace } from '../project-place.ts';
import type { World } from '../world.ts';

/** Where a project is to be read from, from now on. */
export interface HandOver {
  readonly options: ProjectOptions;
  readonly place: ProjectPlace;
}

/** As JSON has it. */
interface Packed {
  readonly options: ProjectOptions;
  readonly dir: string;
  readonly files: readonly PlacedFile[];
  readonly watched: readonly string[];
  /** In base64. */
  readonly stdin?: string;
}

/** Nothing of it depends on who reads it: paths are absolute, and the environment for variables goes with it. */
export function packHandOver({ env, cwd }: Pick<World, 'env' | 'cwd'>, { options, place }: HandOver): unknown {
  const { dir, files, watched, stdin } = place;
  // Which automatic port is which is known to the one that supervises.
  const { ports: _own, ...rest } = options;
  const packed: Packed = {
    options: { ...rest, env, envFiles: options.envFiles.map((file) => resolve(cwd, file)) },
    ...{ dir, files, watched: [...watched] },
    ...(stdin === undefined ? {} : { stdin: stdin.toString('base64') }),
  };
  return packed;
}

/** Undefined for what {@link packHandOver} of this version has not given. */
export function unpackHandOver(packed: unknown): HandOver | undefined {
  const { options, dir, files, watched, stdin } = (packed ?? {}) as Partial<Packed>;
  if (options === undefined || dir === undefined || files === undefined || watched === undefined) return undefined;
  const piped = stdin === undefined ? {} : { stdin: Buffer.from(stdin, 'base64') };
  return { options, place: { dir, files, watched: new Set(watched), ...piped } };
}
