/** What fast-check draws: a project, what its processes do, and what goes wrong when. */
import fc from 'fast-check';
import { editKinds } from './edit.ts';
import type { EditKind } from './edit.ts';
import { handActs } from './hand.ts';
import type { HandAct } from './hand.ts';
import { containerNames, podNames } from './project.ts';
import type { ContainerDraft, PodDraft } from './project.ts';
import type { Run, Scripts } from './script.ts';
import type { CallFault } from './shell.ts';

export type Fault = { readonly atMs: number } & (
  | { readonly kind: 'call'; readonly fault: CallFault; readonly count: number }
  | { readonly kind: 'engineGone'; readonly forMs: number; readonly containersEnd: boolean }
  | { readonly kind: 'noSpace' | 'registryDown' | 'staleLooks'; readonly forMs: number }
  | { readonly kind: 'hints'; readonly how: 'lost' | 'late' | 'doubled'; readonly forMs: number }
  | { readonly kind: 'imageMissing' | 'portTaken' | 'nameTaken'; readonly pick: number; readonly forMs: number }
  | { readonly kind: 'hand'; readonly act: HandAct; readonly pick: number }
  | { readonly kind: 'edit'; readonly edit: EditKind; readonly pick: number }
  /** podrun dies and comes back later, perhaps to another file. */
  | { readonly kind: 'crash'; readonly forMs: number; readonly edit?: EditKind; readonly pick: number }
  | { readonly kind: 'clockJump'; readonly byMs: number }
  | { readonly kind: 'down'; readonly graceSeconds?: number; readonly volumes: boolean; readonly kill: boolean }
);

export interface Schedule {
  readonly seed: number;
  readonly pods: readonly PodDraft[];
  readonly scripts: Scripts;
  readonly imagesThere: boolean;
  readonly removeOrphans: boolean;
  readonly faults: readonly Fault[];
  /** How it is taken down at the end. */
  readonly end: { readonly graceSeconds?: number; readonly volumes: boolean; readonly kill: boolean };
}

const containers: fc.Arbitrary<ContainerDraft> = fc.record({
  probes: fc.constantFrom('none', 'none', 'liveness', 'readiness', 'both', 'graceful'),
  pullPolicy: fc.constantFrom('IfNotPresent', 'IfNotPresent', 'Always'),
  mounts: fc.boolean(),
});

const pods: fc.Arbitrary<PodDraft> = fc.record({
  namespace: fc.constantFrom('default', 'default', 'other'),
  policy: fc.constantFrom('Always', 'Always', 'OnFailure', 'Never'),
  graceSeconds: fc.constantFrom(0, 1, 5, 12),
  volumes: fc.uniqueArray(fc.constantFrom('emptyDir', 'claim', 'hostPath'), { maxLength: 2 }),
  hostPort: fc.boolean(),
  sharePid: fc.boolean(),
  containers: fc.array(containers, { minLength: 1, maxLength: 3 }),
});

const runs: fc.Arbitrary<Run> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      exitCode: fc.constant(0),
      termMs: fc.constantFrom(3, 800, 4_000),
      termCode: fc.constantFrom(0, 143),
    }),
  },
  { weight: 1, arbitrary: fc.record({ exitCode: fc.constant(0), termCode: fc.constant(143) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      lifeMs: fc.constantFrom(10, 500, 7_000, 30_000),
      exitCode: fc.constantFrom(0, 1),
      termMs: fc.constant(100),
      termCode: fc.constantFrom(0, 143),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      exitCode: fc.constant(0),
      termMs: fc.constant(3),
      termCode: fc.constantFrom(0, 143),
      badAfterMs: fc.constantFrom(3_000, 20_000),
      readyAfterMs: fc.constantFrom(0, 2_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Run>({ exitCode: 0, termCode: 143, broken: 127 }) },
);

const scriptKeys = ['default', 'other'].flatMap((ns) =>
  podNames.flatMap((pod) => containerNames.map((c) => `${ns}/${pod}/${c}`)),
);

const scripts: fc.Arbitrary<Scripts> = fc.dictionary(
  fc.constantFrom(...scriptKeys),
  fc.array(runs, { minLength: 1, maxLength: 4 }),
  { maxKeys: 8 },
);

const atMs = fc.integer({ min: 0, max: 60_000 });
const pick = fc.nat(1000);
const forMs = fc.integer({ min: 200, max: 30_000 });
const grace = {
  graceSeconds: fc.constantFrom(1, 4, 20),
  volumes: fc.boolean(),
  kill: fc.constantFrom(false, false, true),
};

const faults: fc.Arbitrary<Fault> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      atMs,
      kind: fc.constant('call' as const),
      fault: fc.constantFrom('refused', 'doneAndRefused', 'hangs', 'hangsDone', 'hangsDoneLate'),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      atMs,
      kind: fc.constant('engineGone' as const),
      forMs: fc.integer({ min: 1_000, max: 60_000 }),
      containersEnd: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ atMs, kind: fc.constantFrom('noSpace', 'registryDown', 'staleLooks'), forMs }) },
  {
    weight: 2,
    arbitrary: fc.record({
      atMs,
      kind: fc.constant('hints' as const),
      how: fc.constantFrom('lost', 'late', 'doubled'),
      forMs,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ atMs, kind: fc.constantFrom('imageMissing', 'portTaken', 'nameTaken'), pick, forMs }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ atMs, kind: fc.constant('hand' as const), act: fc.constantFrom(...handActs), pick }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ atMs, kind: fc.constant('edit' as const), edit: fc.constantFrom(...editKinds), pick }),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        atMs,
        kind: fc.constant('crash' as const),
        forMs: fc.integer({ min: 0, max: 20_000 }),
        pick,
        edit: fc.constantFrom(...editKinds),
      },
      { requiredKeys: ['atMs', 'kind', 'forMs', 'pick'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      atMs,
      kind: fc.constant('clockJump' as const),
      byMs: fc.constantFrom(1_000, 60_000, 3_600_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      { atMs, kind: fc.constant('down' as const), ...grace },
      { requiredKeys: ['atMs', 'kind', 'volumes', 'kill'] },
    ),
  },
);

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(),
  pods: fc.array(pods, { minLength: 1, maxLength: 3 }),
  scripts,
  imagesThere: fc.boolean(),
  removeOrphans: fc.boolean(),
  faults: fc.array(faults, { maxLength: 9 }),
  end: fc.record(grace, { requiredKeys: ['volumes', 'kill'] }),
});
