/** Which Pod and container a command means. */
import { expect, test } from 'vitest';
import { chooseContainer, findPod, runningInstance } from '../../src/cli/reading/pod-target.ts';
import { observe } from '../../src/core/runtime/observed.ts';
import { emptySnapshot } from '../../src/core/runtime/snapshot.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { World } from '../../src/run/world.ts';
import { infraOnEngine, makeContainer, makePod, onEngine } from '../core/make.ts';

const [app, side, setup] = ['app', 'side', 'setup'].map((name) => makeContainer(name)) as [
  ReturnType<typeof makeContainer>,
  ReturnType<typeof makeContainer>,
  ReturnType<typeof makeContainer>,
];
const where = { namespace: 'default', project: 'shop' };

let stderr = '';
const world = { stderr: { write: (text: string) => (stderr += text) } } as unknown as World;

const seen = (pod: Pod, ...containers: Parameters<typeof onEngine>[0][]) =>
  observe({
    ...emptySnapshot,
    containers: [infraOnEngine(pod), ...containers.map((each) => onEngine(each, 0))],
  }).pods;

const web = makePod('web', { containers: [app, side], initContainers: [setup] });
const annotated = (name: string): Pod => ({
  ...web,
  metadata: { ...web.metadata, annotations: { 'kubectl.kubernetes.io/default-container': name } },
});

test.each(['web', 'pod/web', 'po/web', 'pods/web'])('%s is the Pod', (word) => {
  expect(findPod(seen(web), word, where).name).toBe('web');
});

test('a workload and a Service mean one of their Pods', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'front-5d4' };
  const labels = { 'pod-template-hash': '5d4' };
  const owned: Pod = { ...web, services: ['shop'], metadata: { ...web.metadata, labels, ownerReference: owner } };
  for (const word of ['deploy/front', 'deployments.apps/front', 'rs/front-5d4', 'svc/shop'])
    expect(findPod(seen(owned), word, where).name).toBe('web');
  expect(() => findPod(seen(owned), 'sts/front', where)).toThrow('there is no Pod of sts/front in project shop');
});

test('what is not there is told, and where it is', () => {
  expect(() => findPod(seen(web), 'db', where)).toThrow('there is no Pod db in project shop');
  expect(() => findPod(seen(web), 'web', { ...where, namespace: 'blue' })).toThrow('in namespace default: -n default');
  expect(() => findPod(seen(web), 'cm/web', where)).toThrow('a cm has no Pods');
});

test('the default container is the annotated one, else the first, and it says so', () => {
  const [pod] = seen(web);
  const [other] = seen(annotated('side'));
  if (pod === undefined || other === undefined) throw new Error('no Pod');
  expect([chooseContainer(world, other, undefined), stderr]).toEqual(['side', '']);
  expect([chooseContainer(world, pod, undefined, true), stderr]).toEqual(['app', '']);
  expect(chooseContainer(world, pod, undefined)).toBe('app');
  expect(stderr).toBe('Defaulted container "app" out of: app, side, setup (init)\n');
  expect(chooseContainer(world, pod, 'setup')).toBe('setup');
  expect(() => chooseContainer(world, pod, 'no')).toThrow(
    'container no is not valid for pod web out of: app, side, setup (init)',
  );
});

test('a container that does not run is told in the kubelet’s words', () => {
  const [pod] = seen(web, app);
  if (pod === undefined) throw new Error('no Pod');
  expect(runningInstance(pod, 'app').name).toBe('app');
  expect(() => runningInstance(pod, 'side')).toThrow('unable to upgrade connection: container not found ("side")');
});
