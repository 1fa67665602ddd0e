import { describe, expect, test } from 'vitest';

import type { Container } from '../../../src/model/container.ts';
import { findingsOf, messagesOf, parse, podOf, projectOf } from '../parse.ts';

/** A Pod with one container of these fields, in the short form. */
const container = (fields: string): string => `pods: {web: {containers: {app: {image: x, ${fields}}}}}`;
const containerOf = (fields: string, volumes = ''): Container | undefined =>
  podOf(`pods: {web: {containers: {app: {image: x, ${fields}}}${volumes}}}`).spec.containers[0];

test('the smallest Pod has every default', () => {
  expect(projectOf('pods:\n  web:\n    containers:\n      app: {image: nginx}\n')).toEqual({
    name: 'shop',
    dir: '/home/dev/shop',
    claims: [],
    objects: [],
    pods: [
      {
        metadata: { name: 'web', namespace: 'default', labels: {}, annotations: {} },
        spec: {
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 30,
          shareProcessNamespace: false,
          volumes: [],
          initContainers: [],
          readinessGates: [],
          containers: [
            { name: 'app', image: 'nginx', imagePullPolicy: 'IfNotPresent', env: [], ports: [], volumeMounts: [] },
          ],
        },
      },
    ],
  });
});

test('what the Pod of the product sheet means', () => {
  const project = projectOf(`# yaml-language-server: $schema=./node_modules/podrun/schema/pods.schema.json
name: shop
x-env: &env {LOG: debug}
pods:
  web:
    namespace: front
    labels: {tier: front, app.kubernetes.io/name: web}
    annotations: {note: "any text"}
    terminationGracePeriodSeconds: 10
    restartPolicy: OnFailure
    containers:
      app:
        image: "shop/api:\${TAG:-dev}"
        env: {<<: *env, DATABASE_URL: "postgres://db/shop"}
        ports: ["8080:80", "127.0.0.1:9229:9229"]
        volumeMounts: ["./src:/app:ro", "cache:/var/cache"]
        readinessProbe: {httpGet: {path: /healthz, port: 80}}
      proxy: {image: envoyproxy/envoy:v1.31}
    volumes: {cache: {emptyDir: {medium: Memory}}}
  db: {containers: {postgres: {image: postgres:17, volumeMounts: ["pgdata:/var/lib/postgresql/data"]}}}
volumes: {pgdata: {}}
`);
  expect(project.pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
    'front/web',
    'default/db',
  ]);
  const [web, db] = project.pods;
  expect(web?.metadata).toEqual({
    name: 'web',
    namespace: 'front',
    labels: { tier: 'front', 'app.kubernetes.io/name': 'web' },
    annotations: { note: 'any text' },
  });
  expect(web?.spec.containers[0]).toEqual({
    name: 'app',
    image: 'shop/api:dev',
    imagePullPolicy: 'IfNotPresent',
    env: [
      { name: 'LOG', value: 'debug' },
      { name: 'DATABASE_URL', value: 'postgres://db/shop' },
    ],
    ports: [
      { containerPort: 80, protocol: 'TCP', hostPort: 8080, hostIP: '127.0.0.1' },
      { containerPort: 9229, protocol: 'TCP', hostPort: 9229, hostIP: '127.0.0.1' },
    ],
    volumeMounts: [
      { name: 'host-src-4d4e3a97', mountPath: '/app', readOnly: true },
      { name: 'cache', mountPath: '/var/cache', readOnly: false },
    ],
    readinessProbe: {
      httpGet: { path: '/healthz', port: 80, scheme: 'HTTP', httpHeaders: [] },
      initialDelaySeconds: 0,
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    },
  });
  expect(web?.spec.volumes).toEqual([
    { name: 'cache', emptyDir: { medium: 'Memory' } },
    { name: 'host-src-4d4e3a97', hostPath: { path: '/home/dev/shop/src', type: '' } },
  ]);
  expect(db?.spec.volumes).toEqual([
    { name: 'pgdata', persistentVolumeClaim: { claimName: 'pgdata', readOnly: false } },
  ]);
  expect(project.claims).toEqual([{ name: 'pgdata', namespace: 'default' }]);
});

