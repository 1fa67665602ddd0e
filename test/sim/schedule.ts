/** What fast-check draws: a project, what its processes do, and what goes wrong when. */
import fc from 'fast-check';
import type { Dependency } from '../../src/model/pod.ts';
import { editKinds } from './edit.ts';
import type { EditKind } from './edit.ts';
import { handActs } from './hand.ts';
import type { HandAct } from './hand.ts';
import { containerNames, initNames, podNames, sidecarNames } from './project.ts';
import type { ContainerDraft, InitDraft, PodDraft } from './project.ts';
import { neverMs } from './script.ts';
import type { HookRun, Run, Scripts } from './script.ts';
import type { CallFault } from './shell.ts';

export type Fault = { readonly atMs: number } & (
  | { readonly kind: 'call'; readonly fault: CallFault; readonly count: number }
  | { readonly kind: 'engineGone'; readonly forMs: number; readonly containersEnd: boolean }
  | { readonly kind: 'noSpace' | 'registryDown' | 'staleLooks' | 'halfSeen'; readonly forMs: number }
  | { readonly kind: 'hints'; readonly how: 'lost' | 'late' | 'doubled'; readonly forMs: number }
  | { readonly kind: 'imageMissing' | 'portTaken' | 'nameTaken'; readonly pick: number; readonly forMs: number }
  | { readonly kind: 'hand'; readonly act: HandAct; readonly pick: number }
  | { readonly kind: 'edit'; readonly edit: EditKind; readonly pick: number }
  /** A hand sets the condition of a readiness gate. */
  | { readonly kind: 'condition'; readonly pick: number; readonly status: 'True' | 'False' }
  /** `podrun restart` or `podrun delete`; of one container where its pick is given. */
  | { readonly kind: 'restart'; readonly pick: number; readonly containerPick?: number }
  | { readonly kind: 'delete'; readonly pick: number; readonly graceSeconds?: number }
  /** `podrun down POD` and `podrun up POD` beside podrun. */
  | { readonly kind: 'hold'; readonly pick: number; readonly graceSeconds?: number }
  | { readonly kind: 'release'; readonly pick: number }
  /** Files are written or deleted on podrun's machine. */
  | { readonly kind: 'files'; readonly pick: number }
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
  /** What each Pod asks of the one before it. */
  readonly waits?: readonly (Dependency['condition'] | undefined)[];
}

const seldom = fc.constantFrom(false, false, false, true);
const drawn = {
  probes: fc.constantFrom('none', 'none', 'liveness', 'readiness', 'both', 'graceful'),
  pullPolicy: fc.constantFrom('IfNotPresent', 'IfNotPresent', 'Always'),
  mounts: fc.boolean(),
  startup: seldom,
  postStart: seldom,
  preStop: seldom,
  synced: seldom,
};
const containers: fc.Arbitrary<ContainerDraft> = fc.record(drawn);
const inits: fc.Arbitrary<InitDraft> = fc.record({ ...drawn, sidecar: fc.boolean() });

const requiredKeys = [
  'namespace',
  'policy',
  'graceSeconds',
  'volumes',
  'hostPort',
  'sharePid',
  'containers',
  'init',
  'gate',
] as const;

const pods: fc.Arbitrary<PodDraft> = fc.record(
  {
    namespace: fc.constantFrom('default', 'default', 'other'),
    policy: fc.constantFrom('Always', 'Always', 'OnFailure', 'Never'),
    graceSeconds: fc.constantFrom(0, 1, 5, 12),
    volumes: fc.uniqueArray(fc.constantFrom('emptyDir', 'claim', 'hostPath', 'config'), { maxLength: 2 }),
    hostPort: fc.boolean(),
    sharePid: fc.boolean(),
    containers: fc.array(containers, { minLength: 1, maxLength: 3 }),
    init: fc.oneof(fc.constant([]), fc.array(inits, { maxLength: 3 })),
    gate: seldom,
    deadlineSeconds: fc.constantFrom(3, 20, 45),
  },
  { requiredKeys: [...requiredKeys] },
);

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

/** What a hook and a startup check do, beside what the process does. */
const extras: fc.Arbitrary<Partial<Run>> = fc.record(
  {
    startedAfterMs: fc.constantFrom(0, 500, 4_000, neverMs),
    postStart: fc.constantFrom<HookRun>({ ms: 5, ok: true }, { ms: 3_500, ok: true }, { ms: 20, ok: false }),
    preStop: fc.constantFrom<HookRun>(
      { ms: 5, ok: true },
      { ms: 2_500, ok: true },
      { ms: 20, ok: false },
      { ok: true },
    ),
  },
  { requiredKeys: [] },
);
const hookedRuns = fc.tuple(runs, extras).map(([run, extra]): Run => ({ ...run, ...extra }));

/** A plain init container ends by itself, or it cannot be run. */
const initRuns: fc.Arbitrary<Run> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      lifeMs: fc.constantFrom(10, 500, 7_000),
      exitCode: fc.constantFrom(0, 0, 1),
      termMs: fc.constantFrom(3, 4_000),
      termCode: fc.constantFrom(0, 143),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Run>({ exitCode: 0, termCode: 143, broken: 127 }) },
);

const scriptKeys = (names: readonly string[]) =>
  ['default', 'other'].flatMap((ns) => podNames.flatMap((pod) => names.map((c) => `${ns}/${pod}/${c}`)));

const scriptsOf = (names: readonly string[], of: fc.Arbitrary<Run>): fc.Arbitrary<Scripts> =>
  fc.dictionary(fc.constantFrom(...scriptKeys(names)), fc.array(of, { minLength: 1, maxLength: 4 }), { maxKeys: 8 });

const scripts: fc.Arbitrary<Scripts> = fc
  .tuple(scriptsOf([...containerNames, ...sidecarNames], hookedRuns), scriptsOf(initNames, initRuns))
  .map(([regular, init]) => ({ ...regular, ...init }));

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
  {
    weight: 2,
    arbitrary: fc.record({ atMs, kind: fc.constantFrom('noSpace', 'registryDown', 'staleLooks', 'halfSeen'), forMs }),
  },
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
  { weight: 3, arbitrary: fc.record({ atMs, kind: fc.constant('files' as const), pick }) },
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
      kind: fc.constant('condition' as const),
      pick,
      status: fc.constantFrom('True' as const, 'False' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      { atMs, kind: fc.constant('restart' as const), pick, containerPick: pick },
      { requiredKeys: ['atMs', 'kind', 'pick'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      { atMs, kind: fc.constant('delete' as const), pick, graceSeconds: grace.graceSeconds },
      { requiredKeys: ['atMs', 'kind', 'pick'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      { atMs, kind: fc.constant('hold' as const), pick, graceSeconds: grace.graceSeconds },
      { requiredKeys: ['atMs', 'kind', 'pick'] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ atMs, kind: fc.constant('release' as const), pick }) },
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
  waits: fc.oneof(
    fc.constant([]),
    fc.array(fc.constantFrom(undefined, 'Ready', 'Started', 'Succeeded'), { maxLength: 3 }),
  ),
});
