/** `podrun rollout undo`, in kubectl's words (kubectl/pkg/polymorphichelpers/rollback.go). */
import type { ApiObject } from '../../../core/status/api-object.ts';
import { field } from '../../../output/tables/object-columns.ts';
import { revisionsOf } from '../../../output/tables/rollout.ts';
import { CommandError, exitCode } from '../../exit-code.ts';

/** The template to go back to, as its Pods carry it; `skipped`: it is of that already. */
export type Rollback = { readonly template: string } | { readonly skipped: string };

/**
 * Throws with exit code 1 where there is none.
 * @param toRevision 0: the one before
 * @param all objects of the project
 */
export function rollbackOf(object: ApiObject, toRevision: number, all: readonly ApiObject[]): Rollback {
  const { kind, metadata } = object;
  const what = kind.toLowerCase();
  if (field(object, 'spec', 'paused') === true) {
    const why = `you cannot rollback a paused ${what}; resume it first with 'podrun rollout resume ${what}/${metadata.name}' and try again`;
    throw new CommandError(exitCode.failed, why);
  }
  const revisions = revisionsOf(object, all);
  const newest = revisions.at(-1);
  const found = toRevision === 0 ? revisions.at(-2) : revisions.find(({ number }) => number === toRevision);
  if (found === undefined) {
    const none = `no rollout history found for ${what} "${metadata.name}"`;
    const missing = `unable to find specified revision ${toRevision} in history`;
    throw new CommandError(exitCode.failed, toRevision === 0 ? none : missing);
  }
  if (found === newest)
    return { skipped: `skipped rollback (current template already matches revision ${found.number})` };
  const { name } = found.object.metadata;
  return { template: kind === 'StatefulSet' ? name : name.slice(metadata.name.length + 1) };
}