describe('ports', () => {
  test.each([
    ['8080', { containerPort: 8080, protocol: 'TCP' }],
    ['"8080"', { containerPort: 8080, protocol: 'TCP' }],
    ['"53/udp"', { containerPort: 53, protocol: 'UDP' }],
    ['"8080:80"', { containerPort: 80, protocol: 'TCP', hostPort: 8080, hostIP: '127.0.0.1' }],
    ['"5353:53/UDP"', { containerPort: 53, protocol: 'UDP', hostPort: 5353, hostIP: '127.0.0.1' }],
    ['"0.0.0.0:80:80"', { containerPort: 80, protocol: 'TCP', hostPort: 80, hostIP: '0.0.0.0' }],
    ['"[::1]:80:81/sctp"', { containerPort: 81, protocol: 'SCTP', hostPort: 80, hostIP: '::1' }],
    ['{containerPort: 80}', { containerPort: 80, protocol: 'TCP' }],
    ['{containerPort: 80, hostPort: 0, hostIP: 0.0.0.0}', { containerPort: 80, protocol: 'TCP' }],
    ['{containerPort: 80, hostPort: 81}', { containerPort: 80, protocol: 'TCP', hostPort: 81, hostIP: '127.0.0.1' }],
    [
      '{containerPort: 80, hostPort: 81, hostIP: ""}',
      { containerPort: 80, protocol: 'TCP', hostPort: 81, hostIP: '127.0.0.1' },
    ],
    ['{containerPort: 80, name: http, protocol: UDP}', { containerPort: 80, name: 'http', protocol: 'UDP' }],
  ])('%s', (written, port) => {
    expect(containerOf(`ports: [${written}]`)?.ports).toEqual([port]);
  });

  test.each([
    ['0', 'Invalid value: 0: must be between 1 and 65535'],
    ['65536', 'Invalid value: 65536: must be between 1 and 65535'],
    ['80.5', 'Invalid value: 80.5: must be a whole number or a text or a map'],
    ['""', 'Invalid value: "": must be a port or a mapping of ports'],
    ['"web"', 'Invalid value: "web": must be a port or a mapping of ports'],
    ['":80"', 'Invalid value: ":80": must be a port or a mapping of ports'],
    ['"80:"', 'Invalid value: "80:": must be a port or a mapping of ports'],
    ['"1:2:3:4"', 'Invalid value: "1:2:3:4": must be a port or a mapping of ports'],
    ['"-1:80"', 'Invalid value: "-1:80": must be a port or a mapping of ports'],
    ['"8000-8010:80"', 'Invalid value: "8000-8010:80": must be one port, not a range'],
    ['"0:80"', 'Invalid value: "0:80": each port must be between 1 and 65535'],
    ['"80:65536"', 'Invalid value: "80:65536": each port must be between 1 and 65535'],
    ['"80:80/icmp"', 'Invalid value: "80:80/icmp": the protocol must be tcp, udp or sctp'],
    ['":80:80"', 'Invalid value: ":80:80": an empty text is not an IP address'],
    ['"localhost:80:80"', 'Invalid value: "localhost:80:80": localhost is not an IP address'],
    ['"300.1.1.1:80:80"', 'Invalid value: "300.1.1.1:80:80": 300.1.1.1 is not an IP address'],
    ['"[::1::2]:80:80"', 'Invalid value: "[::1::2]:80:80": ::1::2 is not an IP address'],
  ])('%s is refused', (written, message) => {
    expect(messagesOf(container(`ports: [${written}]`))).toEqual([`pods.web.containers.app.ports[0]: ${message}`]);
  });
});

