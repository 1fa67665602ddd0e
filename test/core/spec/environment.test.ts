import { describe, expect, test } from 'vitest';
import { contentOf } from '../../../src/core/spec/content.ts';
import { fieldValue, resourceValue } from '../../../src/core/spec/downward.ts';
import { environmentOf } from '../../../src/core/spec/environment.ts';
import { containerMounts } from '../../../src/core/spec/pod-volumes.ts';
import { securityLaunch } from '../../../src/core/spec/security.ts';
import type { Container } from '../../../src/model/container.ts';
import type { DataObject } from '../../../src/model/project.ts';
import type { Volume } from '../../../src/model/volume.ts';
import { node } from '../launch.ts';
import { makeContainer, makePod, ref, self } from '../make.ts';

const object = (kind: DataObject['kind'], name: string, data: DataObject['data'], binaryData = {}): DataObject => ({
  ...{ kind, name, namespace: 'default', data, binaryData },
});

const objects = [
  object('ConfigMap', 'app', { LOG: 'debug', MODE: 'a', 'with=sign': 'x' }, { blob: '/w==' }),
  object('Secret', 'db', { password: 'hunter2' }),
  object('ConfigMap', 'bytes', {}, { text: 'YQBi' }),
  object('Secret', 'bytes', { text: 'a' }, { bytes: 'Yf9i' }),
];

const app = (over: Partial<Container>): Container =>
  makeContainer('app', { resources: { requests: { cpu: '100m' }, limits: { cpu: '250m', memory: '64Mi' } }, ...over });

const pod = {
  ...makePod('web', { containers: [app({})] }),
  metadata: { name: 'web', namespace: 'default', labels: { tier: 'front', 'a/b': 'x "y"' }, annotations: {} },
};

const view = { pod, uid: ref.uid, node, podIP: '10.0.0.2', hostIP: '10.0.0.1' };

const env = (over: Partial<Container>) => Object.fromEntries(environmentOf(app(over), view, objects).values);

