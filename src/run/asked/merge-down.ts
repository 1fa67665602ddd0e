import { isSame } from '../../core/runtime/same.ts';
import type { Intent } from '../../core/state/self.ts';

type Down = Extract<Intent, { kind: 'down' }>;

/** A later request only shortens and adds, and never takes back. The same object where it changes nothing. */
export function mergeDown(before: Intent, intent: Down): Down {
  if (before.kind === 'up') return intent;
  const graces = [before.graceSeconds, intent.graceSeconds].filter((grace) => grace !== undefined);
  const only = mergeOnly(before, intent);
  const merged: Down = {
    kind: 'down',
    ...(graces.length === 0 ? {} : { graceSeconds: Math.min(...graces) }),
    ...(only === undefined ? {} : { only }),
    volumes: before.volumes || intent.volumes,
    kill: before.kill || intent.kill,
    ownOnly: before.ownOnly === true && intent.ownOnly === true,
  };
  return isSame(merged, { ...before, ownOnly: before.ownOnly === true }) ? before : merged;
}

/** A signal is about what goes already. */
function mergeOnly({ only: before }: Down, { only, ownOnly }: Down): readonly string[] | undefined {
  if (before === undefined || ownOnly === true) return before;
  return only === undefined ? undefined : [...new Set([...before, ...only])];
}
