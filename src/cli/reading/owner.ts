import { belongsTo, otherFolder } from '../../core/runtime/folder.ts';
import { observe } from '../../core/runtime/observed.ts';
import type { Engine } from '../../engine/port.ts';
import type { Owner } from '../../state/control.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { NamedProject } from '../session.ts';

/**
 * What a command asks before it changes anything: a copy of a folder (a git worktree) names the same project, and what
 * runs is not the copy's. Throws with exit code 4 and both paths. A project that -p alone names is meant whoever's it is.
 * @param owner the podrun that supervises it, if one does
 * @param otherwise what else the user may do
 */
export async function checkOwner(
  engine: Engine,
  { name, dir }: NamedProject,
  owner: Owner | undefined,
  otherwise: string,
): Promise<void> {
  if (dir === undefined) return;
  const theirs = await ownerFolder(engine, name, dir, owner);
  if (theirs !== undefined && theirs !== dir)
    throw new CommandError(exitCode.owned, `${belongsTo(`project ${name}`, theirs, dir)}: ${otherwise}`);
}

/** A podrun that only takes down has no folder, and the Pods may be anybody's. */
async function ownerFolder(
  engine: Engine,
  name: string,
  dir: string,
  owner: Owner | undefined,
): Promise<string | undefined> {
  if (owner !== undefined && owner.dir !== '') return owner.dir;
  return otherFolder(observe(await engine.snapshot(name)), dir);
}