describe('volumeMounts', () => {
  test.each([
    ['./src:/app', '/home/dev/shop/src'],
    ['../lib:/app', '/home/dev/lib'],
    ['.:/app', '/home/dev/shop'],
    ['..:/app', '/home/dev'],
    ['./a/../b//c/:/app', '/home/dev/shop/b/c'],
    ['../../../../..:/app', '/'],
    ['/srv/data:/app', '/srv/data'],
    ['~:/app', '/home/dev'],
    ['~/.ssh:/app', '/home/dev/.ssh'],
  ])('%s mounts a folder of the machine', (written, path) => {
    const { containers, volumes } = podOf(container(`volumeMounts: ["${written}"]`)).spec;
    expect(volumes).toEqual([
      { name: expect.stringMatching(/^host-[a-z0-9-]+$/) as string, hostPath: { path, type: '' } },
    ]);
    expect(containers[0]?.volumeMounts).toEqual([{ name: volumes[0]?.name, mountPath: '/app', readOnly: false }]);
  });

  test('one host path is one volume, and its name says which', () => {
    const { volumes } = podOf(
      container('volumeMounts: ["./src:/a", "./src/:/b", "/home/dev/shop/src:/c:ro", "./lib:/d:rw"]'),
    ).spec;
    expect(volumes.map((volume) => volume.name)).toEqual(['host-src-4d4e3a97', 'host-lib-ffa316d2']);
  });

  test.each([
    ['"data"', 'Invalid value: "data": must say what is mounted where'],
    ['"data:x"', 'Invalid value: "data:x": must be SOURCE:/path with an absolute path in the container'],
    ['":/x"', 'Invalid value: ":/x": must be SOURCE:/path with an absolute path in the container'],
    ['"cache:/x:z"', 'Invalid value: "cache:/x:z": "z" must be ro or rw'],
    ['"cache:/x:"', 'Invalid value: "cache:/x:": "" must be ro or rw'],
    ['"cache:/"', 'Invalid value: "/": must not be the root of the container'],
    ['"nope:/x"', 'Not found: "nope"'],
    ['"src/lib:/x"', 'Not found: "src/lib"'],
    ['"~bob/x:/x"', 'Invalid value: "~bob/x:/x": the home of another user is not known'],
    ['3', 'Invalid value: 3: must be a text or a map'],
  ])('%s is refused', (written, message) => {
    const text = `pods: {web: {volumes: {cache: {}}, containers: {app: {image: x, volumeMounts: [${written}]}}}}`;
    expect(messagesOf(text)).toEqual([`pods.web.containers.app.volumeMounts[0]: ${message}`]);
  });

  test('~ without HOME is refused', () => {
    expect(findingsOf(container('volumeMounts: ["~/x:/x"]'), { env: {} })[0]).toContain('HOME is not set');
  });

  test('the long form, of the Pod and of the file', () => {
    const { spec } = podOf(
      'pods: {web: {volumes: [{name: a}], containers: {app: {image: x, volumeMounts: ' +
        '[{name: a, mountPath: a, readOnly: true, subPath: x/y}, {name: b, mountPath: /b, subPath: ""}]}}}}\nvolumes: {b: }',
    );
    expect(spec.containers[0]?.volumeMounts).toEqual([
      { name: 'a', mountPath: '/a', readOnly: true, subPath: 'x/y' },
      { name: 'b', mountPath: '/b', readOnly: false },
    ]);
    expect(spec.volumes).toEqual([
      { name: 'a', emptyDir: { medium: '' } },
      { name: 'b', persistentVolumeClaim: { claimName: 'b', readOnly: false } },
    ]);
  });

  test('a volume of the Pod and of the file is one too many', () => {
    const text =
      'volumes: {v: {}}\npods: {web: {volumes: {v: {}}, containers: {app: {image: x, volumeMounts: ["v:/x"]}}}}';
    expect(findingsOf(text)).toEqual([
      '2:76 pods.web.containers.app.volumeMounts[0]: "v" is a volume of the Pod and of the file: which one is meant is not clear',
    ]);
  });
});

