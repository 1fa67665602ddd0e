import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containerChanges, differences, podChanges } from '../../../src/core/spec/change.ts';
import { observe } from '../../../src/core/runtime/observed.ts';
import { emptySnapshot } from '../../../src/core/runtime/snapshot.ts';
import type { Container } from '../../../src/model/container.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { infraOnEngine, makeContainer, makePod, makeProbe, onEngine } from '../make.ts';
import type { Reason } from '../../../src/core/runtime/reason.ts';
import { causeOf } from '../../../src/output/reasons/cause.ts';
import { edited } from '../reasons.ts';

const port = { containerPort: 80, protocol: 'TCP' } as const;
const published = { ...port, hostPort: 8080, hostIP: '127.0.0.1' };
const mount = { name: 'data', mountPath: '/data', readOnly: false };
const app = makeContainer('app', {
  env: [
    { name: 'PORT', value: '8080' },
    { name: 'URL', value: 'http://x:$(PORT)' },
  ],
  ports: [port],
  volumeMounts: [mount],
});
const data = { name: 'data', emptyDir: { medium: '' } } as const;
const web = makePod('web', { containers: [app, makeContainer('proxy')], volumes: [data] }, { tier: 'front' });

/** What an edit does: the paths of each class. */
function classify(edited: Pod): { pod: string[]; live: string[]; container: string[] } {
  const resolved = {
    ...app,
    env: [
      { name: 'PORT', value: '8080' },
      { name: 'URL', value: 'http://x:8080' },
    ],
  };
  const containers = [
    infraOnEngine(web),
    onEngine(app, 0, { env: Object.fromEntries(resolved.env.map((e) => [e.name, e.value])) }),
    onEngine(makeContainer('proxy'), 0),
  ];
  const observed = observe({ ...emptySnapshot, containers }).pods[0];
  if (observed === undefined) throw new Error('the Pod is not seen');
  const { pod, live } = podChanges(edited, observed);
  const container = edited.spec.containers.flatMap((desired) => {
    const instance = observed.instances.get(desired.name)?.[0];
    return instance === undefined ? [] : containerChanges(desired, instance);
  });
  const paths = (changes: readonly Reason[]) => changes.map((change) => causeOf(change).path);
  return { pod: paths(pod), live: paths(live), container: paths(container) };
}

const withSpec = (spec: Partial<Pod['spec']>): Pod => ({ metadata: web.metadata, spec: { ...web.spec, ...spec } });
const withMeta = (meta: Partial<Pod['metadata']>): Pod => ({ ...web, metadata: { ...web.metadata, ...meta } });
const withApp = (over: Partial<Container>): Pod =>
  withSpec({ containers: [{ ...app, ...over }, makeContainer('proxy')] });
const none = { pod: [], live: [], container: [] };

