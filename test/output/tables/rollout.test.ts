/** The lines of `rollout status` and `rollout history`, as rollout_status.go and history.go have them. */
import { expect, test } from 'vitest';
import type { ApiObject } from '../../../src/core/status/api-object.ts';
import { historyLines, rolloutStatus } from '../../../src/output/tables/rollout.ts';

function make(kind: string, spec: object, status: object): ApiObject {
  const metadata = { name: 'web', namespace: 'default', generation: 2, uid: 'u1' };
  return { apiVersion: 'apps/v1', kind, metadata, ...{ spec, status: { observedGeneration: 2, ...status } } };
}

const rolling = { updateStrategy: { type: 'RollingUpdate' } };
const late = { conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }] };

test.each<[string, object, object, string, boolean]>([
  [
    'Deployment',
    { replicas: 3 },
    { observedGeneration: 1 },
    'Waiting for deployment spec update to be observed...',
    false,
  ],
  [
    'Deployment',
    { replicas: 3 },
    { updatedReplicas: 1, replicas: 4 },
    'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...',
    false,
  ],
  [
    'Deployment',
    { replicas: 3 },
    { updatedReplicas: 3, replicas: 4 },
    'Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...',
    false,
  ],
  [
    'Deployment',
    { replicas: 3 },
    { updatedReplicas: 3, replicas: 3, availableReplicas: 2 },
    'Waiting for deployment "web" rollout to finish: 2 of 3 updated replicas are available...',
    false,
  ],
  [
    'Deployment',
    { replicas: 3 },
    { updatedReplicas: 3, replicas: 3, availableReplicas: 3 },
    'deployment "web" successfully rolled out',
    true,
  ],
  ['Deployment', { replicas: 0 }, {}, 'deployment "web" successfully rolled out', true],
  [
    'DaemonSet',
    rolling,
    { desiredNumberScheduled: 1 },
    'Waiting for daemon set "web" rollout to finish: 0 out of 1 new pods have been updated...',
    false,
  ],
  [
    'DaemonSet',
    rolling,
    { desiredNumberScheduled: 1, updatedNumberScheduled: 1 },
    'Waiting for daemon set "web" rollout to finish: 0 of 1 updated pods are available...',
    false,
  ],
  [
    'DaemonSet',
    rolling,
    { desiredNumberScheduled: 1, updatedNumberScheduled: 1, numberAvailable: 1 },
    'daemon set "web" successfully rolled out',
    true,
  ],
  ['StatefulSet', { replicas: 3, ...rolling }, { readyReplicas: 1 }, 'Waiting for 2 pods to be ready...', false],
  [
    'StatefulSet',
    { replicas: 3, ...rolling },
    { readyReplicas: 3, updatedReplicas: 1, currentRevision: 'web-a', updateRevision: 'web-b' },
    'waiting for statefulset rolling update to complete 1 pods at revision web-b...',
    false,
  ],
  [
    'StatefulSet',
    { replicas: 3, ...rolling },
    { readyReplicas: 3, currentReplicas: 3, currentRevision: 'web-b', updateRevision: 'web-b' },
    'statefulset rolling update complete 3 pods at revision web-b...',
    true,
  ],
  [
    'StatefulSet',
    { replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
    { readyReplicas: 3 },
    'Waiting for partitioned roll out to finish: 0 out of 1 new pods have been updated...',
    false,
  ],
  [
    'StatefulSet',
    { replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
    { readyReplicas: 3, updatedReplicas: 1 },
    'partitioned roll out complete: 1 new pods have been updated...',
    true,
  ],
])('%s %j %j', (kind, spec, status, text, isDone) => {
  expect(rolloutStatus(make(kind, spec, status))).toEqual({ text, isDone });
});

test.each<[string, object, object, string]>([
  ['Deployment', { replicas: 3 }, late, 'deployment "web" exceeded its progress deadline'],
  [
    'StatefulSet',
    { updateStrategy: { type: 'OnDelete' } },
    {},
    'rollout status is only available for RollingUpdate strategy type',
  ],
])('a %s fails: %j %j', (kind, spec, status, text) => {
  expect(rolloutStatus(make(kind, spec, status))).toEqual({ text, isDone: true, isFailed: true });
});

test('the history is that of its own templates, oldest first', () => {
  const revision = (name: string, number: string, uid: string, cause?: string): ApiObject => {
    const annotations = {
      'deployment.kubernetes.io/revision': number,
      ...(cause === undefined ? {} : { 'kubernetes.io/change-cause': cause }),
    };
    const metadata = { name, namespace: 'default', annotations, ...{ ownerReferences: [{ uid }] } };
    return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata };
  };
  const all = [revision('web-b', '10', 'u1', 'a fix'), revision('web-a', '2', 'u1'), revision('db-a', '1', 'u2')];
  expect(historyLines(make('Deployment', {}, {}), all)).toEqual([
    'REVISION  CHANGE-CAUSE',
    '2         <none>',
    '10        a fix',
  ]);
});
