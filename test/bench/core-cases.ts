/** What a step of the core costs, in CPU, without an engine. */
import type { Input } from '../../src/core/state/input.ts';
import { snapshotOf } from '../../src/core/state/state.ts';
import { step } from '../../src/core/step/supervisor.ts';
import { manyPods, planNew, settle } from '../core/settled.ts';

/** Milliseconds of CPU, by the number of Pods. */
export interface CoreCosts {
  readonly plan: ReadonlyMap<number, number>;
  readonly probe: ReadonlyMap<number, number>;
  readonly death: ReadonlyMap<number, number>;
  readonly look: ReadonlyMap<number, number>;
}

const sizes = [10, 100, 1_000];

/** @param rounds the median of so many is taken */
export function measureCore(rounds: number): CoreCosts {
  const costs = { plan: new Map(), probe: new Map(), death: new Map(), look: new Map() };
  for (const size of sizes) {
    const project = manyPods(size);
    costs.plan.set(
      size,
      medianOf(rounds, () => cpuOf(1, () => planNew(project))),
    );
    const { state, nowMs, checks } = settle(project);
    const feed = (input: Input) => () => step(state, input, nowMs);
    const steps = 100;
    const [check] = checks;
    const [container] = snapshotOf(state).containers.filter(({ joinedTo }) => joinedTo !== undefined);
    if (check === undefined || container === undefined) throw new Error('nothing runs');
    const result = { verdict: 'success', output: '' } as const;
    costs.probe.set(
      size,
      medianOf(rounds, () => cpuOf(steps, feed({ kind: 'checked', check, result }))),
    );
    const dead = { ...container, state: 'exited', exitCode: 1, finishedAtMs: nowMs } as const;
    const seen = [{ id: container.id, labels: container.labels, container: dead }];
    const { outcomes: sinceOutcome } = state;
    costs.death.set(
      size,
      medianOf(rounds, () => cpuOf(steps, feed({ kind: 'seen', seen, sinceOutcome }))),
    );
    const snapshot = snapshotOf(state);
    costs.look.set(
      size,
      medianOf(rounds, () => cpuOf(10, feed({ kind: 'looked', snapshot, sinceOutcome }))),
    );
  }
  return costs;
}

function cpuOf(times: number, run: () => unknown): number {
  const before = process.cpuUsage();
  for (let index = 0; index < times; index += 1) run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / times;
}

function medianOf(rounds: number, measure: () => number): number {
  // What Node compiles at first is no part of it.
  measure();
  const sorted = Array.from({ length: rounds }, measure).toSorted((a, b) => a - b);
  return sorted[Math.floor(rounds / 2)] ?? Number.NaN;
}
