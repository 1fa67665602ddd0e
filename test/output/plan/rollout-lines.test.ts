import { expect, test } from 'vitest';
import type { Workload } from '../../../src/model/workload.ts';
import { rolloutLines } from '../../../src/output/plan/rollout-lines.ts';
import { declared } from '../../controllers/pods.ts';
import { kill, plan, web } from './planned.ts';

const common = { name: 'web', namespace: 'default', replicas: 3, revision: 'new', minReadySeconds: 0, declared };
const deployment = { ...common, kind: 'Deployment', paused: false, progressDeadlineSeconds: 600 } as const;
const set = { ...common, kind: 'StatefulSet', podManagementPolicy: 'OrderedReady' } as const;
const agent = { ...common, kind: 'DaemonSet', replicas: 1 } as const;
const rolling = { type: 'RollingUpdate' } as const;

test.each<[Workload, string]>([
  [
    { ...deployment, strategy: { ...rolling, maxSurge: '25%', maxUnavailable: '25%' } },
    'Deployment web rolls out: never more than 4 Pods, never fewer than 3 available (RollingUpdate)',
  ],
  [
    { ...deployment, replicas: 1, strategy: { ...rolling, maxSurge: 0, maxUnavailable: 1 } },
    'Deployment web rolls out: never more than 1 Pod, never fewer than 0 available (RollingUpdate)',
  ],
  [
    { ...deployment, strategy: { type: 'Recreate' } },
    'Deployment web rolls out: all old Pods end before 3 Pods begin (Recreate)',
  ],
  [
    { ...set, updateStrategy: { ...rolling, partition: 0 } },
    'StatefulSet web rolls out: one Pod at a time, from the highest ordinal down (RollingUpdate)',
  ],
  [
    { ...set, updateStrategy: { ...rolling, partition: 1, maxUnavailable: 2 } },
    'StatefulSet web rolls out: up to 2 Pods at a time, from the highest ordinal down to partition 1 (RollingUpdate)',
  ],
  [
    { ...agent, updateStrategy: { ...rolling, maxSurge: 0, maxUnavailable: 1 } },
    'DaemonSet web rolls out: the old Pod ends first (RollingUpdate)',
  ],
  [
    { ...agent, updateStrategy: { ...rolling, maxSurge: 1, maxUnavailable: 0 } },
    'DaemonSet web rolls out: the new Pod is available before the old one ends (RollingUpdate)',
  ],
])('%#: %j', (workload, line) => {
  const because = (cause: 'updated' | 'scaledDown') =>
    [{ kind: 'workload', workload: `${workload.kind} web`, cause }] as const;
  expect(rolloutLines([plan(kill('c'), because('updated'), web, 'app')], [workload])).toEqual([line]);
  expect(rolloutLines([plan(kill('c'), because('scaledDown'), web, 'app')], [workload])).toEqual([]);
});