describe('the environment', () => {
  test('env is over envFrom, a later one over an earlier one, and each sees what is before it', () => {
    const from = { prefix: '', configMapRef: { name: 'app', optional: false } };
    const own = [
      { name: 'MODE', value: 'b' },
      { name: 'BOTH', value: '$(LOG)-$(MODE)-$(LATER)-$$(LOG)' },
      { name: 'LATER', value: 'x' },
    ];
    expect(env({ envFrom: [from, { ...from, prefix: 'CFG_' }], env: own })).toEqual({
      LOG: 'debug',
      MODE: 'b',
      CFG_LOG: 'debug',
      CFG_MODE: 'a',
      BOTH: 'debug-b-$(LATER)-$(LOG)',
      LATER: 'x',
    });
  });

  test("no variable comes from a ConfigMap's binaryData", () => {
    const ref = (optional: boolean) => ({ configMapKeyRef: { name: 'bytes', key: 'text', optional } });
    const from = { prefix: '', configMapRef: { name: 'bytes', optional: false } };
    expect(env({ envFrom: [from], env: [{ name: 'A', value: '', valueFrom: ref(true) }] })).toEqual({});
    expect(() => env({ env: [{ name: 'A', value: '', valueFrom: ref(false) }] })).toThrow(
      "couldn't find key text in ConfigMap default/bytes",
    );
  });

  test("a Secret's value is a variable, also where its bytes are no text", () => {
    const from = { prefix: 'S_', secretRef: { name: 'bytes', optional: false } };
    const valueFrom = { secretKeyRef: { name: 'bytes', key: 'bytes', optional: false } };
    expect(env({ envFrom: [from], env: [{ name: 'A', value: '', valueFrom }] })).toEqual({
      S_text: 'a',
      S_bytes: 'a\uFFFDb',
      A: 'a\uFFFDb',
    });
  });

  test('a value from elsewhere is not expanded; a missing optional one is no variable', () => {
    const take = (name: string, key: string, optional: boolean) => ({ configMapKeyRef: { name, key, optional } });
    expect(
      env({
        env: [
          { name: 'PW', value: '', valueFrom: { secretKeyRef: { name: 'db', key: 'password', optional: false } } },
          { name: 'URL', value: 'pg://$(PW)@db' },
          { name: 'NONE', value: '', valueFrom: take('none', 'x', true) },
          { name: 'NO_KEY', value: '', valueFrom: take('app', 'none', true) },
        ],
        envFrom: [{ prefix: '', secretRef: { name: 'none', optional: true } }],
      }),
    ).toEqual({ PW: 'hunter2', URL: 'pg://hunter2@db' });
  });

  test.each([
    [
      { env: [{ name: 'A', value: '', valueFrom: { secretKeyRef: { name: 'none', key: 'k', optional: false } } }] },
      'secret "none" not found',
    ],
    [
      { env: [{ name: 'A', value: '', valueFrom: { configMapKeyRef: { name: 'app', key: 'k', optional: false } } }] },
      "couldn't find key k in ConfigMap default/app",
    ],
    [
      { env: [], envFrom: [{ prefix: '', configMapRef: { name: 'none', optional: false } }] },
      'configmap "none" not found',
    ],
  ])('%o keeps the container back', (over, message) => {
    expect(() => env(over)).toThrow(message);
  });

  test.each([
    ['metadata.name', 'web'],
    ['metadata.namespace', 'default'],
    ['metadata.uid', ref.uid],
    ["metadata.labels['tier']", 'front'],
    ["metadata.labels['a/b']", 'x "y"'],
    ["metadata.annotations['none']", ''],
    ['metadata.labels', 'a/b="x \\"y\\""\ntier="front"'],
    ['spec.nodeName', 'laptop'],
    ['spec.serviceAccountName', 'default'],
    ['status.podIP', '10.0.0.2'],
    ['status.podIPs', '10.0.0.2'],
    ['status.hostIP', '10.0.0.1'],
  ])('field %s is %j', (path, expected) => {
    expect(fieldValue(view, path)).toBe(expected);
  });

  test.each([
    ['limits.cpu', '1', '1'],
    ['limits.cpu', '1m', '250'],
    ['limits.memory', '1', '67108864'],
    ['limits.memory', '1Mi', '64'],
    ['requests.cpu', '1m', '100'],
    ['requests.memory', '1', '0'],
    ['requests.ephemeral-storage', '1', '0'],
  ])('resource %s in units of %s is %s', (resource, divisor, expected) => {
    expect(resourceValue(view, { resource, divisor }, pod.spec.containers[0])).toBe(expected);
  });

  test('what no limit holds back may use the whole node', () => {
    const free = (resource: string) => resourceValue(view, { resource, divisor: '1' }, makeContainer('free'));
    expect([free('limits.cpu'), free('limits.memory')]).toEqual(['4', String(8 * 2 ** 30)]);
    expect(free('limits.ephemeral-storage')).toBe(String(100 * 2 ** 30));
    expect(['requests.cpu', 'requests.ephemeral-storage', 'limits.hugepages-2Mi'].map(free)).toEqual(['0', '0', '0']);
    const pages = { 'hugepages-2Mi': '4Mi' };
    const huge = makeContainer('huge', { resources: { requests: pages, limits: pages } });
    const ofHuge = (kind: string) => resourceValue(view, { resource: `${kind}.hugepages-2Mi`, divisor: '1Mi' }, huge);
    expect([ofHuge('limits'), ofHuge('requests')]).toEqual(['4', '4']);
    const zero = makeContainer('zero', { resources: { requests: {}, limits: { cpu: '0', 'ephemeral-storage': '0' } } });
    const ofZero = (resource: string) => resourceValue(view, { resource, divisor: '1Gi' }, zero);
    expect([ofZero('limits.cpu'), ofZero('limits.ephemeral-storage')]).toEqual(['1', '100']);
  });
});

describe('what volumes hold', () => {
  const content = (volume: Omit<Volume, 'name'>, fsGroup?: number) =>
    contentOf(
      { name: 'v', ...volume },
      fsGroup === undefined ? view : { ...view, pod: { ...pod, spec: { ...pod.spec, securityContext: { fsGroup } } } },
      objects,
    ).map(({ path, mode, text, base64 }) => `${mode.toString(8)} ${path} ${text ?? `base64 ${base64 ?? ''}`}`);

  test('every key is a file, binary data too', () => {
    expect(content({ configMap: { name: 'app', optional: false, defaultMode: 0o644 } })).toEqual([
      '644 LOG debug',
      '644 MODE a',
      '644 blob base64 /w==',
      '644 with=sign x',
    ]);
  });

  test('items choose keys and places, each with its mode; an fsGroup may read', () => {
    const items = [{ key: 'LOG', path: 'deep/er/log', mode: 0o400 }];
    const volume = { configMap: { name: 'app', optional: false, defaultMode: 0o600, items } };
    expect(content(volume)).toEqual(['400 deep/er/log debug']);
    expect(content(volume, 2000)).toEqual(['440 deep/er/log debug']);
  });

  test('projected is all of them in one', () => {
    const sources = [
      { configMap: { name: 'app', optional: false, items: [{ key: 'LOG', path: 'log' }] } },
      { secret: { name: 'db', optional: false } },
      { downwardAPI: { items: [{ path: 'tier', fieldRef: { fieldPath: "metadata.labels['tier']" } }] } },
    ];
    expect(content({ projected: { sources, defaultMode: 0o440 } })).toEqual([
      '440 log debug',
      '440 password hunter2',
      '440 tier front',
    ]);
  });

  test('a limit that is not set is the node’s in a file too', () => {
    const resourceFieldRef = { containerName: 'app', resource: 'limits.ephemeral-storage', divisor: '1Gi' };
    const items = [{ path: 'disk', resourceFieldRef }];
    expect(content({ downwardAPI: { items, defaultMode: 0o644 } })).toEqual(['644 disk 100']);
  });

  test('a missing optional object is an empty folder', () => {
    expect(content({ secret: { name: 'none', optional: true, defaultMode: 0o644 } })).toEqual([]);
  });

  test.each([
    [{ secret: { name: 'none', optional: false, defaultMode: 0o644 } }, 'secret "none" not found'],
    [
      { secret: { name: 'db', optional: false, defaultMode: 0o644, items: [{ key: 'k', path: 'p' }] } },
      'references non-existent secret key: k',
    ],
    [
      { configMap: { name: 'app', optional: false, defaultMode: 0o644, items: [{ key: 'k', path: 'p' }] } },
      'references non-existent config key: k',
    ],
  ])('%o cannot be set up', (volume, message) => {
    expect(() => content(volume)).toThrow(message);
  });
});

