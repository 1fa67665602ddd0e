/** A Job and a CronJob on the simulated engine: podrun dies, calls fail and looks are late, and still no Job runs twice. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finishOf } from '../../src/controllers/job/status.ts';
import { label } from '../../src/core/runtime/labels.ts';
import { observe } from '../../src/core/runtime/observed.ts';
import type { Input, Step } from '../../src/core/state/input.ts';
import type { State } from '../../src/core/state/state.ts';
import type { Project } from '../../src/model/project.ts';
import { admission } from '../core/launch.ts';
import { times } from '../effort.ts';
import { projectOf } from '../manifest/parse.ts';
import { disturb } from './disturb.ts';
import { isUp, makeEngine, snapshotOf } from './engine.ts';
import { whyNotDown } from './expected.ts';
import { makeRandom } from './random.ts';
import { checkEqual } from './rules/equal-rule.ts';
import type { Run, Scripts } from './script.ts';
import { makeShell, offsetMs } from './shell.ts';
import type { Shell, Weather } from './shell.ts';
import { makeTimeline } from './timeline.ts';

const minuteMs = 60_000;
/** So long faults come; CronJobs have a time each minute. */
const untroubledAtMs = 4 * minuteMs;

const shapes = fc.record({
  completions: fc.integer({ min: 1, max: 3 }),
  parallelism: fc.integer({ min: 1, max: 3 }),
  backoffLimit: fc.nat(2),
  policy: fc.constantFrom('Allow', 'Forbid', 'Replace'),
  history: fc.nat(2),
});
const fates = fc.array(
  fc.record({
    lifeMs: fc.constantFrom(300, 20_000, 70_000),
    exitCode: fc.constantFrom(0, 0, 1),
    termMs: fc.constant(50),
    termCode: fc.constant(143),
  }),
  { maxLength: 12 },
);
const faults = fc.array(
  fc.tuple(
    fc.nat(untroubledAtMs),
    fc.oneof(
      fc.record({ kind: fc.constant('crash' as const), forMs: fc.constantFrom(10, 2_000, 50_000) }),
      fc.record({
        kind: fc.constant('call' as const),
        count: fc.integer({ min: 1, max: 3 }),
        fault: fc.constantFrom('refused', 'doneAndRefused', 'hangs', 'hangsDone', 'hangsDoneLate'),
      }),
      fc.record({
        kind: fc.constantFrom('staleLooks' as const, 'halfSeen' as const, 'noSpace' as const),
        forMs: fc.constantFrom(500, 20_000),
      }),
      fc.record({
        kind: fc.constant('hints' as const),
        how: fc.constantFrom('lost', 'late', 'doubled'),
        forMs: fc.constant(20_000),
      }),
      fc.record({
        kind: fc.constant('engineGone' as const),
        forMs: fc.constantFrom(3_000, 50_000),
        containersEnd: fc.boolean(),
      }),
    ),
  ),
  { maxLength: 6 },
);

type Shape = Parameters<Parameters<typeof shapes.map>[0]>[0];

function fileOf({ completions, parallelism, backoffLimit, policy, history }: Shape): Project {
  const pod = {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 3,
    containers: [{ name: 'app', image: 'app:1' }],
  };
  const spec = { completions, parallelism, backoffLimit, template: { spec: pod } };
  const cron = {
    schedule: '* * * * *',
    concurrencyPolicy: policy,
    successfulJobsHistoryLimit: history,
    failedJobsHistoryLimit: history,
    jobTemplate: { spec },
  };
  const objects = [
    { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'work' }, spec },
    { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'tick' }, spec: cron },
  ];
  return { ...projectOf(objects.map((each) => JSON.stringify(each)).join('\n---\n')), name: 'shop' };
}

