/** Going back to a template of before: by the command, over podrun's death, and where its values come from. */
import { describe, expect, test } from 'vitest';
import { handProblem } from '../../../src/core/objects/note-objects.ts';
import { objectList } from '../../../src/core/objects/object-list.ts';
import { RESTARTED_AT } from '../../../src/core/objects/slots.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import { revisionsOf } from '../../../src/output/tables/rollout.ts';
import { apps, becomeReady, begin, edit, running } from '../workloads/rolling.ts';
import type { Spec } from '../workloads/rolling.ts';
import type { Drive } from '../drive.ts';

const key = (kind: string): string => `default/${kind}/web`;

/** An edit that is rolled out. */
function roll(d: Drive, kind: string, spec: Spec): void {
  edit(d, kind, spec);
  d.wait(60_000);
}

/** The hash of a revision, as `rollout undo` finds it. */
function revision(d: Drive, kind: string, number: number): string {
  const all = objectList(d.state(), d.nowMs());
  const own = all.find((each) => each.kind === kind && each.metadata.name === 'web');
  const found = own && revisionsOf(own, all).find((each) => each.number === number);
  if (found === undefined) throw new Error(`no revision ${number}`);
  const { name } = found.object.metadata;
  return kind === 'StatefulSet' ? name : name.slice('web-'.length);
}

function undo(d: Drive, kind: string, number: number): string | undefined {
  const asked = { object: key(kind), change: { template: revision(d, kind, number) } };
  const problem = handProblem(d.state(), asked);
  if (problem !== undefined) return problem;
  d.feed({ kind: 'hand', ...asked });
  d.wait(60_000);
  return undefined;
}

/** A template with a variable whose value may be a secret. */
const valued = (value: string, image = 'app:1'): Spec => ({
  isProbed: false,
  podSpec: { containers: [{ name: 'app', image, env: [{ name: 'PASSWORD', value }] }] },
});

const valuesOf = (d: Drive): readonly (string | undefined)[] => apps(d).map(({ env }) => env['PASSWORD']);

const labelsOf = (d: Drive): string => JSON.stringify(snapshotOf(d.state()).volumes.map(({ labels }) => labels));

describe.each(['Deployment', 'StatefulSet', 'DaemonSet'])('a %s', (kind) => {
  test('is rolled back until its template is edited in the file, with a revision of its own', () => {
    const d = begin(kind, { image: 'app:1', replicas: 1, isProbed: false });
    roll(d, kind, { image: 'app:2', replicas: 1, isProbed: false });
    expect(running(d)).toBe('app:2 1');
    expect(undo(d, kind, 1)).toBeUndefined();
    expect(running(d)).toBe('app:1 1');
    expect(() => revision(d, kind, 1)).toThrow('no revision 1');
    expect(revision(d, kind, 3)).not.toBe(revision(d, kind, 2));
    d.restart();
    d.wait(60_000);
    expect(running(d)).toBe('app:1 1');
    roll(d, kind, { image: 'app:3', replicas: 1, isProbed: false });
    expect(running(d)).toBe('app:3 1');
  });

  test('that was restarted is rolled back to what ran before', () => {
    const d = begin(kind, { replicas: 1, isProbed: false });
    const restarts = () => d.state().project?.pods.flatMap(({ metadata }) => metadata.annotations[RESTARTED_AT] ?? []);
    d.feed({ kind: 'hand', object: key(kind), change: { restartedAt: '1970-01-01T00:00:01Z' } });
    d.wait(60_000);
    expect(restarts()).toHaveLength(1);
    expect(undo(d, kind, 1)).toBeUndefined();
    expect(restarts()).toEqual([]);
  });
});

test('a rollback is undone by another one', () => {
  const d = begin('Deployment', { isProbed: false });
  roll(d, 'Deployment', { image: 'app:2', isProbed: false });
  undo(d, 'Deployment', 1);
  undo(d, 'Deployment', 2);
  expect(running(d)).toBe('app:2 3');
  expect([...d.state().shared.records.values()].some(({ hand }) => hand !== undefined)).toBe(false);
});

test('a rollout that gets stuck is rolled back, by another podrun too', () => {
  const d = begin('Deployment');
  becomeReady(d);
  const names = apps(d).map(({ name }) => name);
  edit(d, 'Deployment', { image: 'app:2' });
  d.restart();
  undo(d, 'Deployment', 1);
  for (let step = 0; step < 2; step += 1) becomeReady(d);
  expect(running(d)).toBe('app:1 3');
  expect(apps(d).map(({ name }) => name)).toEqual(names);
});

describe('the value of a variable', () => {
  test('is in no record, and is known to the podrun that saw it', () => {
    const d = begin('Deployment', valued('hunter2'));
    roll(d, 'Deployment', valued('hunter3'));
    expect(labelsOf(d)).toContain('PASSWORD');
    expect(labelsOf(d)).not.toContain('hunter');
    expect(undo(d, 'Deployment', 1)).toBeUndefined();
    expect(valuesOf(d)).toEqual(['hunter2', 'hunter2', 'hunter2']);
    // From then on the Pods tell it.
    d.restart();
    d.wait(60_000);
    expect(valuesOf(d)).toEqual(['hunter2', 'hunter2', 'hunter2']);
  });

  test('comes from the file for another podrun, where that still has it', () => {
    const d = begin('Deployment', valued('hunter2'));
    roll(d, 'Deployment', valued('hunter2', 'app:2'));
    d.restart();
    expect(undo(d, 'Deployment', 1)).toBeUndefined();
    expect([running(d), valuesOf(d)]).toEqual(['app:1 3', ['hunter2', 'hunter2', 'hunter2']]);
  });

  test('is lost otherwise, and that is said', () => {
    const d = begin('Deployment', valued('hunter2'));
    roll(d, 'Deployment', valued('hunter3'));
    d.restart();
    expect(undo(d, 'Deployment', 1)).toMatch(
      /^the values of the variables of Deployment web's template \w+ are nowhere any more: /,
    );
    expect(valuesOf(d)).toEqual(['hunter3', 'hunter3', 'hunter3']);
  });
});
