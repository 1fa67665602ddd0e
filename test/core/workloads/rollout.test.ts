/** Workloads of a file, from the edit to the Pods on the engine: what runs after each step of a rollout. */
import { describe, expect, test } from 'vitest';
import { assume } from '../../../src/core/step/fold.ts';
import { answerPlan, beginPlan } from '../../../src/core/step/plan-all.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import { projectOf } from '../../manifest/parse.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { makePod, makeProject } from '../make.ts';
import { apps, becomeReady, begin, edit, named, running, workload } from './rolling.ts';

describe('a Deployment', () => {
  test('rolls an edit of its template out, one Pod at a time as 25% of three are', () => {
    const d = begin('Deployment');
    becomeReady(d);
    const seen = [running(d)];
    edit(d, 'Deployment', { image: 'app:2' });
    seen.push(running(d));
    for (let step = 0; step < 3; step += 1) {
      becomeReady(d);
      seen.push(running(d));
    }
    expect(seen).toEqual(['app:1 3', 'app:1 3, app:2 1', 'app:1 2, app:2 2', 'app:1 1, app:2 3', 'app:2 3']);
  });

  test('keeps its Pods where the new ones do not become Ready, and goes back', () => {
    const d = begin('Deployment');
    becomeReady(d);
    const before = named(d);
    edit(d, 'Deployment', { image: 'app:2' });
    d.wait(60_000);
    expect(running(d)).toBe('app:1 3, app:2 1');
    edit(d, 'Deployment', {});
    expect(named(d)).toBe(before);
  });

  test('goes on with a rollout over podrun’s death', () => {
    const d = begin('Deployment');
    becomeReady(d);
    edit(d, 'Deployment', { image: 'app:2' });
    const before = named(d);
    d.restart();
    d.wait(60_000);
    expect(named(d)).toBe(before);
    for (let step = 0; step < 4; step += 1) becomeReady(d);
    expect(running(d)).toBe('app:2 3');
  });

  test('an edit in the middle of a rollout ends it: the next begins', () => {
    const d = begin('Deployment');
    becomeReady(d);
    edit(d, 'Deployment', { image: 'app:2' });
    edit(d, 'Deployment', { image: 'app:3' });
    expect(running(d)).toBe('app:1 3, app:3 1');
    for (let step = 0; step < 4; step += 1) becomeReady(d);
    expect(running(d)).toBe('app:3 3');
  });

  test('Recreate ends all before the first new one begins', () => {
    const strategy = { strategy: { type: 'Recreate' } };
    const d = begin('Deployment', { more: strategy, isProbed: false });
    d.deaf.add('app');
    edit(d, 'Deployment', { image: 'app:2', more: strategy, isProbed: false });
    expect(running(d)).toBe('app:1 3');
    d.deaf.clear();
    d.wait(31_000);
    expect(running(d)).toBe('app:2 3');
  });

  test('is scaled up and down, to none too', () => {
    const d = begin('Deployment', { isProbed: false });
    const counts = [5, 2, 0, 1].map((replicas) => {
      edit(d, 'Deployment', { replicas, isProbed: false });
      return running(d);
    });
    expect(counts).toEqual(['app:1 5', 'app:1 2', '', 'app:1 1']);
  });

  test('a Pod counts when it has been Ready for minReadySeconds', () => {
    const more = { minReadySeconds: 10 };
    const d = begin('Deployment', { replicas: 1, more });
    becomeReady(d);
    edit(d, 'Deployment', { replicas: 1, more, image: 'app:2' });
    becomeReady(d);
    d.wait(9_000);
    expect(running(d)).toBe('app:1 1, app:2 1');
    d.wait(2_000);
    expect(running(d)).toBe('app:2 1');
  });

  test('a Pod that is removed by hand comes back', () => {
    const d = begin('Deployment', { isProbed: false });
    d.remove('app');
    d.wait(60_000);
    expect(running(d)).toBe('app:1 3');
  });
});

