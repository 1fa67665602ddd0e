/** Pods that are made of a template later than their file was read: each has automatic ports of its own. */
import { expect, test } from 'vitest';
import { heldPorts, wantedPorts, withPorts } from '../../../src/core/reach/auto-ports.ts';
import { observe } from '../../../src/core/runtime/observed.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import type { Project } from '../../../src/model/project.ts';
import { staffOf } from '../../../src/core/workloads/staff.ts';
import { projectOf } from '../../manifest/parse.ts';
import { drive } from '../drive.ts';
import type { Drive } from '../drive.ts';
import { makePod } from '../make.ts';

const other = makePod('other');

function fileOf(kind: string, replicas: number): Project {
  const template = {
    metadata: { labels: { app: 'web' }, annotations: { 'podrun.dev/auto-ports': 'app:80' } },
    spec: { containers: [{ name: 'app', image: 'app:1', ports: [{ containerPort: 80 }] }] },
  };
  const spec = { ...(kind === 'DaemonSet' ? {} : { replicas }), selector: { matchLabels: { app: 'web' } }, template };
  const project = projectOf(
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: 'web' },
      spec: { ...spec, ...(kind === 'StatefulSet' ? { podManagementPolicy: 'Parallel' } : {}) },
    }),
  );
  const chosen = new Map(wantedPorts(project).map(({ key }, index) => [key, 31_000 + index]));
  const { pods, workloads = [] } = withPorts(project, chosen);
  return { ...project, pods: [other, ...pods], workloads };
}

function begin(kind: string, replicas: number): Drive {
  const d = drive(other);
  d.edit(fileOf(kind, replicas));
  d.wait(0);
  return d;
}

function change(d: Drive, kind: string, what: { replicas?: number; restartedAt?: string }): void {
  d.feed({ kind: 'hand', object: `default/${kind}/web`, change: what });
  d.wait(60_000);
}

const ports = (d: Drive): ReadonlyMap<string, number> => heldPorts(observe(snapshotOf(d.state())).pods);

test.each(['Deployment', 'StatefulSet'])('a %s that is scaled: those that it had keep theirs', (kind) => {
  const d = begin(kind, 2);
  const before = [...ports(d)];
  change(d, kind, { replicas: 4 });
  const scaled = ports(d);
  expect([...scaled]).toEqual(expect.arrayContaining(before));
  expect(new Set(scaled.values()).size).toBe(4);
  d.restart();
  d.wait(60_000);
  expect(ports(d)).toEqual(scaled);
});

test.each(['Deployment', 'StatefulSet', 'DaemonSet'])('a %s that is restarted', (kind) => {
  const d = begin(kind, 2);
  const count = ports(d).size;
  change(d, kind, { restartedAt: '2026-01-01T00:00:00Z' });
  expect(new Set(ports(d).values()).size).toBe(count);
});

test('a Pod under another name than its slots’ has none of theirs', () => {
  const { pods, workloads: [workload] = [] } = fileOf('Deployment', 1);
  const slots = pods.slice(1);
  if (workload === undefined) throw new Error('no workload');
  const view = { name: 'web-kept', createdAtMs: 0, phase: 'Running', isTerminating: false, restarts: 0 } as const;
  const member = {
    view: { ...view, revision: workload.revision },
    life: { uid: '1', pod: makePod('web-kept'), isCurrent: true, isFinished: false },
  };
  const group = { workload, slots, members: new Map([['web-kept', member]]), asked: new Map(), known: [] };
  const naming = { left: () => ({ revision: workload.revision, left: [] }), draw: () => 'web-drawn' };
  const [kept] = staffOf(group, { scales: undefined, templates: undefined, recall: () => undefined }, naming, 0).pods;
  expect(kept?.metadata.name).toBe('web-kept');
  expect(kept?.spec.containers[0]?.ports[0]?.hostPort).toBeUndefined();
});

test('a port that somebody else has is no choice', () => {
  const d = begin('Deployment', 1);
  change(d, 'Deployment', { replicas: 2 });
  const [, taken = 0] = [...ports(d).values()];
  d.edit({ ...fileOf('Deployment', 1), refusedPorts: [taken] });
  d.wait(60_000);
  expect(ports(d).size).toBe(2);
  expect([...ports(d).values()]).not.toContain(taken);
});
