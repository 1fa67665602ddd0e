import type { Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { parseGoDuration } from '../../src/cli/options/go-duration.ts';
import { parseCondition, standingOf } from '../../src/cli/options/wait-condition.ts';

const pod: Pod = {
  metadata: { name: 'web', uid: '1' },
  status: {
    phase: 'Running',
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
  },
};
const { status } = pod;
const coming: Pod = { metadata: { name: 'web' }, status: { phase: 'Pending' } };

describe('a condition', () => {
  test.each<[string, Pod | undefined, string]>([
    ['condition=Ready', pod, 'met'],
    ['condition=ready', pod, 'met'],
    ['condition=Ready=true', pod, 'met'],
    ['condition=Ready=False', pod, 'unmet'],
    ['condition=Other=false', pod, 'met'],
    ['condition=Absent', pod, 'unmet'],
    ['condition=Ready', coming, 'unmet'],
    ['condition=Ready', undefined, 'absent'],
    ['phase=Running', pod, 'met'],
    ['phase=running', pod, 'met'],
    ['phase=Succeeded', pod, 'unmet'],
    ['jsonpath={.status.phase}=Running', pod, 'met'],
    ['jsonpath={.status.phase}="Running"', pod, 'met'],
    ["jsonpath='{.status.phase}'=Running", pod, 'invalid'],
    ['jsonpath=.status.phase=Running', pod, 'met'],
    ['jsonpath={.status.phase}=Pending', pod, 'unmet'],
    ['jsonpath={.status.phase}', pod, 'met'],
    ['jsonpath={.status.podIP}', pod, 'unmet'],
    ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', pod, 'met'],
    ['jsonpath=.status.conditions[?(@.type=="Ready")].status=True', pod, 'met'],
    ['jsonpath={.status.conditions[*].status}=True', pod, 'error'],
    ['jsonpath={.status.conditions}=True', pod, 'error'],
    ['jsonpath={.status.phase}=Running', undefined, 'absent'],
    ['create', pod, 'met'],
    ['Create', coming, 'unmet'],
    ['create', undefined, 'unmet'],
    ['delete', pod, 'unmet'],
    ['delete', coming, 'met'],
    ['Delete', undefined, 'met'],
    ['condition=', pod, 'invalid'],
    ['condition==True', pod, 'invalid'],
    ['phase=Ready', pod, 'invalid'],
    ['jsonpath={.status.phase}=', pod, 'invalid'],
    ['jsonpath=', pod, 'invalid'],
    ['jsonpath={.a}{.b}=1', pod, 'invalid'],
    ['ready', pod, 'invalid'],
  ])('%s of %o: %s', (text, of, expected) => {
    const condition = parseCondition(text);
    expect(typeof condition === 'string' ? 'invalid' : standingOf(condition, of).kind).toBe(expected);
  });

  test('a number or a boolean is compared by its text', () => {
    const condition = parseCondition('jsonpath={.status.containerStatuses[0].restartCount}=3');
    const restarted = { ...pod, status: { ...status, containerStatuses: [{ restartCount: 3 }] } } as unknown as Pod;
    expect(typeof condition === 'string' ? condition : standingOf(condition, restarted).kind).toBe('met');
  });
});

test.each([
  ['30s', 30_000],
  ['1m30s', 90_000],
  ['1.5s', 1_500],
  ['250ms', 250],
  ['0', 0],
  ['0s', 0],
  ['-1s', -1_000],
  ['2h', 7_200_000],
  ['30', undefined],
  ['', undefined],
  ['s', undefined],
  ['1d', undefined],
])('the duration %j', (text, expected) => {
  expect(parseGoDuration(text)).toBe(expected);
});
