import type { PodStatus } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { gateOf } from '../../../src/core/admission/depends.ts';
import { podList } from '../../../src/core/status/status.ts';
import type { Dependency } from '../../../src/model/pod.ts';
import { condition } from '../../../src/core/status/conditions.ts';
import { beginPlan } from '../../../src/core/step/plan-all.ts';
import { emptySnapshot } from '../../../src/core/runtime/snapshot.ts';
import { step } from '../../../src/core/step/supervisor.ts';
import { makePod, makeProject, makeState } from '../make.ts';

const db = (asked: Dependency['condition'], namespace = 'default'): Dependency => ({
  name: 'db',
  namespace,
  condition: asked,
});
const status = (phase: string, ready = 'False'): PodStatus => ({ phase, conditions: [condition('Ready', ready, 0)] });

test.each([
  ['Ready', undefined, 'waiting for db to be Ready'],
  ['Ready', status('Running'), 'waiting for db to be Ready'],
  ['Ready', status('Running', 'True'), undefined],
  ['Ready', status('Succeeded'), undefined],
  ['Ready', status('Failed'), 'waiting for db to be Ready, but it has Failed'],
  ['Started', status('Pending'), 'waiting for db to have Started'],
  ['Started', status('Running'), undefined],
  ['Started', status('Failed'), undefined],
  ['Succeeded', status('Running', 'True'), 'waiting for db to have Succeeded'],
  ['Succeeded', status('Succeeded'), undefined],
  ['Succeeded', status('Failed'), 'waiting for db to have Succeeded, but it has Failed'],
] as const)('%s of a Pod that is %j: %s', (asked, of, message) => {
  expect(
    gateOf(
      { ...makePod('web'), dependsOn: [db(asked)] },
      () => false,
      () => of,
    )?.message,
  ).toBe(message);
});

test('every Pod that is waited for is named, with its namespace where it is another', () => {
  const web = { ...makePod('web'), dependsOn: [db('Ready'), db('Started', 'far')] };
  expect(
    gateOf(
      web,
      () => false,
      () => undefined,
    ),
  ).toEqual({
    phase: 'Pending',
    reason: 'SchedulingGated',
    message: 'waiting for db to be Ready, and for far/db to have Started',
  });
});

const project = makeProject(makePod('db'), { ...makePod('web'), dependsOn: [db('Ready')] });

test('a Pod that waits is Pending, and nothing is done for it', () => {
  const loaded = step(makeState(), { kind: 'project', project }, 0);
  const { state } = step(loaded.state, { kind: 'looked', snapshot: emptySnapshot, sinceOutcome: 0 }, 0);
  expect([...state.inFlight.values()].map(({ pod }) => pod?.name)).not.toContain('web');
  expect(podList(state, 0)[1]?.status).toMatchObject({
    phase: 'Pending',
    conditions: [
      { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message: 'waiting for db to be Ready' },
    ],
  });
});

test('diff knows that what is waited for comes in time', () => {
  const plan = beginPlan(makeState(), project, emptySnapshot, 0);
  expect(plan.last.state.shared.refused.size).toBe(0);
});
