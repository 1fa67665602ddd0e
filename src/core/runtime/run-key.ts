/** A run of a container, and what is begun in it, have keys: made and read here alone. */
import type { HookType } from '../state/planned.ts';
import type { EngineContainer } from './snapshot.ts';

/** Tells one run of a container from the next, also when a hand restarts it under the same id: `ID@STARTED`. */
export const instanceOf = (container: EngineContainer): string => `${container.id}@${container.startedAtMs ?? 0}`;

/** The id of the container that ran. */
export const idOfRun = (run: string): string => run.slice(0, run.indexOf('@'));

/** A hook of a run: `RUN/TYPE`. */
export const hookKeyOf = (run: string, type: HookType): string => `${run}/${type}`;

export function readHookKey(key: string): { readonly run: string; readonly type: HookType } {
  const at = key.lastIndexOf('/');
  return { run: key.slice(0, at), type: key.slice(at + 1) as HookType };
}