describe('security', () => {
  const launch = (spec: Parameters<typeof makePod>[1], over: Partial<Container>, imageUser = '') =>
    securityLaunch(makePod('web', spec).spec, makeContainer('app', over), imageUser, 'web_default(u)');

  test('the container’s own context is over the Pod’s', () => {
    const spec = { securityContext: { runAsUser: 1001, runAsGroup: 2002, fsGroup: 5, supplementalGroups: [7] } };
    expect(launch(spec, {})).toMatchObject({ user: '1001:2002', groups: ['7', '5'], privileged: false });
    expect(launch(spec, { securityContext: { runAsUser: 9 } })).toMatchObject({ user: '9:2002' });
    expect(launch({}, { securityContext: { runAsGroup: 4 } }, 'nobody')).toMatchObject({ user: 'nobody:4' });
    expect(launch({}, {})).not.toHaveProperty('user');
  });

  test('capabilities, read-only root, no new privileges, profiles', () => {
    const securityContext = {
      capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      procMount: 'Unmasked',
      seccompProfile: { type: 'Unconfined' },
      appArmorProfile: { type: 'Localhost', localhostProfile: 'mine' },
      seLinuxOptions: { level: 's0:c1' },
    } as const;
    expect(launch({}, { securityContext })).toEqual({
      groups: [],
      privileged: false,
      capAdd: ['NET_ADMIN'],
      capDrop: ['ALL'],
      readOnlyRoot: true,
      unmasked: true,
      options: ['no-new-privileges', 'seccomp=unconfined', 'apparmor=mine', 'label=level:s0:c1'],
    });
  });

  const nonRoot = { securityContext: { runAsNonRoot: true } };
  test.each([
    [
      { securityContext: { runAsNonRoot: true, runAsUser: 0 } },
      'nobody',
      `container's runAsUser breaks non-root policy (pod: "web_default(u)", container: app)`,
    ],
    [nonRoot, '', 'container has runAsNonRoot and image will run as root (pod: "web_default(u)", container: app)'],
    [nonRoot, '0:5', 'container has runAsNonRoot and image will run as root (pod: "web_default(u)", container: app)'],
    [
      nonRoot,
      'nobody',
      'container has runAsNonRoot and image has non-numeric user (nobody), cannot verify user is non-root (pod: "web_default(u)", container: app)',
    ],
  ])('%o with the image’s user %j is refused', (over, imageUser, message) => {
    expect(() => launch({}, over, imageUser)).toThrow(message);
  });

  test.each([
    [nonRoot, '1000'],
    [{ securityContext: { runAsNonRoot: true, runAsUser: 5 } }, ''],
  ])('%o with the image’s user %j runs', (over, imageUser) => {
    expect(() => launch({}, over, imageUser)).not.toThrow();
  });
});

test('of two mounts at one place the later one counts: the engine takes no two', () => {
  const volumes = ['one', 'two'].map((name) => ({ name, emptyDir: { medium: '' as const } }));
  const volumeMounts = [
    { name: 'one', mountPath: '/a', readOnly: false },
    { name: 'two', mountPath: '/a//', readOnly: true },
    { name: 'one', mountPath: '/dev/termination-log/', readOnly: false },
  ];
  const container = app({ volumeMounts });
  const paths = { versions: new Map<string, string>(), subPaths: new Map<string, string>() };
  const mounts = containerMounts(self, makePod('web', { volumes, containers: [container] }), container, ref, 0, paths);
  expect(mounts.map(({ target, readOnly }) => [target, readOnly])).toEqual([
    ['/a//', true],
    ['/dev/termination-log/', false],
  ]);
});
