/** A step plans only what its input concerns: planning everything anew must come to the same. */
import type { Input, Step } from '../../../src/core/state/input.ts';
import { makeTable } from '../../../src/core/state/pod-table.ts';
import type { State } from '../../../src/core/state/state.ts';
import { step } from '../../../src/core/step/supervisor.ts';
import { isLong } from '../../../src/core/runtime/verbs.ts';
import { Violation } from '../safety.ts';

export function checkEqual(before: State, input: Input, after: Step, nowMs: number): void {
  const whole = step(withoutPlans(before), input, nowMs);
  const [touched, all] = [after, whole].map(decisions) as [readonly string[], readonly string[]];
  const missed = all.filter((each) => !touched.includes(each));
  const more = touched.filter((each) => !all.includes(each));
  // What waits for a slot has it by turns: then the two may choose differently.
  const isFull = ({ inFlight, self }: State) => {
    const long = [...inFlight.values()].filter(({ action }) => isLong(action.verb)).length;
    return long >= self.limits.pulls || inFlight.size - long >= self.limits.calls;
  };
  if (isFull(after.state) || isFull(whole.state)) return;
  if (missed.length > 0)
    throw new Violation(`a step on ${input.kind} did not see that it is time to ${missed.join('; ')}`);
  if (more.length > 0) throw new Violation(`a step on ${input.kind} alone wants to ${more.join('; ')}`);
}

/** Each Pod, and the project, is to be planned anew. */
export function withoutPlans(state: State): State {
  const list = state.pods.list.map((pod) => ({ ...pod, plan: { ...pod.plan, wakeAtMs: -Infinity } }));
  return { ...state, pods: makeTable(list), plan: { ...state.plan, wakeAtMs: -Infinity } };
}

const decisions = ({ effects, settled, state }: Step): readonly string[] => [
  ...effects.map((effect) => {
    switch (effect.kind) {
      case 'perform':
        return `${effect.planned.action.verb} ${effect.planned.action.target}`;
      case 'check':
        return `check ${effect.check.key}`;
      case 'hook':
        return `run the hook ${effect.hook.key}`;
      case 'look':
        return 'look';
    }
  }),
  `be ${settled ? 'settled' : 'not settled'}`,
  ...[...state.shared.refused].map(([key, { message }]) => `refuse ${key}: ${message}`),
];
