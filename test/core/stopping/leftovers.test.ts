/** Whether a project is down is seen on the engine: a podrun may die before the last of it. */
import { expect, test } from 'vitest';
import { label, podLabels, projectLabels } from '../../../src/core/runtime/labels.ts';
import type { Kind } from '../../../src/core/runtime/labels.ts';
import { emptySnapshot } from '../../../src/core/runtime/snapshot.ts';
import type { EngineVolume, Snapshot } from '../../../src/core/runtime/snapshot.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import { isAllDown } from '../../../src/core/stopping/leftovers.ts';
import { projectOf } from '../../manifest/parse.ts';
import { drive } from '../drive.ts';
import { makePod, ref } from '../make.ts';
import { workload } from '../workloads/rolling.ts';

const volume = (kind: Kind, labels: Readonly<Record<string, string>> = {}): EngineVolume => ({
  name: kind,
  labels: { ...projectLabels({ project: 'shop' }, kind, kind), ...labels },
});
const left = (...volumes: readonly EngineVolume[]): Snapshot => ({ ...emptySnapshot, volumes });
const keep = { volumes: false };

test('a record of an object and what is held down are enough for it not to be', () => {
  const d = drive(makePod('web'));
  d.edit({ workloads: projectOf(workload('Deployment', { replicas: 0 })).workloads ?? [] });
  d.feed({ kind: 'hold', units: ['default/web'] });
  d.wait(60_000);
  const full = snapshotOf(d.state());
  const kinds = (kind: Kind) => full.volumes.filter(({ labels }) => labels[label.kind] === kind);
  for (const kind of ['object', 'hold'] as const) {
    expect(kinds(kind), kind).not.toEqual([]);
    expect(isAllDown(left(...kinds(kind)), keep)).toBe(false);
  }
});

test('so is a volume of a Pod; a persistent one counts where it was to go', () => {
  expect(isAllDown(left(volume('emptyDir', podLabels(ref))), keep)).toBe(false);
  expect(isAllDown(left(volume('claim')), keep)).toBe(true);
  expect(isAllDown(left(volume('claim')), { volumes: true })).toBe(false);
  expect(isAllDown(left(), { volumes: true })).toBe(true);
});
