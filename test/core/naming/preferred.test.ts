import type { Pod } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { preferred } from '../../../src/core/naming/preferred.ts';

const time = (seconds: number) => `2026-01-01T00:00:${String(seconds).padStart(2, '0')}Z`;
interface Shape {
  readonly phase?: string;
  readonly readyAt?: number;
  readonly restarts?: number;
  readonly bornAt?: number;
  readonly node?: string;
}
const make = ({ phase = 'Running', readyAt, restarts = 0, bornAt = 1, node = 'laptop' }: Shape): Pod => ({
  metadata: { creationTimestamp: time(bornAt) },
  spec: { containers: [], ...(node === '' ? {} : { nodeName: node }) },
  status: {
    phase,
    conditions: readyAt === undefined ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: time(readyAt) }],
    containerStatuses: [{ name: 'app', ready: true, restartCount: restarts, image: '', imageID: '' }],
  },
});

/** The rules of podutils.ActivePods, reversed, and podutils.ByLogging, in their order. */
test.each<[string, Shape, Shape, 'attach' | 'logs' | 'both']>([
  ['one on the node', { phase: 'Pending' }, { node: '' }, 'both'],
  ['one that runs', {}, { phase: 'Pending', readyAt: 1 }, 'both'],
  ['one that is unknown before one that is to come', { phase: 'Unknown' }, { phase: 'Pending' }, 'both'],
  ['one that runs before one that has ended', { restarts: 1 }, { phase: 'Failed', bornAt: 0 }, 'attach'],
  ['one that has ended as well as one that runs', { phase: 'Failed', bornAt: 0 }, {}, 'logs'],
  ['one that is Ready', { readyAt: 9 }, {}, 'both'],
  ['one that is Ready for longer', { readyAt: 1, bornAt: 9 }, { readyAt: 2 }, 'both'],
  ['one that restarted less often', {}, { restarts: 1, bornAt: 0 }, 'attach'],
  ['one that restarted more often', { restarts: 1 }, { bornAt: 0 }, 'logs'],
  ['the older one', { bornAt: 1 }, { bornAt: 2 }, 'both'],
])('%s comes first', (_what, first, second, use) => {
  const pods = [make(second), make(first)];
  for (const each of use === 'both' ? (['attach', 'logs'] as const) : [use])
    expect(preferred(pods, (pod) => pod, each)[0]).toBe(pods[1]);
});

test('one whose status nobody tells comes last', () => {
  expect(preferred(['unknown', 'known'], (name) => (name === 'known' ? make({}) : undefined), 'attach')).toEqual([
    'known',
    'unknown',
  ]);
});
