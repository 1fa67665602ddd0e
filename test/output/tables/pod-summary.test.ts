import { expect, test } from 'vitest';
import type { Container, Pod, PodCondition } from 'kubernetes-types/core/v1.js';
import { summarizePod } from '../../../src/output/tables/pod-summary.ts';
import { ended, makePod, makeStatus, nowMs, running, waiting } from '../pods.ts';

const condition = (type: string, status: string, reason?: string): PodCondition => ({
  type,
  status,
  ...(reason === undefined ? {} : { reason }),
});
const init: Container = { name: 'setup', image: 'busybox' };
const sidecar: Container = { name: 'log', image: 'busybox', restartPolicy: 'Always' };
const ready = makeStatus('app', running, { ready: true });
const deleted = { deletionTimestamp: '2026-01-01T01:00:30Z' };

/** READY, STATUS, RESTARTS */
const cases: readonly (readonly [string, Pod, string])[] = [
  ['not scheduled', makePod({ phase: 'Pending' }), '0/1 Pending 0'],
  [
    'gated',
    makePod({ phase: 'Pending', conditions: [condition('PodScheduled', 'False', 'SchedulingGated')] }),
    '0/1 SchedulingGated 0',
  ],
  [
    'being made',
    makePod({ phase: 'Pending', containerStatuses: [makeStatus('app', waiting('ContainerCreating'))] }),
    '0/1 ContainerCreating 0',
  ],
  ['running', makePod({ phase: 'Running', containerStatuses: [ready] }), '1/1 Running 0'],
  [
    'running, not ready',
    makePod({ phase: 'Running', containerStatuses: [makeStatus('app', running)] }),
    '0/1 Running 0',
  ],
  [
    'completed',
    makePod({ phase: 'Succeeded', containerStatuses: [makeStatus('app', ended(0, 'Completed'))] }),
    '0/1 Completed 0',
  ],
  ['failed', makePod({ phase: 'Failed', containerStatuses: [makeStatus('app', ended(1, 'Error'))] }), '0/1 Error 0'],
  [
    'ended by a signal, no reason',
    makePod({ phase: 'Failed', containerStatuses: [makeStatus('app', ended(137, '', 9))] }),
    '0/1 Signal:9 0',
  ],
  [
    'ended, no reason',
    makePod({ phase: 'Failed', containerStatuses: [makeStatus('app', ended(3))] }),
    '0/1 ExitCode:3 0',
  ],
  [
    'crashing, with the time of the last end',
    makePod({
      phase: 'Running',
      containerStatuses: [
        makeStatus('app', waiting('CrashLoopBackOff'), { restartCount: 3, lastState: ended(1, 'Error') }),
      ],
    }),
    '0/1 CrashLoopBackOff 3 (5m2s ago)',
  ],
  [
    'restarted, end unknown',
    makePod({ phase: 'Running', containerStatuses: [{ ...ready, restartCount: 2 }] }),
    '1/1 Running 2',
  ],
  [
    'the first of two troubles names the status',
    makePod({
      phase: 'Pending',
      containerStatuses: [makeStatus('a', waiting('ErrImagePull')), makeStatus('b', ended(1, 'Error'))],
    }),
    '0/2 ErrImagePull 0',
  ],
  [
    'one completed beside one that runs, not Ready',
    makePod({ phase: 'Running', containerStatuses: [makeStatus('a', ended(0, 'Completed')), { ...ready, name: 'b' }] }),
    '1/2 NotReady 0',
  ],
  [
    'one completed beside one that runs, Ready',
    makePod({
      phase: 'Running',
      conditions: [condition('Ready', 'True')],
      containerStatuses: [makeStatus('a', ended(0, 'Completed')), { ...ready, name: 'b' }],
    }),
    '1/2 Running 0',
  ],
  ['evicted', makePod({ phase: 'Failed', reason: 'Evicted' }), '0/1 Evicted 0'],
  ['node lost', makePod({ phase: 'Unknown', reason: 'NodeLost', containerStatuses: [ready] }), '1/1 NodeLost 0'],
  ['deleted', makePod({ phase: 'Running', containerStatuses: [ready] }, deleted), '1/1 Terminating 0'],
  [
    'deleted when done',
    makePod({ phase: 'Succeeded', containerStatuses: [makeStatus('app', ended(0, 'Completed'))] }, deleted),
    '0/1 Completed 0',
  ],
  [
    'deleted on a lost node',
    makePod({ phase: 'Unknown', reason: 'NodeLost', containerStatuses: [ready] }, deleted),
    '1/1 Unknown 0',
  ],
  [
    'init runs',
    makePod({ phase: 'Pending', initContainerStatuses: [makeStatus('setup', running)] }, { init: [init] }),
    '0/1 Init:0/1 0',
  ],
  [
    'the second of three, after a sidecar that has started',
    makePod(
      {
        phase: 'Pending',
        initContainerStatuses: [
          makeStatus('log', running, { started: true, ready: true, restartCount: 4 }),
          makeStatus('setup', waiting('PodInitializing'), { restartCount: 1 }),
          makeStatus('later', waiting('PodInitializing'), { restartCount: 9 }),
        ],
      },
      { init: [sidecar, init, { ...init, name: 'later' }] },
    ),
    '1/2 Init:1/3 5',
  ],
  [
    'init failed',
    makePod({ phase: 'Pending', initContainerStatuses: [makeStatus('setup', ended(1, 'Error'))] }, { init: [init] }),
    '0/1 Init:Error 0',
  ],
  [
    'init failed, no reason',
    makePod({ phase: 'Pending', initContainerStatuses: [makeStatus('setup', ended(2))] }, { init: [init] }),
    '0/1 Init:ExitCode:2 0',
  ],
  [
    'init killed',
    makePod({ phase: 'Pending', initContainerStatuses: [makeStatus('setup', ended(137, '', 9))] }, { init: [init] }),
    '0/1 Init:Signal:9 0',
  ],
  [
    'init crashing',
    makePod(
      { phase: 'Pending', initContainerStatuses: [makeStatus('setup', waiting('CrashLoopBackOff'))] },
      { init: [init] },
    ),
    '0/1 Init:CrashLoopBackOff 0',
  ],
  [
    'init is done: its restarts no longer count, those of a sidecar do',
    makePod(
      {
        phase: 'Running',
        initContainerStatuses: [
          makeStatus('setup', ended(0, 'Completed'), { restartCount: 7 }),
          makeStatus('log', running, { started: true, ready: true, restartCount: 1 }),
        ],
        containerStatuses: [{ ...ready, restartCount: 2 }],
      },
      { init: [init, sidecar] },
    ),
    '2/2 Running 3',
  ],
  [
    'an ended sidecar is not ready',
    makePod(
      {
        phase: 'Running',
        initContainerStatuses: [makeStatus('log', ended(0), { ready: true, started: true })],
        containerStatuses: [ready],
      },
      { init: [sidecar] },
    ),
    '1/2 Running 0',
  ],
  [
    'a sidecar that starts again in an initialised Pod names the status unless a container does',
    makePod(
      {
        phase: 'Running',
        conditions: [condition('Initialized', 'True')],
        initContainerStatuses: [makeStatus('log', waiting('CrashLoopBackOff'), { restartCount: 1 })],
        containerStatuses: [ready],
      },
      { init: [sidecar] },
    ),
    '1/2 Init:CrashLoopBackOff 1',
  ],
];

test.each(cases)('%s', (_, pod, expected) => {
  const summary = summarizePod(pod, nowMs);
  expect(`${summary.ready}/${summary.total} ${summary.status} ${summary.restarts}`).toBe(expected);
});
