/** Which Pod and container a command means. */
import { expect, test } from 'vitest';
import { bestLife } from '../../src/cli/reading/best-life.ts';
import { chooseContainer, meantLives, runningInstance } from '../../src/cli/reading/pod-target.ts';
import { observe } from '../../src/core/runtime/observed.ts';
import type { ObservedPod } from '../../src/core/runtime/observed.ts';
import { emptySnapshot } from '../../src/core/runtime/snapshot.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { World } from '../../src/run/world.ts';
import { infraOnEngine, makeContainer, makePod, onEngine } from '../core/make.ts';

const [app, side, setup] = ['app', 'side', 'setup'].map((name) => makeContainer(name)) as [
  ReturnType<typeof makeContainer>,
  ReturnType<typeof makeContainer>,
  ReturnType<typeof makeContainer>,
];
const deletion = { atMs: 1_000, graceSeconds: 30 };

let stderr = '';
const world = { stderr: { write: (text: string) => (stderr += text) } } as unknown as World;

const seen = (pod: Pod, ...containers: Parameters<typeof onEngine>[0][]) =>
  observe({
    ...emptySnapshot,
    containers: [infraOnEngine(pod), ...containers.map((each) => onEngine(each, 0))],
  }).pods;

const meant = (pods: readonly ObservedPod[], word: string, namespace = 'default') =>
  meantLives({ pods, objects: new Map() }, word, namespace);

const web = makePod('web', { containers: [app, side], initContainers: [setup] });
const annotated = (name: string): Pod => ({
  ...web,
  metadata: { ...web.metadata, annotations: { 'kubectl.kubernetes.io/default-container': name } },
});

test('of several lives of a Pod the one is meant that is not being deleted', () => {
  const [life] = seen(web);
  if (life === undefined) throw new Error('no Pod');
  const [old, kept] = [
    { ...life, uid: 'old', record: { deletion } },
    { ...life, uid: 'new' },
  ];
  expect(meant([old, kept], 'web').map(({ uid }) => uid)).toEqual(['new']);
  expect(meant([kept, old], 'po/web').map(({ uid }) => uid)).toEqual(['new']);
  expect(meant([old], 'web').map(({ uid }) => uid)).toEqual(['old']);
});

test('the engine tells which Pods a workload and a Service have', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'front-5d4' };
  const labels = { 'pod-template-hash': '5d4' };
  const owned: Pod = { ...web, metadata: { ...web.metadata, labels, ownerReference: owner } };
  const shop = { name: 'shop', namespace: 'default', type: 'ClusterIP', selector: labels, ports: [] };
  const object = 'default/Service/shop';
  const record = {
    object,
    uid: 'u',
    createdAtMs: 0,
    generation: { number: 1, fingerprint: 'f' },
    kept: { service: shop },
  };
  const objects = new Map([[object, { record, volumes: [] }]]);
  for (const word of ['deploy/front', 'deployments.apps/front', 'rs/front-5d4', 'svc/shop', 'front', 'shop'])
    expect(meantLives({ pods: seen(owned), objects }, word, 'default').map(({ name }) => name)).toEqual(['web']);
});

test('what is not there is told, and where it is', () => {
  expect(() => meant(seen(web), 'sts/db')).toThrow('statefulsets.apps "db" not found');
  expect(() => meant(seen(web), 'deploy')).toThrow('pods "deploy" not found');
  expect(() => meant(seen(web), 'web', 'blue')).toThrow('pods "web" not found, but in namespace default: -n default');
  expect(() => meant(seen(web), 'cm/web')).toThrow('there is no resource type "cm" that has Pods');
});

test('of several Pods one is taken by their statuses, which are not asked for one alone', async () => {
  const [life] = seen(web);
  if (life === undefined) throw new Error('no Pod');
  const [one, other] = [
    { ...life, uid: 'one' },
    { ...life, uid: 'other' },
  ];
  const told = ['Pending', 'Running'].map((phase, index) => ({
    metadata: { uid: [one, other][index]?.uid ?? '' },
    status: { phase },
  }));
  expect(await bestLife([one, other], 'attach', () => Promise.resolve(told))).toBe(other);
  expect(await bestLife([one], 'attach', () => Promise.reject(new Error('asked')))).toBe(one);
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