function simulate(
  shape: Shape,
  runs: readonly Run[],
  troubles: typeof faults extends fc.Arbitrary<infer T> ? T : never,
  seed: number,
): void {
  const timeline = makeTimeline();
  const random = makeRandom(seed);
  const weather: Weather = { calls: [], hints: 'well', stale: false, halfSeen: false };
  let file = fileOf(shape);
  let shell: Shell | undefined;
  let lives = 0;
  let steps = 0;
  const uids = new Map<string, string>();
  const drawn = new Map<string, readonly Run[]>();
  const scripts = new Proxy<Scripts>(
    {},
    {
      get: (_none, key: string) => {
        const run = runs[drawn.size] ?? { lifeMs: 300, exitCode: 0, termMs: 50, termCode: 143 };
        if (!drawn.has(key)) drawn.set(key, [run]);
        return drawn.get(key);
      },
    },
  );
  const engine = makeEngine(
    timeline,
    random,
    scripts,
    () => shell?.hint(),
    ({ kind }) => {
      if (kind === 'started') checkEngine();
    },
  );
  engine.images.add('app:1');
  engine.images.add('infra:1');

  function check(before: State, input: Input, after: Step, nowMs: number): void {
    steps += 1;
    if (steps % 4 === 0) checkEqual(before, input, after, nowMs);
    for (const effect of after.effects) {
      if (
        effect.kind !== 'perform' ||
        effect.planned.action.verb !== 'startContainer' ||
        effect.planned.container === undefined
      )
        continue;
      const { pod } = effect.planned;
      const unit = [...after.state.shared.jobs.seen].find(([key]) => key === `default/${pod?.name}`)?.[1].unit ?? '';
      const run = after.state.shared.jobs.runs.get(unit);
      if (run !== undefined && finishOf(run.status) !== undefined)
        throw new Error(`${pod?.name} starts, and ${unit} has ended`);
    }
    checkEngine();
  }

  /** By what is true, whatever podrun knows. */
  function checkEngine(): void {
    const active = new Map<string, number>();
    const observed = observe(snapshotOf(engine, 'shop', 0));
    const going = new Set(observed.pods.filter(({ record }) => record.deletion !== undefined).map(({ uid }) => uid));
    for (const life of observed.pods) {
      const { labels = {} } = life.facts?.live ?? life.record.end?.facts.live ?? {};
      const [job = '', uid = ''] = [labels['job-name'], labels['controller-uid']];
      const real = [...engine.containers.values()].filter(
        (each) => each.labels[label.podUid] === life.uid && each.labels[label.containerName] === 'app',
      );
      if (real.some(({ starts }) => starts > 0)) {
        if ((uids.get(job) ?? uid) !== uid) throw new Error(`${job} runs a second time`);
        uids.set(job, uid);
      }
      if (real.some(isUp) && !going.has(life.uid)) active.set(job, (active.get(job) ?? 0) + 1);
    }
    for (const [job, count] of active)
      if (count > shape.parallelism)
        throw new Error(`${job} has ${count} Pods that run, more than ${shape.parallelism}`);
  }

  function begin(): void {
    lives += 1;
    const self = {
      ...{
        ...admission,
        project: 'shop',
        dir: '/home/me/shop',
        infraImage: 'infra:1',
        takeOver: false,
        removeOrphans: false,
      },
      ...{
        timeZone: 'UTC',
        limits: { calls: 8, pulls: 2 },
        startedAtMs: engine.nowMs() + offsetMs,
        id: `podrun${lives}`,
      },
    };
    shell = makeShell({ engine, random, weather, onStep: check }, self, file);
    shell.feed({ kind: 'intent', intent: { kind: 'up' } });
  }

  begin();
  for (const [atMs, fault] of troubles)
    timeline.after(atMs, () => {
      if (fault.kind !== 'crash') return disturb(engine, weather, { ...fault, atMs }, []);
      shell?.die();
      timeline.after(fault.forMs, () => {
        shell?.die();
        begin();
      });
    });
  timeline.run(untroubledAtMs + minuteMs, () => false);
  weather.calls.length = 0;
  file = { ...file, cronJobs: (file.cronJobs ?? []).map((cron) => ({ ...cron, suspend: true })) };
  shell?.feed({ kind: 'project', project: file });
  const isOver = (): boolean => {
    const { jobs } = (shell as Shell).state().shared;
    return (
      [...jobs.runs.values()].every(({ status }) => finishOf(status) !== undefined) && (shell as Shell).last().settled
    );
  };
  expect(timeline.run(timeline.nowMs() + 30 * minuteMs, isOver), 'each Job ends').toBe(true);
  const { shared } = (shell as Shell).state();
  expect(shared.jobs.runs.get('default/Job/work'), 'the Job of the file').toBeDefined();
  expect(shared.crons.runs.size, 'Jobs that are kept').toBeLessThanOrEqual(2 * shape.history);
  shell?.feed({ kind: 'intent', intent: { kind: 'down', volumes: true, kill: false } });
  const isDown = (): boolean => (shell as Shell).last().settled && whyNotDown(engine, 'shop', true) === undefined;
  expect(timeline.run(timeline.nowMs() + 10 * minuteMs, isDown), whyNotDown(engine, 'shop', true)).toBe(true);
}

test(
  'no Job exceeds its parallelism, runs on once it has ended, or runs twice for a time; nothing is left',
  { timeout: 240_000 },
  () => {
    fc.assert(fc.property(shapes, fates, faults, fc.nat(1_000), simulate), { numRuns: times(15), seed: 1 });
  },
);