describe('a StatefulSet', () => {
  test('begins one Pod after another', () => {
    const d = begin('StatefulSet');
    const seen = [named(d)];
    for (let step = 0; step < 2; step += 1) {
      becomeReady(d);
      seen.push(named(d));
    }
    expect(seen).toEqual(['web-0 app:1', 'web-0 app:1, web-1 app:1', 'web-0 app:1, web-1 app:1, web-2 app:1']);
  });

  test('updates from the highest down, each when the one above it is Ready', () => {
    const d = begin('StatefulSet');
    for (let step = 0; step < 3; step += 1) becomeReady(d);
    const uids = new Map(
      apps(d).map(({ labels }) => [labels['io.kubernetes.pod.name'], labels['io.kubernetes.pod.uid']]),
    );
    edit(d, 'StatefulSet', { image: 'app:2' });
    const seen = [named(d)];
    for (let step = 0; step < 3; step += 1) {
      becomeReady(d);
      seen.push(named(d));
    }
    expect(seen).toEqual([
      'web-0 app:1, web-1 app:1, web-2 app:2',
      'web-0 app:1, web-1 app:2, web-2 app:2',
      'web-0 app:2, web-1 app:2, web-2 app:2',
      'web-0 app:2, web-1 app:2, web-2 app:2',
    ]);
    const isNew = ({ labels }: ReturnType<typeof apps>[number]) =>
      labels['io.kubernetes.pod.uid'] !== uids.get(labels['io.kubernetes.pod.name']);
    expect(apps(d).every(isNew)).toBe(true);
  });

  test('below its partition keeps its Pods as they are, over podrun’s death too', () => {
    const updateStrategy = { rollingUpdate: { partition: 2 } };
    const d = begin('StatefulSet', { isProbed: false });
    d.wait(0);
    edit(d, 'StatefulSet', { image: 'app:2', isProbed: false, more: { updateStrategy } });
    d.wait(0);
    expect(named(d)).toBe('web-0 app:1, web-1 app:1, web-2 app:2');
    d.restart();
    d.wait(60_000);
    expect(named(d)).toBe('web-0 app:1, web-1 app:1, web-2 app:2');
  });

  test('is scaled down from the highest', () => {
    const d = begin('StatefulSet', { isProbed: false });
    d.wait(0);
    edit(d, 'StatefulSet', { replicas: 1, isProbed: false });
    d.wait(0);
    expect(named(d)).toBe('web-0 app:1');
  });
});

test('a DaemonSet ends its Pod before it begins the next', () => {
  const d = begin('DaemonSet', { isProbed: false });
  expect(running(d)).toBe('app:1 1');
  d.deaf.add('app');
  edit(d, 'DaemonSet', { image: 'app:2', isProbed: false });
  expect(running(d)).toBe('app:1 1');
  d.deaf.clear();
  d.wait(31_000);
  expect(running(d)).toBe('app:2 1');
});

test('a plan goes through all of a rollout', () => {
  const d = begin('Deployment');
  becomeReady(d);
  const { pods, workloads = [] } = projectOf(workload('Deployment', { image: 'app:2' }));
  let plan = beginPlan(d.state(), { ...makeProject(...pods), workloads }, snapshotOf(d.state()), d.nowMs());
  while (plan.asks.length > 0) {
    const { state } = plan.last;
    const outcomes = plan.asks.map(({ action }) => assume(snapshotOf(state), action, d.nowMs()).outcome);
    plan = answerPlan(plan, outcomes, d.nowMs());
  }
  const images = snapshotOf(plan.last.state).containers.flatMap(({ labels, image }) =>
    labels['io.kubernetes.container.name'] === 'app' ? [image] : [],
  );
  expect(images.filter((image) => image === 'app:2')).toHaveLength(3);
  expect(images).not.toContain('app:1');
});

describe('what depends on a Deployment', () => {
  test('begins when all of its Pods are Ready, whatever template they are of', () => {
    const d = begin('Deployment', { isProbed: false });
    const paused = { image: 'app:2', isProbed: false, more: { paused: true } };
    const { pods, workloads = [] } = projectOf(workload('Deployment', paused));
    const dependsOn = pods.map(({ metadata: { name, namespace } }) => ({
      name,
      namespace,
      condition: 'Ready' as const,
    }));
    d.edit({ pods: [...pods, { ...makePod('asker'), dependsOn }], workloads });
    d.wait(0);
    expect(running(d)).toBe('app:1 4');
  });

  test('waits for all Pods of a StatefulSet that begins', () => {
    const d = begin('StatefulSet');
    const { pods, workloads = [] } = projectOf(workload('StatefulSet', {}));
    const dependsOn = pods.map(({ metadata: { name, namespace } }) => ({
      name,
      namespace,
      condition: 'Ready' as const,
    }));
    d.edit({ pods: [...pods, { ...makePod('asker'), dependsOn }], workloads });
    for (let step = 0; step < 2; step += 1) becomeReady(d);
    expect(named(d)).not.toContain('asker');
    becomeReady(d);
    expect(named(d)).toContain('asker');
  });
});

describe('a workload that is apart', () => {
  test('is left as it is, under whatever names, and no Pod of it is made', () => {
    const d = begin('StatefulSet', { isProbed: false });
    d.wait(0);
    const before = named(d);
    const { pods, workloads = [] } = projectOf(workload('StatefulSet', { image: 'app:2', isProbed: false }));
    const keys = pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    d.edit({
      pods: [pods[0] as Pod],
      apart: keys.slice(1),
      workloads: workloads.map((each) => ({ ...each, apart: true })),
    });
    d.wait(60_000);
    expect(named(d)).toBe(before.replace('web-0 app:1', 'web-0 app:2'));
  });
});

test('an edit that is taken back while its image is pulled leaves what runs', () => {
  const d = begin('StatefulSet', { replicas: 1, isProbed: false });
  const before = apps(d).map(({ id }) => id);
  d.refuse.add('pullImage app');
  d.refuse.add('inspectImage app');
  edit(d, 'StatefulSet', { replicas: 1, isProbed: false, image: 'absent:1' });
  edit(d, 'StatefulSet', { replicas: 1, isProbed: false });
  d.wait(60_000);
  expect(apps(d).map(({ id }) => id)).toEqual(before);
  expect([...d.state().shared.staffing.leaving]).toEqual([]);
});
