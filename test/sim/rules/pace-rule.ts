/** No hot loop: bounded steps and calls in each second of virtual time. */
import type { EngineAction } from '../../../src/core/runtime/action.ts';
import { Violation } from '../safety.ts';

const mostStepsASecond = 400;
const mostCallsOfAKindASecond = 8;

/** Told of each step with what it emits. */
export function makePaceRule(): (actions: readonly EngineAction[], nowMs: number) => void {
  let second = -1;
  let steps = 0;
  const calls = new Map<string, number>();
  return (actions, nowMs) => {
    if (Math.floor(nowMs / 1000) !== second) {
      second = Math.floor(nowMs / 1000);
      steps = 0;
      calls.clear();
    }
    steps += 1;
    if (steps > mostStepsASecond) throw new Violation(`over ${mostStepsASecond} steps in a second`);
    for (const { verb, target } of actions) {
      // Without uid and attempt: one thing made again and again under new names is a loop too.
      const kind = `${verb} ${target.replace(/\.[0-9a-f]{8}(\.\d+)?$/, '')}`;
      const count = (calls.get(kind) ?? 0) + 1;
      calls.set(kind, count);
      if (count > mostCallsOfAKindASecond) throw new Violation(`${kind}: ${count} times in a second`);
    }
  };
}
