/** A step costs what it touches: counted in Pods, without a clock. */
import { describe, expect, test } from 'vitest';
import type { Input } from '../../src/core/state/input.ts';
import { changedPods } from '../../src/core/state/pod-changes.ts';
import { snapshotOf } from '../../src/core/state/state.ts';
import { step } from '../../src/core/step/supervisor.ts';
import { manyPods, settle } from './settled.ts';

describe.each([10, 100])('in a settled project of %i Pods', (count) => {
  const { state, nowMs, checks } = settle(manyPods(count));
  const touched = (input: Input) => changedPods(state, step(state, input, nowMs).state).length;

  test('the answer of a probe touches one Pod', () => {
    const [check] = checks;
    if (check === undefined) throw new Error('no Pod is probed');
    expect(touched({ kind: 'checked', check, result: { verdict: 'failure', output: 'no' } })).toBe(1);
  });

  test('the death of a container touches one Pod', () => {
    const [container] = snapshotOf(state).containers.filter(({ joinedTo }) => joinedTo !== undefined);
    if (container === undefined) throw new Error('no container runs');
    const dead = { ...container, state: 'exited', exitCode: 1, finishedAtMs: nowMs } as const;
    const seen = [{ id: container.id, labels: container.labels, container: dead }];
    expect(touched({ kind: 'seen', seen, sinceOutcome: state.outcomes })).toBe(1);
  });

  test('a look without news touches none', () => {
    expect(touched({ kind: 'looked', snapshot: snapshotOf(state), sinceOutcome: state.outcomes })).toBe(0);
  });
});
