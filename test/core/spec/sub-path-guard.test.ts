/** Who is held still while a container with a subPath starts, and who starts only after it (docs/decisions/sub-path.md). */
import { describe, expect, test } from 'vitest';
import { assume } from '../../../src/core/step/fold.ts';
import { label } from '../../../src/core/runtime/labels.ts';
import { emptySnapshot } from '../../../src/core/runtime/snapshot.ts';
import type { Snapshot } from '../../../src/core/runtime/snapshot.ts';
import { initialState, snapshotOf } from '../../../src/core/state/state.ts';
import type { State } from '../../../src/core/state/state.ts';
import { step } from '../../../src/core/step/supervisor.ts';
import type { Step } from '../../../src/core/state/input.ts';
import type { Pod } from '../../../src/model/pod.ts';
import type { Project } from '../../../src/model/project.ts';
import type { Volume } from '../../../src/model/volume.ts';
import type { VolumeMount } from '../../../src/model/container.ts';
import { makeContainer, makePod, makeProject, makeState, self } from '../make.ts';

type Source = Omit<Volume, 'name'>;

const claim: Source = { persistentVolumeClaim: { claimName: 'data', readOnly: false } };
const host = (path: string): Source => ({ hostPath: { path, type: '' } });

function pod(name: string, source: Source, mount: Partial<VolumeMount>, namespace = 'default'): Pod {
  const volumeMounts = [{ name: 'v', mountPath: '/v', readOnly: false, ...mount }];
  const made = makePod(name, {
    volumes: [{ name: 'v', ...source }],
    containers: [makeContainer('app', { volumeMounts })],
  });
  return { ...made, metadata: { ...made.metadata, namespace } };
}

const victim = (source: Source, mount: Partial<VolumeMount> = {}) =>
  pod('victim', source, { subPath: 'part', ...mount });

const fileOf = (pods: readonly Pod[]): Project => ({
  ...makeProject(...pods),
  claims: ['default', 'apart'].flatMap((namespace) => ['data', 'b'].map((name) => ({ name, namespace }))),
});

interface Run {
  last: Step;
  /** Each start of a container as `POD/NAME`, what it holds still, and the other starts under way when it began. */
  readonly starts: { readonly name: string; readonly holds: readonly string[]; readonly beside: readonly string[] }[];
}

const begin = (...pods: readonly Pod[]): Run => run(makeState(), emptySnapshot, pods);

/** Another podrun, that gives other UIDs. */
const beginOn = (snapshot: Snapshot, ...pods: readonly Pod[]): Run =>
  run(initialState(self, [5, 6, 7, 8], 0), snapshot, pods);

function run(state: State, snapshot: Snapshot, pods: readonly Pod[]): Run {
  const loaded = step(state, { kind: 'project', project: fileOf(pods) }, 1_000);
  const looked = step(loaded.state, { kind: 'looked', snapshot, sinceOutcome: 0 }, 1_000);
  return settle({ last: loaded, starts: [] }, looked);
}

const edit = ({ last }: Run, ...pods: readonly Pod[]): Run =>
  settle({ last, starts: [] }, step(last.state, { kind: 'project', project: fileOf(pods) }, 2_000));

/** Calls are answered one after another, the one that is longest under way first. */
function settle(run: Run, first: Step): Run {
  let last = first;
  note(run, last);
  for (let [planned] = last.state.inFlight.values(); planned !== undefined; [planned] = last.state.inFlight.values()) {
    const { outcome } = assume(snapshotOf(last.state), planned.action, 3_000);
    last = step(last.state, { kind: 'outcome', target: planned.action.target, outcome }, 3_000);
    note(run, last);
  }
  return { ...run, last };
}

function note(run: Run, { state, effects }: Step): void {
  const { containers } = snapshotOf(state);
  const inFlight = [...state.inFlight.values()].filter(
    ({ action, container }) => action.verb === 'startContainer' && container !== undefined,
  );
  const titleOf = (of: { pod?: { name: string }; container?: string }) => `${of.pod?.name}/${of.container}`;
  for (const effect of effects) {
    if (effect.kind !== 'perform' || !inFlight.includes(effect.planned)) continue;
    const { action } = effect.planned;
    const pauseIds = action.verb === 'startContainer' ? (action.guard?.pauseIds ?? []) : [];
    const held = containers.filter(({ id }) => pauseIds.includes(id));
    run.starts.push({
      name: titleOf(effect.planned),
      holds: held.map(({ labels }) => `${labels[label.podName]}/${labels[label.containerName]}`).toSorted(),
      beside: inFlight.filter((other) => other !== effect.planned).map(titleOf),
    });
  }
}

const holdsOf = ({ starts }: Run, name: string) => starts.find((start) => start.name === name)?.holds;

