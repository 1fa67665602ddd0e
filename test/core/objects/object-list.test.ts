/** Workloads as the API would have them, in the middle of a rollout and after it. */
import { expect, test } from 'vitest';
import { objectList } from '../../../src/core/objects/object-list.ts';
import type { ApiObject } from '../../../src/core/status/api-object.ts';
import type { Drive } from '../drive.ts';
import { becomeReady, begin, edit } from '../workloads/rolling.ts';

const objectsOf = (d: Drive, kind: string) => objectList(d.state(), d.nowMs()).filter((object) => object.kind === kind);

function one(d: Drive, kind: string) {
  const [object] = objectsOf(d, kind);
  return object as ApiObject & { readonly spec: object; readonly status: Status };
}

interface Status {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
}

/** `Available=True MinimumReplicasAvailable`. */
const conditions = (d: Drive): readonly string[] =>
  one(d, 'Deployment').status.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`) ?? [];

const counts = (d: Drive): unknown => {
  const {
    conditions: _told,
    observedGeneration: _seen,
    ...rest
  } = one(d, 'Deployment').status as Record<string, unknown>;
  return rest;
};

test('a Deployment tells its counts and conditions through a rollout', () => {
  const d = begin('Deployment');
  expect(counts(d)).toEqual({ replicas: 3, updatedReplicas: 3, unavailableReplicas: 3 });
  expect(conditions(d)).toEqual(['Available=False MinimumReplicasUnavailable', 'Progressing=True ReplicaSetUpdated']);
  becomeReady(d);
  const whole = { replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 };
  expect(counts(d)).toEqual(whole);
  const done = ['Available=True MinimumReplicasAvailable', 'Progressing=True NewReplicaSetAvailable'];
  expect(conditions(d)).toEqual(done);
  edit(d, 'Deployment', { image: 'app:2' });
  expect(counts(d)).toEqual({ replicas: 4, updatedReplicas: 1, readyReplicas: 3, availableReplicas: 3 });
  expect(conditions(d)).toEqual(['Available=True MinimumReplicasAvailable', 'Progressing=True ReplicaSetUpdated']);
  for (let step = 0; step < 4; step += 1) becomeReady(d);
  expect(counts(d)).toEqual(whole);
  expect(conditions(d)).toEqual(done);
});

test('what was once complete stays so, over podrun’s death too, when a Pod is not Ready any more', () => {
  const d = begin('Deployment');
  becomeReady(d);
  for (let times = 0; times < 3; times += 1) d.checked('readiness', 'failure');
  d.restart();
  d.wait(700_000);
  expect(conditions(d)).toEqual([
    'Available=False MinimumReplicasUnavailable',
    'Progressing=True NewReplicaSetAvailable',
  ]);
});

test('a rollout that gets no further in its time has failed, and nothing is undone', () => {
  const more = { progressDeadlineSeconds: 60 };
  const d = begin('Deployment', { more });
  becomeReady(d);
  edit(d, 'Deployment', { image: 'app:2', more });
  d.wait(59_000);
  expect(conditions(d)[1]).toBe('Progressing=True ReplicaSetUpdated');
  d.wait(3_000);
  expect(conditions(d)).toEqual([
    'Available=True MinimumReplicasAvailable',
    'Progressing=False ProgressDeadlineExceeded',
  ]);
});

test('its ReplicaSets are its templates, each with its revision, its owner and its Pods', () => {
  const d = begin('Deployment');
  becomeReady(d);
  edit(d, 'Deployment', { image: 'app:2' });
  const deployment = one(d, 'Deployment');
  expect(deployment.metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '2' });
  expect(deployment.spec).toMatchObject({
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ image: 'app:2' }] } },
    progressDeadlineSeconds: 600,
  });
  const sets = objectsOf(d, 'ReplicaSet').map((set) => {
    const { metadata, spec, status } = set as ApiObject & { readonly spec: object; readonly status: object };
    const owners = (metadata as { readonly ownerReferences?: readonly object[] }).ownerReferences;
    expect(owners).toMatchObject([{ kind: 'Deployment', name: 'web', uid: deployment.metadata.uid, controller: true }]);
    expect(metadata.name).toBe(`web-${metadata.labels?.['pod-template-hash'] ?? ''}`);
    return { revision: metadata.annotations?.['deployment.kubernetes.io/revision'], spec, status };
  });
  expect(sets.toSorted((a, b) => (String(a.revision) < String(b.revision) ? -1 : 1))).toMatchObject([
    { revision: '1', spec: { replicas: 3 }, status: { replicas: 3, readyReplicas: 3, availableReplicas: 3 } },
    { revision: '2', spec: { replicas: 1 }, status: { replicas: 1 } },
  ]);
});

test('one that is to have no Pod has its template all the same', () => {
  const d = begin('Deployment', { replicas: 0 });
  expect(one(d, 'Deployment').spec).toMatchObject({
    replicas: 0,
    template: { spec: { containers: [{ image: 'app:1' }] } },
  });
});

test('a StatefulSet tells how many of its Pods are of which template', () => {
  const d = begin('StatefulSet');
  for (let step = 0; step < 3; step += 1) becomeReady(d);
  edit(d, 'StatefulSet', { image: 'app:2' });
  becomeReady(d);
  const counted = { replicas: 3, readyReplicas: 2, currentReplicas: 1, updatedReplicas: 2 };
  expect(one(d, 'StatefulSet').status).toMatchObject(counted);
});

test('what its first Pod has of its own is not its template’s', () => {
  const more = { serviceName: 'web', volumeClaimTemplates: [{ metadata: { name: 'data' } }] };
  const d = begin('StatefulSet', { replicas: 0, more });
  const { spec } = one(d, 'StatefulSet');
  expect(spec).toMatchObject({ replicas: 0, serviceName: 'web', podManagementPolicy: 'OrderedReady' });
  expect(JSON.stringify(spec)).not.toContain('web-0');
});

test('a DaemonSet is on its one node', () => {
  const d = begin('DaemonSet');
  becomeReady(d);
  expect(one(d, 'DaemonSet').status).toMatchObject({
    ...{ desiredNumberScheduled: 1, currentNumberScheduled: 1, numberReady: 1 },
    ...{ updatedNumberScheduled: 1, numberAvailable: 1 },
  });
});
