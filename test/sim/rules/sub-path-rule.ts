/** Around a start with a subPath in a claim, nobody who mounts the claim runs or begins to (docs/decisions/sub-path.md). */
import { snapshotOf } from '../../../src/core/state/state.ts';
import type { EngineAction } from '../../../src/core/runtime/action.ts';
import { isOurs, kindOf } from '../../../src/core/runtime/labels.ts';
import type { Observed } from '../../../src/core/runtime/observed.ts';
import { isRunning } from '../../../src/core/pod/restart.ts';
import type { State } from '../../../src/core/state/state.ts';
import { isUp } from '../engine.ts';
import type { SimEngine } from '../engine.ts';

/** Why the step that asks for the action must not have been taken. */
export function whyNotHeldStill(
  action: EngineAction,
  view: Observed,
  state: State,
  engine: SimEngine,
): string | undefined {
  if (action.verb !== 'startContainer') return undefined;
  const claimsOf = (id: string) => (engine.containers.get(id)?.volumes ?? []).filter((name) => view.claims.has(name));
  const starts = [...state.inFlight.values()].flatMap((one) =>
    one.action.verb === 'startContainer' && one.container !== undefined ? [one.action] : [],
  );
  for (const { target, id, guard } of starts) {
    const starting = engine.containers.get(id);
    // Where its mounts lead is settled once it runs, whether the call is answered or not.
    if (guard === undefined || (starting !== undefined && isUp(starting))) continue;
    const free = snapshotOf(state).containers.find(
      (other) =>
        other.id !== id &&
        isOurs(other) &&
        kindOf(other.labels) === 'container' &&
        (isRunning(other) || starts.some((start) => start.id === other.id)) &&
        !guard.pauseIds.includes(other.id) &&
        claimsOf(other.id).some((name) => claimsOf(id).includes(name)),
    );
    if (free !== undefined) return `${target} starts with a subPath while ${free.name} is free to change its claim`;
  }
  return undefined;
}