describe('held still', () => {
  test.each<[string, Pod, Pod, boolean]>([
    ['a writer of the claim', pod('other', claim, {}), victim(claim), true],
    ['one that mounts a part of it', pod('other', claim, { subPath: 'else' }), victim(claim), true],
    [
      'one for a subPathExpr',
      pod('other', claim, {}),
      victim(claim, { subPath: undefined, subPathExpr: 'x' } as object),
      true,
    ],
    ['not a reader', pod('other', claim, { readOnly: true }), victim(claim), false],
    [
      'not one whose claim is read-only',
      pod('other', { persistentVolumeClaim: { claimName: 'data', readOnly: true } }, {}),
      victim(claim),
      false,
    ],
    ['not one of another namespace', pod('other', claim, {}, 'apart'), victim(claim), false],
    [
      'not one of a claim with another name',
      pod('other', { persistentVolumeClaim: { claimName: 'b', readOnly: false } }, {}),
      victim(claim),
      false,
    ],
    [
      'not one with an emptyDir of the same name',
      pod('other', { emptyDir: { medium: '' } }, {}),
      victim({ emptyDir: { medium: '' } }),
      false,
    ],
    ['not for a mount of the whole', pod('other', claim, {}), victim(claim, { subPath: undefined } as object), false],
    ['a writer of the path', pod('other', host('/srv/a'), {}), victim(host('/srv/a')), true],
    ['of the same path in other letters', pod('other', host('/srv//a/'), {}), victim(host('/srv/a')), true],
    ['of a path around it', pod('other', host('/srv'), {}), victim(host('/srv/a')), true],
    ['of a path in it', pod('other', host('/srv/a/b'), {}), victim(host('/srv/a')), true],
    ['of the whole machine', pod('other', host('/'), {}), victim(host('/srv/a')), true],
    ['not of one beside it', pod('other', host('/srv/ab'), {}), victim(host('/srv/a')), false],
    ['not a reader of the path', pod('other', host('/srv/a'), { readOnly: true }), victim(host('/srv/a')), false],
  ])('%s', (_name, other, starting, isHeld) => {
    const before = begin(other);
    const after = edit(before, other, starting);
    expect(holdsOf(after, 'victim/app')).toEqual(isHeld ? ['other/app'] : []);
  });

  test('all of its own Pod that write, and of Pods that no file names any more', () => {
    const mounts = [{ name: 'v', mountPath: '/v', readOnly: false }];
    const containers = [
      makeContainer('first', { volumeMounts: mounts }),
      makeContainer('reader', { volumeMounts: [{ ...mounts[0], readOnly: true }] as never }),
      makeContainer('app', { volumeMounts: [{ ...mounts[0], subPath: 'part' }] as never }),
    ];
    const snapshot = snapshotOf(begin(pod('orphan', claim, {})).last.state);
    const mine = makePod('victim', { volumes: [{ name: 'v', ...claim }], containers });
    expect(holdsOf(beginOn(snapshot, mine), 'victim/app')).toEqual(['orphan/app', 'victim/first']);
  });

  test('what it was made with counts, not what the file says by now', () => {
    const before = begin(pod('other', claim, {}));
    const after = edit(before, pod('other', claim, { readOnly: true }), victim(claim));
    expect(holdsOf(after, 'victim/app')).toEqual(['other/app']);
  });

  test('one that was paused, and one of which nothing tells what it mounts', () => {
    const snapshot = snapshotOf(begin(pod('other', host('/elsewhere'), {}), pod('still', claim, {})).last.state);
    const containers = snapshot.containers.map((container) => {
      const { [label.facts]: _facts, ...labels } = container.labels;
      if (container.labels[label.podName] === 'still')
        return container.joinedTo === undefined ? container : { ...container, state: 'paused' as const };
      return { ...container, labels };
    });
    const run = beginOn({ ...snapshot, containers }, victim(claim));
    expect(holdsOf(run, 'victim/app')).toEqual(['other/app', 'still/app']);
  });
});

describe('starts under way', () => {
  test.each<[string, Pod, Pod, boolean]>([
    ['a writer waits for a proven start, and the other way about', pod('other', claim, {}), victim(claim), false],
    ['two that do both', pod('other', claim, { subPath: 'else' }), victim(claim), false],
    [
      'two readers go together',
      pod('other', claim, { subPath: 'a', readOnly: true }),
      victim(claim, { readOnly: true }),
      true,
    ],
    [
      'two writers of the whole go together',
      pod('other', claim, {}),
      victim(claim, { subPath: undefined } as object),
      true,
    ],
    ['so do strangers', pod('other', host('/a'), {}), victim(host('/b')), true],
  ])('%s', (_name, other, starting, isTogether) => {
    const { starts } = begin(other, starting);
    expect(starts.map(({ name }) => name).toSorted()).toEqual(['other/app', 'victim/app']);
    expect(starts.some(({ beside }) => beside.length > 0)).toBe(isTogether);
  });
});
