/** `build` and `pull` without an engine: what begins when, what is told, and what a failure shows. */
import { expect, test } from 'vitest';
import { projectBuilds, projectPulls, pullInstead, withPullPolicy } from '../../src/core/images/project-images.ts';
import type { EngineAction } from '../../src/core/runtime/action.ts';
import type { Outcome } from '../../src/core/runtime/outcome.ts';
import type { Planned } from '../../src/core/state/planned.ts';
import type { Engine, ImageProgress } from '../../src/engine/port.ts';
import type { Pod } from '../../src/model/pod.ts';
import { bringImages } from '../../src/run/bring-images.ts';
import type { World } from '../../src/run/world.ts';
import { makeContainer, makePod, makeProject } from '../core/make.ts';
import { StandingClock } from './standing-clock.ts';

const secrets = [{ id: 'npm', source: 'npm', key: 'token', namespace: 'default' }];
const build = { context: '/src', args: { A: '1', B: '1' }, secrets };
const npm = { kind: 'Secret', name: 'npm', namespace: 'default', data: { token: 'hünter2' }, binaryData: {} } as const;
const built = makeContainer('app', { image: 'shop', build });
const project = (...pods: readonly Pod[]) => ({ ...makeProject(...pods), objects: [npm] });

/** An engine whose calls a test answers, and what is told. */
function begin(wanted: readonly Planned[], instead?: (planned: Planned) => Planned) {
  const clock = new StandingClock();
  const lines: string[] = [];
  const calls = new Map<
    string,
    { action: EngineAction; step: (p: ImageProgress) => void; end: (o: Outcome) => void }
  >();
  let signal: (which: NodeJS.Signals) => void = () => {};
  const stream = { write: (text: string) => lines.push(...text.trimEnd().split('\n')) > 0 };
  const world = {
    ...{ env: {}, clock, stdout: stream, stderr: stream },
    onSignal: (call: typeof signal) => {
      signal = call;
      return () => {};
    },
  } as unknown as World;
  const gone: Outcome = { ok: false, failure: { kind: 'unknown', message: 'closed' } };
  const engine = {
    perform: (action: EngineAction, step: (p: ImageProgress) => void = () => {}) =>
      new Promise<Outcome>((end) => calls.set(`${action.verb} ${action.target}`, { action, step, end })),
    close: () => [...calls.values()].forEach(({ end }) => end(gone)),
  } as unknown as Engine;
  const how = { progress: 'plain', color: false, ...(instead === undefined ? {} : { instead }) } as const;
  const ended = bringImages(world, engine, { wanted, ...how });
  const call = (name: string) => calls.get(name) ?? expect.fail(`${name} has not begun: ${[...calls.keys()].join()}`);
  return { clock, lines, calls, call, ended, interrupt: () => signal('SIGINT') };
}

const is = (verb: 'buildImage' | 'pullImage' | 'inspectImage'): Outcome => ({ ok: true, verb, imageId: 'sha256:a' });

test('builds begin beside each other, each image once; each is told at its begin and end, and every ten seconds', async () => {
  const pods = [
    makePod('one', { containers: [built, makeContainer('plain')] }),
    makePod('two', { initContainers: [built], containers: [{ ...built, name: 'other', image: 'other' }] }),
  ];
  const wanted = projectBuilds(project(...pods), { noCache: true, pull: false, args: { B: '2' } });
  const { calls, call, lines, clock, ended } = begin(wanted);
  expect([...calls.keys()]).toEqual(['buildImage shop', 'buildImage other']);
  expect(call('buildImage shop').action).toEqual({
    ...{ verb: 'buildImage', target: 'shop', image: 'shop', noCache: true },
    build: { ...build, args: { A: '1', B: '2' } },
    secrets: { npm: Buffer.from('hünter2').toString('base64') },
  });

  call('buildImage shop').step({ done: 2, total: 5, unit: 'steps' });
  clock.advance(10_000);
  const failure = { kind: 'refused', message: 'exit code: 7', lasting: true, output: 'first\n\n  second\n' } as const;
  call('buildImage other').end({ ok: false, failure });
  call('buildImage shop').end(is('buildImage'));

  expect(await ended).toEqual({ done: 1, failed: 1 });
  expect(lines).toEqual([
    'one: building image shop',
    'two: building image other',
    'one: building, step 2 of 5 (shop)',
    'two: building image other',
    'two/other: building image other failed: exit code: 7',
    ...['  first', '  ', '    second'],
    'one: built image shop in 10 s',
    'podrun: built 1 of 2 images, 10 s',
  ]);
  expect(lines.join()).not.toContain('nter2');
});

test('an image that a container has as well as the infra is asked for as any other', () => {
  const pod = makePod('one', { containers: [makeContainer('app', { image: 'busybox' })] });
  const pulls = projectPulls(project(pod), { infraImage: 'busybox' });
  expect(pulls.map(({ action }) => `${action.verb} ${action.target}`)).toEqual(['pullImage busybox']);
});

test('pulls ask for what is not built; with missing the engine is asked first', async () => {
  const pod = makePod('one', {
    containers: [built, makeContainer('always'), makeContainer('never', { imagePullPolicy: 'Never' })],
  });
  const verbs = (policy?: 'always' | 'missing') =>
    projectPulls(project(pod), { infraImage: 'busybox', ...(policy === undefined ? {} : { policy }) }).map(
      ({ action }) => `${action.verb} ${action.target}`,
    );
  expect(verbs()).toEqual(['inspectImage busybox', 'pullImage always:1']);
  expect(verbs('always')).toEqual(['inspectImage busybox', 'pullImage always:1', 'pullImage never:1']);

  const all = project(pod);
  const wanted = projectPulls(all, { infraImage: 'busybox', policy: 'missing' });
  const { call, ended, lines } = begin(wanted, (planned) => pullInstead(all, planned));
  call('inspectImage busybox').end(is('inspectImage'));
  call('inspectImage never:1').end(is('inspectImage'));
  call('inspectImage always:1').end({ ok: false, failure: { kind: 'noImage', message: 'no such image' } });
  await expect.poll(() => lines).toEqual(['one: pulling image always:1']);
  call('pullImage always:1').end(is('pullImage'));
  expect(await ended).toEqual({ done: 1, failed: 0 });
  expect(lines.at(-1)).toBe('podrun: pulled 1 image, 0 s');
});

test('a signal ends all of them, and nothing of that is told as a failure', async () => {
  const wanted = projectBuilds(project(makePod('one', { containers: [built] })), {
    noCache: false,
    pull: true,
    args: {},
  });
  const { ended, interrupt, lines } = begin(wanted);
  interrupt();
  expect(await ended).toEqual({ done: 0, failed: 1, signal: 'SIGINT' });
  expect(lines).toEqual(['one: building image shop']);
});

test('--pull goes over every policy, and leaves the file’s project as it is', () => {
  const volume = { name: 'tools', image: { reference: 'tools:1', pullPolicy: 'IfNotPresent' } } as const;
  const pod = makePod('one', { initContainers: [built], containers: [makeContainer('app')], volumes: [volume] });
  const before = project(pod);
  const { pods } = withPullPolicy(before, 'Always');
  const policies = pods.flatMap(({ spec }) => [
    ...[...spec.initContainers, ...spec.containers].map(({ imagePullPolicy }) => imagePullPolicy),
    ...spec.volumes.map(({ image }) => image?.pullPolicy),
  ]);
  expect(policies).toEqual(['Always', 'Always', 'Always']);
  expect(before.pods[0]?.spec.containers[0]?.imagePullPolicy).toBe('IfNotPresent');
});
