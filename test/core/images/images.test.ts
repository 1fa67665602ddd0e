/** Which calls bring images: one for each image however many ask, no more at once than there is room for. */
import { describe, expect, test } from 'vitest';
import { imagesTrouble } from '../../../src/core/images/image-trouble.ts';
import type { EngineAction } from '../../../src/core/runtime/action.ts';
import { emptySnapshot } from '../../../src/core/runtime/snapshot.ts';
import type { EngineContainer } from '../../../src/core/runtime/snapshot.ts';
import { emptySharedMemory } from '../../../src/core/state/shared-memory.ts';
import { step } from '../../../src/core/step/supervisor.ts';
import type { Container } from '../../../src/model/container.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { infraOnEngine, makeContainer, makePod, makeProject, makeState, onEngine } from '../make.ts';

const pods = (images: readonly string[], over: Partial<Container> = {}): readonly Pod[] =>
  images.map((image, index) => makePod(`pod-${index}`, { containers: [makeContainer('app', { image, ...over })] }));

/** What is under way once the first look has shown an empty engine. */
function begun(all: readonly Pod[]): readonly EngineAction[] {
  const { state } = step(makeState(), { kind: 'project', project: makeProject(...all) }, 1_000);
  const looked = step(state, { kind: 'looked', snapshot: emptySnapshot, sinceOutcome: state.outcomes }, 1_000).state;
  return [...looked.inFlight.values()].map(({ action }) => action);
}

const pulled = (actions: readonly EngineAction[]): readonly string[] =>
  actions.flatMap((action) => (action.verb === 'pullImage' ? [action.image] : []));

test('an image is pulled once for all that run it', () => {
  expect(pulled(begun(pods(['app:1', 'app:1', 'app:1'], { imagePullPolicy: 'Always' })))).toEqual(['app:1']);
});

test('of many images two are pulled at a time', () => {
  const { limits } = makeState().self;
  expect(limits.pulls).toBe(2);
  expect(pulled(begun(pods(['a:1', 'b:1', 'c:1', 'd:1'], { imagePullPolicy: 'Always' })))).toEqual(['a:1', 'b:1']);
});

describe('what brings images begins at once', () => {
  const build = { context: '/src', args: {} };
  const always = { imagePullPolicy: 'Always' } as const;
  /** With as much room as `podrun up` has. */
  const asUp = (all: readonly Pod[], containers: readonly EngineContainer[] = []) => {
    const fresh = makeState();
    const self = { ...fresh.self, limits: { calls: 99, pulls: 99 } };
    const { state } = step({ ...fresh, self }, { kind: 'project', project: makeProject(...all) }, 1_000);
    const snapshot = { ...emptySnapshot, containers };
    const looked = step(state, { kind: 'looked', snapshot, sinceOutcome: state.outcomes }, 1_000).state;
    return [...looked.inFlight.values()].map(({ action }) => action);
  };
  const images = (actions: readonly EngineAction[]): readonly string[] =>
    actions.flatMap((action) =>
      'image' in action && action.image !== 'busybox' ? [`${action.verb} ${action.image}`] : [],
    );

  test('of all Pods beside each other, each image once', () => {
    const built = [
      makePod('one', { containers: [makeContainer('app', { image: 'shop', build })] }),
      makePod('two', { containers: [makeContainer('app', { image: 'shop', build })] }),
    ];
    expect(images(asUp([...pods(['a:1', 'b:1', 'a:1'], always), ...built]))).toEqual([
      'pullImage a:1',
      'pullImage b:1',
      'inspectBuild shop',
    ]);
  });

  test('also of a Pod that waits for another, and of one that has no room not', () => {
    const [db, other] = pods(['db:1', 'web:1'], always);
    const dependsOn = [{ name: 'pod-0', namespace: 'default', condition: 'Ready' }] as const;
    const large = makePod('large', {
      containers: [makeContainer('app', { ...always, resources: { requests: { memory: '900Gi' }, limits: {} } })],
    });
    const waiting = other && { ...other, dependsOn };
    expect(images(asUp([db, waiting, large].filter((pod) => pod !== undefined)))).toEqual([
      'pullImage db:1',
      'pullImage web:1',
    ]);
  });

  test('also of the containers that wait for an init container', () => {
    const init = makeContainer('init');
    const initContainers = [init, makeContainer('next', always)];
    const pod = makePod('web', { initContainers, containers: [makeContainer('app', always)] });
    expect(images(asUp([pod], [infraOnEngine(pod), onEngine(init, 0)]))).toEqual([
      'pullImage next:1',
      'pullImage app:1',
    ]);
  });
});

test.each([
  ['Always', 'pullImage'],
  ['IfNotPresent', 'inspectImage'],
] as const)('with %s an image of another platform is asked for as such by %s', (imagePullPolicy, verb) => {
  const actions = begun(pods(['app:1'], { imagePullPolicy, platform: 'linux/arm64' }));
  expect(actions).toContainEqual(expect.objectContaining({ verb, image: 'app:1', platform: 'linux/arm64' }));
});

test('an image that nobody knows is no trouble: a container that only a record names', () => {
  const spec = makePod('web', { containers: [makeContainer('app', { image: '' })] }).spec;
  const [container] = spec.containers;
  expect(container && imagesTrouble(emptySharedMemory([1, 2, 3, 4]), spec, container, 0)).toBeUndefined();
});

test.each([
  ['Always', true, 'ImagePullBackOff'],
  ['IfNotPresent', false, 'ImagePullBackOff'],
  ['IfNotPresent', true, undefined],
  ['Never', true, undefined],
] as const)('a failed pull is the trouble of %s, the image being there: %s: %s', (imagePullPolicy, isThere, reason) => {
  const { spec } = makePod('web', { containers: [makeContainer('app', { image: 'app:1', imagePullPolicy })] });
  const failure = { kind: 'unknown', message: 'no such host' } as const;
  const pull = { verb: 'pullImage', target: 'app:1', count: 1, failure, failedAtMs: 0, untilMs: 10_000 } as const;
  const memory = {
    retries: new Map([['pullImage app:1', pull]]),
    images: new Map(isThere ? [['app:1', 'sha256:1']] : []),
  };
  const [container] = spec.containers;
  expect(container && imagesTrouble(memory, spec, container, 5_000)?.reason).toBe(reason);
});
