import type { Pod } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { podLine } from '../../src/run/pod-lines.ts';

const podWith = (status: Pod['status'], metadata: Pod['metadata'] = {}): Pod => ({
  metadata: { name: 'web', namespace: 'default', ...metadata },
  spec: { containers: [{ name: 'app', image: 'x' }], initContainers: [{ name: 'init', image: 'x' }] },
  status: { phase: 'Pending', ...status },
});
const waiting = (name: string, message: string) => ({
  ...{ name, image: 'x', imageID: '', ready: false, restartCount: 0 },
  state: { waiting: { reason: 'CreateContainerConfigError', message } },
});
const unscheduled = {
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available' }],
};

test.each<[string, Pod, string | undefined]>([
  ['it has no node', podWith(unscheduled), '0/1 nodes are available'],
  [
    'a container waits',
    podWith({ containerStatuses: [waiting('app', 'secret "s" not found')] }),
    'secret "s" not found',
  ],
  ['an init container waits', podWith({ initContainerStatuses: [waiting('init', 'no key')] }), 'no key'],
  ['a volume cannot be set up', podWith({ message: 'MountVolume.SetUp failed' }), 'MountVolume.SetUp failed'],
  [
    'it is to go, and that is no matter',
    podWith({ message: 'MountVolume.SetUp failed' }, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    undefined,
  ],
  ['it has ended well', podWith({ phase: 'Succeeded', message: 'done' }), undefined],
])('why a Pod is not ready: %s', (_why, pod, why) => {
  expect(podLine(pod, 0).why).toBe(why);
});
