/** Pods of workloads that are deleted, evicted or lost: who follows them, and under which name. */
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../../src/core/state/state.ts';
import { beginPlan } from '../../../src/core/step/plan-all.ts';
import { projectOf } from '../../manifest/parse.ts';
import type { Drive } from '../drive.ts';
import { makeProject, makeState } from '../make.ts';
import { apps, becomeReady, begin, edit, named, running, workload } from './rolling.ts';

const podNames = (d: Drive): readonly string[] =>
  apps(d)
    .map(({ labels }) => labels['io.kubernetes.pod.name'] ?? '')
    .toSorted();

const keyOf = (name: string): string => `default/${name}`;

/** Deletes a Pod by hand, which does not end at once. */
function deleteSlowly(d: Drive, name: string): void {
  d.deaf.add('app');
  d.feed({ kind: 'delete', pod: keyOf(name) });
}

const replicaKinds = ['Deployment', 'ReplicaSet'];

describe.each(replicaKinds)('a %s', (kind) => {
  test('follows a deleted Pod by one of another name at once, while that still ends', () => {
    const d = begin(kind, { isProbed: false });
    const [first = '', ...others] = podNames(d);
    deleteSlowly(d, first);
    expect(running(d)).toBe('app:1 4');
    d.deaf.clear();
    d.wait(31_000);
    const after = podNames(d);
    expect(after).toHaveLength(3);
    expect(after).toEqual(expect.arrayContaining(others));
    expect(after).not.toContain(first);
  });

  test('uses no name twice, over podrun’s death too', () => {
    const d = begin(kind, { replicas: 2, isProbed: false });
    const had = new Set(podNames(d));
    for (let round = 0; round < 4; round += 1) {
      d.feed({ kind: 'delete', pod: keyOf(podNames(d)[0] ?? '') });
      d.wait(31_000);
      if (round % 2 === 0) d.restart();
      d.wait(31_000);
      expect(podNames(d)).toHaveLength(2);
      for (const name of podNames(d)) had.add(name);
    }
    expect(had.size).toBe(2 + 4);
  });

  test('replaces an evicted Pod, which stays to be read', () => {
    const podSpec = {
      volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '1Mi' } }],
      containers: [{ name: 'app', image: 'app:1', volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] }],
    };
    const d = begin(kind, { replicas: 1, podSpec });
    const [first = ''] = podNames(d);
    d.used.set('/podrun/volumes/scratch', 2 ** 21);
    d.wait(60_000);
    d.used.clear();
    d.wait(60_000);
    const evicted = d.state().pods.list.filter(({ lives }) => lives.some(({ record }) => record.end !== undefined));
    expect(evicted.map(({ key }) => key)).toContain(`default/${first}`);
    expect(podNames(d)).toHaveLength(1);
    expect(podNames(d)).not.toContain(first);
    d.restart();
    d.wait(60_000);
    expect(d.state().pods.list.map(({ key }) => key)).toContain(`default/${first}`);
    expect(podNames(d)).toHaveLength(1);
    // What has ended counts against the bound on finished Pods.
    d.restart({}, { finishedBound: 0 });
    d.wait(60_000);
    expect(d.state().pods.list.map(({ key }) => key)).not.toContain(`default/${first}`);
  });
});

test('a StatefulSet’s Pod keeps its name, and begins when the one before is gone', () => {
  const d = begin('StatefulSet', { replicas: 1, isProbed: false });
  deleteSlowly(d, 'web-0');
  expect(running(d)).toBe('app:1 1');
  d.deaf.clear();
  d.wait(31_000);
  expect(named(d)).toBe('web-0 app:1');
});

test('an old Pod that is deleted in the middle of a rollout is followed by one of its template', () => {
  const d = begin('Deployment');
  becomeReady(d);
  const [first = ''] = podNames(d);
  edit(d, 'Deployment', { image: 'app:2' });
  d.feed({ kind: 'delete', pod: keyOf(first) });
  d.wait(31_000);
  expect(running(d)).toBe('app:1 3, app:2 1');
});

describe('a paused Deployment', () => {
  const more = { paused: true };

  test('that is new begins no Pod, not even after podrun’s death, and all when it is resumed', () => {
    const d = begin('Deployment', { more, isProbed: false });
    d.restart();
    expect(running(d)).toBe('');
    edit(d, 'Deployment', { isProbed: false });
    expect(running(d)).toBe('app:1 3');
  });

  test('makes its Pods again when all are deleted', () => {
    const d = begin('Deployment', { isProbed: false });
    edit(d, 'Deployment', { more, isProbed: false });
    for (const name of podNames(d)) d.feed({ kind: 'delete', pod: keyOf(name) });
    d.wait(31_000);
    expect(running(d)).toBe('app:1 3');
  });

  test('of an earlier template too', () => {
    const d = begin('Deployment', { isProbed: false });
    edit(d, 'Deployment', { image: 'app:2', more, isProbed: false });
    for (const name of podNames(d)) d.feed({ kind: 'delete', pod: keyOf(name) });
    d.wait(31_000);
    expect(running(d)).toBe('app:1 3');
  });
});

describe('a ReplicaSet whose template is edited', () => {
  test('keeps its Pods as they are, over podrun’s death too, and makes new ones of it', () => {
    const d = begin('ReplicaSet', { isProbed: false });
    const before = podNames(d);
    edit(d, 'ReplicaSet', { image: 'app:2', isProbed: false });
    expect(running(d)).toBe('app:1 3');
    d.restart();
    d.wait(60_000);
    expect([podNames(d), running(d)]).toEqual([before, 'app:1 3']);
    d.feed({ kind: 'delete', pod: keyOf(before[0] ?? '') });
    d.wait(31_000);
    expect(running(d)).toBe('app:1 2, app:2 1');
  });
});

test.each(replicaKinds)('a %s that nothing is written down of gives no name of the file to two Pods', (kind) => {
  const d = begin(kind, { isProbed: false });
  const before = podNames(d);
  const seen = snapshotOf(d.state());
  const volumes = seen.volumes.filter(({ labels }) => labels['dev.podrun.kind'] !== 'object');
  const { pods, workloads = [] } = projectOf(workload(kind, { replicas: 5, isProbed: false }));
  const scaled = { ...makeProject(...pods), workloads };
  const { project } = beginPlan(makeState(), scaled, { ...seen, volumes }, d.nowMs()).last.state;
  const names = new Set(project?.pods.map(({ metadata }) => metadata.name));
  expect(names.size).toBe(5);
  expect([...names]).toEqual(expect.arrayContaining([...before]));
});