describe('what an edit does', () => {
  test('nothing that matters: nothing', () => {
    expect(classify(structuredClone(web))).toEqual(none);
    expect(classify(withMeta({ labels: { ...web.metadata.labels } }))).toEqual(none);
  });

  test.each([
    ['labels', withMeta({ labels: { tier: 'back' } }), 'labels.tier'],
    ['annotations', withMeta({ annotations: { a: 'b' } }), 'annotations.a'],
    ['restartPolicy', withSpec({ restartPolicy: 'Never' }), 'restartPolicy'],
    ['the grace period', withSpec({ terminationGracePeriodSeconds: 5 }), 'terminationGracePeriodSeconds'],
    ['a probe', withApp({ livenessProbe: makeProbe() }), 'containers.app.livenessProbe'],
    ['a readiness probe', withApp({ readinessProbe: makeProbe() }), 'containers.app.readinessProbe'],
    ['the pull policy', withApp({ imagePullPolicy: 'Always' }), 'containers.app.imagePullPolicy'],
    ['a containerPort', withApp({ ports: [port, { ...port, containerPort: 81 }] }), 'containers.app.ports.81/TCP'],
    ['a port’s name', withApp({ ports: [{ ...port, name: 'http' }] }), 'containers.app.ports.80/TCP.name'],
  ])('%s: live', (_field, edited, path) => {
    expect(classify(edited)).toEqual({ ...none, live: [path] });
  });

  test.each([
    ['image', { image: 'app:2' }, 'containers.app.image'],
    ['command', { command: ['run'] }, 'containers.app.command'],
    ['args', { args: ['-v'] }, 'containers.app.args'],
    ['workingDir', { workingDir: '/app' }, 'containers.app.workingDir'],
    [
      'a mount of a volume the Pod has',
      {
        volumeMounts: [
          { ...mount, mountPath: '/data' },
          { ...mount, mountPath: '/more' },
        ],
      },
      'containers.app.volumeMounts./more',
    ],
    ['a mount’s mode', { volumeMounts: [{ ...mount, readOnly: true }] }, 'containers.app.volumeMounts./data.readOnly'],
    ['a new env entry', { env: [...app.env, { name: 'NEW', value: '1' }] }, 'containers.app.env.NEW'],
    ['an env entry that goes', { env: [{ name: 'URL', value: 'http://x:8080' }] }, 'containers.app.env.PORT'],
  ] satisfies [string, Partial<Container>, string][])('a container’s %s: that container', (_field, over, path) => {
    expect(classify(withApp(over))).toEqual({ ...none, container: [path] });
  });

  test('an env value that others use: each value that changes is named', () => {
    const env = [
      { name: 'PORT', value: '8081' },
      { name: 'URL', value: 'http://x:$(PORT)' },
    ];
    expect(classify(withApp({ env }))).toEqual({
      ...none,
      container: ['containers.app.env.PORT', 'containers.app.env.URL'],
    });
  });

  test('env entries that come to the same are no change', () => {
    const env = [
      { name: 'URL', value: 'http://x:8080' },
      { name: 'PORT', value: '1' },
      { name: 'PORT', value: '8080' },
    ];
    expect(classify(withApp({ env }))).toEqual(none);
  });

  test.each([
    ['hostname', withSpec({ hostname: 'other' }), ['hostname']],
    ['the PID namespace', withSpec({ shareProcessNamespace: true }), ['shareProcessNamespace']],
    ['volumes', withSpec({ volumes: [data, { name: 'more', emptyDir: { medium: 'Memory' } }] }), ['volumes.more']],
    [
      'a volume’s source',
      withSpec({ volumes: [{ name: 'data', hostPath: { path: '/srv', type: '' } }] }),
      ['volumes.data.emptyDir', 'volumes.data.hostPath'],
    ],
  ])('%s: the Pod', (_field, edited, paths) => {
    expect(classify(edited)).toEqual({ ...none, pod: paths });
  });

  test('a hostPort: the Pod', () => {
    expect(classify(withApp({ ports: [published] })).pod).toEqual(['containers.app.hostPorts.80/TCP']);
  });

  test('a container removed, added or renamed: the Pod', () => {
    expect(classify(withSpec({ containers: [app] })).pod).toEqual(['containers.proxy']);
    expect(classify(withSpec({ containers: [...web.spec.containers, makeContainer('side')] })).pod).toEqual([
      'containers.side',
    ]);
    expect(classify(withSpec({ containers: [app, makeContainer('envoy')] })).pod).toEqual([
      'containers.proxy',
      'containers.envoy',
    ]);
  });
});

describe('differences', () => {
  test('name the leaf and both values', () => {
    expect(differences({ a: { b: 1, c: 'x' } }, { a: { b: 2, c: 'x' } })).toEqual([edited('a.b', 1, 2)]);
    expect(differences({ a: 'x' }, {})).toEqual([edited('a', 'x')]);
    expect(differences({}, { a: ['x'] }, ['p'])).toEqual([edited('p.a', undefined, ['x'])]);
    expect(differences(['a', 'b'], ['b', 'a'])).toHaveLength(1);
  });

  test('of a value and itself there are none, in whatever order its keys stand', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, v]) => [key, reversed(v)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(differences(value, reversed(value))).toEqual([]);
      }),
    );
  });
});