describe('env', () => {
  test('a map keeps its order, and numbers as they are written', () => {
    expect(containerOf('env: {B: text, A: 8080, V: 1.10, H: 0x1F, T: true, E: ""}')?.env).toEqual([
      { name: 'B', value: 'text' },
      { name: 'A', value: '8080' },
      { name: 'V', value: '1.10' },
      { name: 'H', value: '0x1F' },
      { name: 'T', value: 'true' },
      { name: 'E', value: '' },
    ]);
  });

  test('the Kubernetes list', () => {
    expect(containerOf('env: [{name: A, value: "1"}, {name: A}]')?.env).toEqual([
      { name: 'A', value: '1' },
      { name: 'A', value: '' },
    ]);
  });

  test.each([
    ['{A: }', 'pods.web.containers.app.env.A: Required value'],
    ['{A: [1]}', 'pods.web.containers.app.env.A: Invalid value: must be a text or a number or true or false or a map'],
    [
      '{"A=B": x}',
      'pods.web.containers.app.env[A=B]: Invalid value: "A=B": must be printable ASCII characters without \'=\'',
    ],
    ['[{name: A, value: 1}]', 'pods.web.containers.app.env[0].value: Invalid value: 1: must be a text'],
    ['[{value: x}]', 'pods.web.containers.app.env[0].name: Required value'],
    ['[A=1]', 'pods.web.containers.app.env[0]: Invalid value: "A=1": must be a map'],
  ])('%s is refused', (written, finding) => {
    expect(messagesOf(container(`env: ${written}`))).toEqual([finding]);
  });
});

test('containers and volumes as lists', () => {
  const { spec } = podOf(
    'pods: {web: {volumes: [{name: v, hostPath: {path: ./x, type: Directory}}], containers: [{name: b, image: x}, {name: a, image: y}]}}',
  );
  expect(spec.containers.map(({ name }) => name)).toEqual(['b', 'a']);
  expect(spec.volumes).toEqual([{ name: 'v', hostPath: { path: '/home/dev/shop/x', type: 'Directory' } }]);
});

test('a volume of the file that no Pod mounts is still a claim', () => {
  expect(projectOf(`${container('')}\nvolumes: {b: {}, a: }`).claims).toEqual([
    { name: 'a', namespace: 'default' },
    { name: 'b', namespace: 'default' },
  ]);
});

test('Pods, containers and variables keep the file’s order, whatever their names are', () => {
  const { pods } = projectOf(`pods:
  z: {containers: {b: {image: x, env: {Z: z, "2": b, A: $(2), "1": a}}, "10": {image: x}, a: {image: x}, "9": {image: x}}}
  "7": {containers: {a: {image: x}}}
  a: {containers: {a: {image: x}}}
  "5": {containers: {a: {image: x}}}
---
apiVersion: v1
kind: Pod
metadata: {name: "1"}
spec: {containers: [{name: a, image: x}]}
`);
  expect(pods.map(({ metadata }) => metadata.name)).toEqual(['z', '7', 'a', '5', '1']);
  expect(pods[0]?.spec.containers.map(({ name }) => name)).toEqual(['b', '10', 'a', '9']);
  expect(pods[0]?.spec.containers[0]?.env.map(({ name }) => name)).toEqual(['Z', '2', 'A', '1']);
});

describe("the project's name", () => {
  test.each([
    ['the folder', {}, '', 'shop'],
    ['the folder, made a label', { folderName: '--My App_2.0!' }, '', 'my-app-2-0'],
    ['a long folder', { folderName: 'x'.repeat(70) }, '', 'x'.repeat(63)],
    ['the file over the folder', {}, 'name: bakery\n', 'bakery'],
    ['the command line over both', { name: 'cli' }, 'name: bakery\n', 'cli'],
  ])('%s', (_, rest, head, name) => {
    expect(projectOf(head + container(''), rest).name).toBe(name);
  });

  test.each([
    ['of the file', {}, 'name: My_Shop\n', '1:7 name: Invalid value: "My_Shop": must be'],
    ['of the command line', { name: 'A b' }, '', '1:1 -p: Invalid value: "A b": a project\'s name must be'],
    ['of a folder without a letter', { folderName: '___' }, '', '1:1 the folder\'s name "___" gives no project name'],
    [
      'of two documents',
      {},
      'name: a\npods: {}\n---\nname: b\n',
      '4:7 name: Invalid value: "b": pods.yaml names the project a',
    ],
  ])('that is no good, %s', (_, rest, head, finding) => {
    const findings = findingsOf(head + container(''), rest);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(finding);
    expect(parse(head + container(''), rest).project).toBeUndefined();
  });
});
