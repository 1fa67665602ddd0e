/** What the engine keeps of workloads: uids, generations and revisions, over edits and podrun's death. */
import { describe, expect, test } from 'vitest';
import { observe } from '../../../src/core/runtime/observed.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import { podList } from '../../../src/core/status/status.ts';
import type { Drive } from '../drive.ts';
import { becomeReady, begin, edit } from '../workloads/rolling.ts';

const objectsOf = (d: Drive) => observe(snapshotOf(d.state())).objects;

const recordsOf = (d: Drive) => [...objectsOf(d).values()].map(({ record }) => record);

const owners = (d: Drive) =>
  new Set(podList(d.state(), d.nowMs()).flatMap(({ metadata }) => metadata?.ownerReferences?.[0]?.uid ?? []));

/** `ReplicaSet 1, ReplicaSet 2`, without hashes. */
const revisions = (d: Drive): string =>
  recordsOf(d)
    .flatMap(({ object, revision }) => (revision === undefined ? [] : `${object.split('/')[1]} ${revision}`))
    .toSorted()
    .join(', ');

function rollOut(d: Drive): void {
  for (let step = 0; step < 4; step += 1) becomeReady(d);
}

describe.each([
  ['Deployment', 'ReplicaSet'],
  ['StatefulSet', 'ControllerRevision'],
  ['DaemonSet', 'ControllerRevision'],
])('a %s', (kind, revision) => {
  test('has a uid and one %s, which its Pods name as their owner', () => {
    const d = begin(kind);
    expect(revisions(d)).toBe(`${revision} 1`);
    const owner = recordsOf(d).find(({ object }) =>
      object.includes(kind === 'Deployment' ? 'ReplicaSet' : `/${kind}/`),
    );
    expect([...owners(d)]).toEqual([owner?.uid]);
    expect(recordsOf(d).find(({ revision: number }) => number === 1)?.owner).toBe(`default/${kind}/web`);
  });

  test('keeps all of it over podrun’s death', () => {
    const d = begin(kind);
    rollOut(d);
    const before = recordsOf(d);
    d.restart();
    d.wait(60_000);
    expect(recordsOf(d)).toEqual(before);
  });

  test('gets a revision for each template, and a new number for one that it goes back to', () => {
    const d = begin(kind);
    rollOut(d);
    edit(d, kind, { image: 'app:2' });
    rollOut(d);
    expect(revisions(d)).toBe(`${revision} 1, ${revision} 2`);
    edit(d, kind, {});
    rollOut(d);
    expect(revisions(d)).toBe(`${revision} 2, ${revision} 3`);
  });

  test('keeps as many templates of before as revisionHistoryLimit says', () => {
    const more = { revisionHistoryLimit: 1 };
    const d = begin(kind, { more });
    rollOut(d);
    for (const image of ['app:2', 'app:3', 'app:4']) {
      edit(d, kind, { image, more });
      rollOut(d);
    }
    expect(revisions(d)).toBe(`${revision} 3, ${revision} 4`);
  });
});

test('a generation is of the spec: what is edited beside it makes none', () => {
  const d = begin('Deployment', { isProbed: false });
  const number = () => objectsOf(d).get('default/Deployment/web')?.record.generation.number;
  const seen = [number()];
  edit(d, 'Deployment', { isProbed: false, replicas: 4 });
  seen.push(number());
  edit(d, 'Deployment', { isProbed: false, replicas: 4 });
  seen.push(number());
  expect(seen).toEqual([1, 2, 2]);
});

test('what is left of a change is one volume an object', () => {
  const d = begin('Deployment', { isProbed: false });
  for (const replicas of [4, 2, 5]) edit(d, 'Deployment', { isProbed: false, replicas });
  expect([...objectsOf(d).values()].map(({ volumes }) => volumes.length)).toEqual([1, 1]);
});

test('it goes with its object, after the last Pod', () => {
  const d = begin('Deployment', { isProbed: false });
  d.deaf.add('app');
  d.edit({ pods: d.state().file?.pods.filter(({ metadata }) => metadata.name === 'other') ?? [], workloads: [] });
  expect(recordsOf(d)).toHaveLength(2);
  d.wait(31_000);
  expect(recordsOf(d)).toEqual([]);
});

test('and with the project', () => {
  const d = begin('Deployment', { isProbed: false });
  d.feed({ kind: 'intent', intent: { kind: 'down', volumes: false, kill: false } });
  d.wait(0);
  expect(snapshotOf(d.state())).toEqual({ containers: [], volumes: [], networks: [] });
});
