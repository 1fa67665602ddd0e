import { describe, expect, test } from 'vitest';

import { pullPolicyOf } from '../../src/manifest/defaults.ts';
import { DIR, findingsOf, messagesOf, parse, podOf, projectOf } from './parse.ts';
import { parseProject } from '../../src/manifest/load.ts';

/** A v1 Pod whose spec is this flow map. */
const pod = (spec: string, name = 'web'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
/** A v1 Pod with one container of these fields, and volumes. */
const container = (fields: string, volumes = ''): string =>
  pod(`{containers: [{name: app, image: x, ${fields}}], volumes: [${volumes}]}`);

test('a Pod with every supported field', () => {
  expect(
    podOf(`apiVersion: v1
kind: Pod
metadata: {name: web.1, namespace: shop, labels: {a/b: c}, annotations: {podrun.dev/x: "y z"}}
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: -5
  hostname: front
  shareProcessNamespace: true
  activeDeadlineSeconds: 600
  readinessGates: [{conditionType: example.com/warm}]
  dnsPolicy: ClusterFirst
  enableServiceLinks: true
  serviceAccountName: default
  securityContext: {}
  tolerations:
  containers:
  - name: app
    image: shop/api
    command: [sh, -c]
    args: ["sleep 1"]
    workingDir: /srv
    resources: {}
    terminationMessagePath: /dev/termination-log
    env: [{name: A, value: b}]
    ports: [{name: http, containerPort: 80, hostPort: 8080}]
    volumeMounts: [{name: v, mountPath: /v, mountPropagation: None}]
    livenessProbe:
      exec: {command: [test, -f, /ok]}
      terminationGracePeriodSeconds: 5
      timeoutSeconds: 0
      periodSeconds: 0
      successThreshold: 0
      failureThreshold: 0
    readinessProbe:
      httpGet: {port: http, path: "", host: "", scheme: HTTPS, httpHeaders: [{name: Host, value: x}]}
      initialDelaySeconds: 1
      timeoutSeconds: 2
      periodSeconds: 3
      successThreshold: 4
      failureThreshold: 5
  volumes:
  - name: v
  - {name: m, emptyDir: {medium: Memory, sizeLimit: 64Mi}}
  - {name: d, emptyDir: {sizeLimit: 0}}
  - {name: h, hostPath: {path: /srv/x, type: DirectoryOrCreate}}
  - {name: p, persistentVolumeClaim: {claimName: data, readOnly: true}}
`),
  ).toEqual({
    metadata: { name: 'web.1', namespace: 'shop', labels: { 'a/b': 'c' }, annotations: { 'podrun.dev/x': 'y z' } },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      hostname: 'front',
      shareProcessNamespace: true,
      activeDeadlineSeconds: 600,
      readinessGates: [{ conditionType: 'example.com/warm' }],
      initContainers: [],
      containers: [
        {
          name: 'app',
          image: 'shop/api',
          imagePullPolicy: 'Always',
          command: ['sh', '-c'],
          args: ['sleep 1'],
          workingDir: '/srv',
          env: [{ name: 'A', value: 'b' }],
          ports: [{ name: 'http', containerPort: 80, protocol: 'TCP', hostPort: 8080, hostIP: '127.0.0.1' }],
          volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: false }],
          livenessProbe: {
            exec: { command: ['test', '-f', '/ok'] },
            initialDelaySeconds: 0,
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
            terminationGracePeriodSeconds: 5,
          },
          readinessProbe: {
            httpGet: { port: 'http', path: '/', scheme: 'HTTPS', httpHeaders: [{ name: 'Host', value: 'x' }] },
            initialDelaySeconds: 1,
            timeoutSeconds: 2,
            periodSeconds: 3,
            successThreshold: 4,
            failureThreshold: 5,
          },
        },
      ],
      volumes: [
        { name: 'v', emptyDir: { medium: '' } },
        { name: 'm', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
        { name: 'd', emptyDir: { medium: '' } },
        { name: 'h', hostPath: { path: '/srv/x', type: 'DirectoryOrCreate' } },
        { name: 'p', persistentVolumeClaim: { claimName: 'data', readOnly: true } },
      ],
    },
  });
});

test.each([
  ['nginx', 'Always'],
  ['nginx:latest', 'Always'],
  ['nginx:1.29', 'IfNotPresent'],
  ['localhost:5000/nginx', 'Always'],
  ['localhost:5000/nginx:1', 'IfNotPresent'],
  ['nginx@sha256:abc', 'IfNotPresent'],
  ['nginx:latest@sha256:abc', 'IfNotPresent'],
])('image %s is pulled %s', (image, policy) => {
  expect(pullPolicyOf(image)).toBe(policy);
});

test('a List, claims, documents that are empty, and both dialects in one stream', () => {
  const project = projectOf(`
---
# nothing
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
- apiVersion: v1
  kind: Pod
  metadata: {name: a}
  spec: {containers: [{name: app, image: x}], volumes: [{name: v, persistentVolumeClaim: {claimName: other}}]}
---
pods: {b: {containers: {app: {image: x}}}}
`);
  expect(project.pods.map((each) => each.metadata.name)).toEqual(['a', 'b']);
  expect(project.claims).toEqual([
    { name: 'data', namespace: 'shop' },
    { name: 'other', namespace: 'default' },
  ]);
});

test('JSON is YAML', () => {
  const json =
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"a","image":"x"}]}}';
  expect(podOf(json).metadata.name).toBe('web');
});

test('what a cluster adds is one warning, and its empty forms are none', () => {
  const meta = '{name: web, uid: abc, creationTimestamp: "2026-01-01T00:00:00Z", resourceVersion: "5"}';
  const text = `apiVersion: v1\nkind: Pod\nmetadata: ${meta}\nspec: {containers: [{name: a, image: x}]}\nstatus: {phase: Running}\n`;
  expect(findingsOf(text)).toEqual([
    'warning 3:23 metadata.uid: set by a cluster and left out here: metadata.uid, metadata.creationTimestamp, metadata.resourceVersion, status',
  ]);
  expect(parse(text).project?.pods).toHaveLength(1);
  const bare =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web, creationTimestamp: null}\nspec: {containers: [{name: a, image: x, resources: {}}]}\nstatus: {}\n';
  expect(findingsOf(bare)).toEqual([]);
});

describe('other kinds', () => {
  const ingress = 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: front}\n';

  test('are a warning each that names kind and object, and the Pods beside them count', () => {
    const { project, diagnostics } = parse(`${ingress}---\n${pod('{containers: [{name: a, image: x}]}')}`);
    expect(project?.pods).toHaveLength(1);
    expect(diagnostics).toMatchObject([
      { severity: 'warning', line: 2, col: 7, message: 'kind Ingress is not supported; skipping front' },
    ]);
  });

  test('alone are a good file without a Pod', () => {
    expect(parse(ingress).project?.pods).toEqual([]);
    const leftOut = 'warning kind: kind Ingress is not supported; skipping front';
    expect(messagesOf(ingress)).toEqual([leftOut]);
    expect(messagesOf(ingress, { toRun: true })).toEqual([leftOut, 'warning there is no Pod in it']);
  });

  test('are errors where the file is to hold nothing else', () => {
    const { project, diagnostics } = parse(ingress, { strict: true });
    expect(project).toBeUndefined();
    expect(diagnostics).toMatchObject([
      {
        severity: 'error',
        message: 'kind Ingress is not supported; skipping front',
        hint: 'take it out of these files, or go without --strict',
      },
    ]);
    expect(messagesOf('apiVersion: v1\nkind: Pdo\nmetadata: {name: a}\n', { strict: true })).toHaveLength(1);
  });

  test.each([
    ['monitoring.coreos.com/v1', 'ServiceMonitor'],
    ['serving.knative.dev/v1', 'Service'],
    ['v1', 'PodList'],
    ['storage.k8s.io/v1beta1', 'VolumeAttributesClass'],
    ['autoscaling/v1', 'HorizontalPodAutoscaler'],
  ])('%s %s may be in a cluster', (apiVersion, kind) => {
    expect(messagesOf(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`)).toEqual([
      `warning kind: kind ${kind} is not supported; skipping a`,
    ]);
  });

  test.each([
    ['v1', 'pod', 'kind', 'did you mean Pod?'],
    ['v1', 'Ingress', 'apiVersion', 'write apiVersion: networking.k8s.io/v1'],
    ['apps/v1', 'Deploymnet', 'kind', 'did you mean Deployment?'],
    ['extensions/v1beta1', 'Ingress', 'apiVersion', 'write apiVersion: networking.k8s.io/v1'],
    ['storage.k8s.io/v1beta1', 'StorageClass', 'apiVersion', 'write apiVersion: storage.k8s.io/v1'],
    ['policy/v1beta1', 'PodSecurityPolicy', 'apiVersion', 'Kubernetes has no such kind any more: remove it'],
    ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'apiVersion', 'write apiVersion: autoscaling/v2'],
    ['app/v1', 'DaemonSet', 'apiVersion', 'write apiVersion: apps/v1'],
  ])('%s %s is in no cluster', (apiVersion, kind, path, hint) => {
    expect(parse(`apiVersion: ${apiVersion}\nkind: ${kind}\n`).diagnostics[0]).toMatchObject({
      severity: 'error',
      path,
      message: `no matches for kind "${kind}" in version "${apiVersion}"`,
      hint,
    });
  });

  test('a misspelt one gets a hint', () => {
    expect(parse('apiVersion: v1\nkind: pod\n').diagnostics[0]?.hint).toBe('did you mean Pod?');
  });
});

describe('several files', () => {
  const source = (path: string, text: string) => ({ path, text, dir: DIR, layer: 0 });
  const parseAll = (...sources: ReturnType<typeof source>[]): ReturnType<typeof parseProject> =>
    parseProject({ sources, dir: DIR, folderName: 'shop', env: {} });
  const one = pod('{containers: [{name: a, image: x, ports: [{containerPort: 1, hostPort: 80}]}]}');

  test('are joined', () => {
    const { project } = parseAll(
      source('a.yaml', one),
      source('b.yaml', pod('{containers: [{name: a, image: x}]}', 'db')),
    );
    expect(project?.pods.map((each) => each.metadata.name)).toEqual(['web', 'db']);
  });

  test('with the same Pod name both places', () => {
    expect(
      parseAll(source('a.yaml', one), source('b.yaml', 'pods: {web: {containers: {a: {image: x}}}}')).diagnostics,
    ).toMatchObject([
      {
        file: 'b.yaml',
        line: 1,
        path: 'pods.web',
        message: 'Duplicate value: Pod default/web is already at a.yaml:3 (metadata.name)',
      },
    ]);
  });

  test('with the same host port name both Pods', () => {
    const other = 'pods:\n  db: {containers: {a: {image: x, ports: ["80:1"]}}}';
    expect(parseAll(source('a.yaml', one), source('b.yaml', other)).diagnostics).toMatchObject([
      {
        file: 'b.yaml',
        line: 2,
        message: 'host port TCP/80 is published by Pod web (a.yaml:4) and by Pod db (b.yaml:2)',
      },
    ]);
  });

  test.each([
    ['127.0.0.1', '127.0.0.1', 'TCP', true],
    ['127.0.0.1', '127.0.0.2', 'TCP', false],
    ['127.0.0.1', '0.0.0.0', 'TCP', true],
    ['0.0.0.0', '10.0.0.1', 'TCP', true],
    ['::', '::1', 'TCP', true],
    ['::', '127.0.0.1', 'TCP', false],
    ['127.0.0.1', '127.0.0.1', 'UDP', false],
  ])('host port 80 on %s and on %s by %s: %s', (one, other, protocol, isTaken) => {
    const on = (ip: string, by: string, name: string): string =>
      pod(
        `{containers: [{name: a, image: x, ports: [{containerPort: 1, hostPort: 80, hostIP: "${ip}", protocol: ${by}}]}]}`,
        name,
      );
    const { diagnostics } = parseAll(
      source('a.yaml', on(one, 'TCP', 'web')),
      source('b.yaml', on(other, protocol, 'db')),
    );
    expect(diagnostics.length > 0).toBe(isTaken);
  });

  test('have no Pod between them', () => {
    expect(parseAll(source('a.yaml', ''), source('b.yaml', 'volumes: {}\npods: {}\n')).diagnostics).toMatchObject([
      { file: 'a.yaml', line: 1, col: 1, message: 'there is no Pod in it' },
    ]);
    expect(parseAll().diagnostics).toMatchObject([{ file: '', message: 'there is no Pod in it' }]);
  });
});

describe('rules on one container', () => {
  test.each([
    ['name: b', 'the key name stands here a second time'],
    [
      'ports: [{containerPort: 0}]',
      'spec.containers[0].ports[0].containerPort: Invalid value: 0: must be between 1 and 65535',
    ],
    [
      'ports: [{containerPort: 1, hostPort: 65536}]',
      'spec.containers[0].ports[0].hostPort: Invalid value: 65536: must be between 0 and 65535',
    ],
    ['ports: [{hostPort: 1}]', 'spec.containers[0].ports[0].containerPort: Required value'],
    [
      'ports: [{containerPort: 1, hostPort: 1, hostIP: x}]',
      'spec.containers[0].ports[0].hostIP: Invalid value: "x": must be an IP address',
    ],
    ['ports: [80]', 'spec.containers[0].ports[0]: Invalid value: 80: must be a map'],
    [
      'ports: [{containerPort: 1, name: a}, {containerPort: 2, name: a}]',
      'spec.containers[0].ports[1].name: Duplicate value: "a"',
    ],
    [
      'ports: [{containerPort: 1, hostPort: 5}, {containerPort: 2, hostPort: 5, hostIP: 0.0.0.0}]',
      'spec.containers[0].ports[1]: host port TCP/5 is published twice, also on line 4',
    ],
    ...['80', 'a--b', '-a', 'a-', 'A', 'sixteen-letters-', 'x_y'].map((name) => [
      `ports: [{containerPort: 1, name: "${name}"}]`,
      `spec.containers[0].ports[0].name: Invalid value: "${name}": must be at most 15 lower-case letters, digits and single '-' between them, with at least one letter`,
    ]),
    ['volumeMounts: [{name: nope, mountPath: /x}]', 'spec.containers[0].volumeMounts[0].name: Not found: "nope"'],
    ['volumeMounts: ["v:/x"]', 'spec.containers[0].volumeMounts[0]: Invalid value: "v:/x": must be a map'],
    [
      'volumeMounts: [{name: v, mountPath: "a:b"}]',
      'spec.containers[0].volumeMounts[0].mountPath: Invalid value: "a:b": must not contain \':\'',
    ],
    ['volumeMounts: [{name: v, mountPath: ""}]', 'spec.containers[0].volumeMounts[0].mountPath: Required value'],
    [
      'volumeMounts: [{name: v, mountPath: /x}, {name: v, mountPath: /x}]',
      'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/x": must be unique',
    ],
    [
      'volumeMounts: [{name: v, mountPath: /x, subPath: /a}]',
      'spec.containers[0].volumeMounts[0].subPath: Invalid value: "/a": must be a relative path',
    ],
    [
      'volumeMounts: [{name: v, mountPath: /x, subPath: a/../b}]',
      'spec.containers[0].volumeMounts[0].subPath: Invalid value: "a/../b": must not contain \'..\'',
    ],
    [
      'imagePullPolicy: always',
      'spec.containers[0].imagePullPolicy: Unsupported value: "always": supported values: "Always", "IfNotPresent", "Never"',
    ],
    ['command: [1]', 'spec.containers[0].command[0]: Invalid value: 1: must be a text'],
    ['command: run', 'spec.containers[0].command: Invalid value: "run": must be a list'],
    ['livenessProbe: {}', 'spec.containers[0].livenessProbe: Required value: must specify a handler type'],
    ['livenessProbe: {exec: {command: []}}', 'spec.containers[0].livenessProbe.exec.command: Required value'],
    [
      'livenessProbe: {exec: {command: [a]}, tcpSocket: {port: 1}}',
      'spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
    ],
    [
      'livenessProbe: {tcpSocket: {port: 1}, successThreshold: 2}',
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1 for a liveness probe',
    ],
    [
      'livenessProbe: {tcpSocket: {port: 1}, periodSeconds: -1}',
      'spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'livenessProbe: {tcpSocket: {port: 1}, periodSeconds: 2147483648}',
      'spec.containers[0].livenessProbe.periodSeconds: Invalid value: 2147483648: must be less than or equal to 2147483647',
    ],
    [
      'livenessProbe: {tcpSocket: {port: 1}, periodSeconds: 1.5}',
      'spec.containers[0].livenessProbe.periodSeconds: Invalid value: 1.5: must be a whole number',
    ],
    [
      'livenessProbe: {tcpSocket: {port: 1}, terminationGracePeriodSeconds: 0}',
      'spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than or equal to 1',
    ],
    [
      'readinessProbe: {tcpSocket: {port: 1}, terminationGracePeriodSeconds: 1}',
      'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Forbidden: a readiness probe kills nothing',
    ],
    ['readinessProbe: {httpGet: {path: /}}', 'spec.containers[0].readinessProbe.httpGet.port: Required value'],
    [
      'readinessProbe: {httpGet: {port: 1, scheme: https}}',
      'spec.containers[0].readinessProbe.httpGet.scheme: Unsupported value: "https": supported values: "HTTP", "HTTPS"',
    ],
    [
      'readinessProbe: {httpGet: {port: 1, httpHeaders: [{name: "a b", value: c}]}}',
      'spec.containers[0].readinessProbe.httpGet.httpHeaders[0].name: Invalid value: "a b": must be a valid HTTP header name',
    ],
    [
      'readinessProbe: {tcpSocket: {port: "80"}}',
      'spec.containers[0].readinessProbe.tcpSocket.port: Invalid value: "80": must be a port number without quotes, or a port name with at least one letter',
    ],
    [
      'readinessProbe: {tcpSocket: {port: web}}',
      'warning spec.containers[0].readinessProbe.tcpSocket.port: no port of this container is named web: the probe will always fail',
    ],
    ['nope: 1', 'spec.containers[0].nope: unknown field "nope"'],
  ])('%s', (fields, message) => {
    expect(messagesOf(container(fields, '{name: v}'))).toEqual([message]);
  });
});

describe('rules on a Pod', () => {
  const app = 'containers: [{name: app, image: x}]';
  test.each([
    ['{}', 'spec.containers: Required value'],
    ['{containers: }', 'spec.containers: Required value'],
    ['{containers: []}', 'spec.containers: Required value'],
    ['{containers: {app: {image: x}}}', 'spec.containers: Invalid value: must be a list'],
    ['{containers: [{name: a, image: ""}]}', 'spec.containers[0].image: Required value'],
    [
      '{containers: [{name: a, image: " x"}]}',
      'spec.containers[0].image: Invalid value: " x": must not contain white space',
    ],
    ['{containers: [{name: a, image: x}, {name: a, image: z}]}', 'spec.containers[1].name: Duplicate value: "a"'],
    [`{${app}, volumes: [{name: v}, {name: v}]}`, 'spec.volumes[1].name: Duplicate value: "v"'],
    [
      `{${app}, volumes: [{name: v, emptyDir: {}, hostPath: {path: /x}}]}`,
      'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
    ],
    [`{${app}, volumes: [{name: v, hostPath: {}}]}`, 'spec.volumes[0].hostPath.path: Required value'],
    [
      `{${app}, volumes: [{name: v, hostPath: {path: /a/../b}}]}`,
      'spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain \'..\'',
    ],
    [
      `{${app}, volumes: [{name: v, hostPath: {path: ./a}}]}`,
      'spec.volumes[0].hostPath.path: Invalid value: "./a": must be an absolute path',
    ],
    [
      `{${app}, volumes: [{name: v, emptyDir: {medium: Ram}}]}`,
      'spec.volumes[0].emptyDir.medium: Unsupported value: "Ram": supported values: "", "Memory"',
    ],
    [
      `{${app}, volumes: [{name: v, emptyDir: {sizeLimit: 1GB}}]}`,
      'spec.volumes[0].emptyDir.sizeLimit: Invalid value: "1GB": must be a quantity',
    ],
    [
      `{${app}, volumes: [{name: v, emptyDir: {sizeLimit: -1}}]}`,
      'spec.volumes[0].emptyDir.sizeLimit: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      `{${app}, volumes: [{name: v, persistentVolumeClaim: {}}]}`,
      'spec.volumes[0].persistentVolumeClaim.claimName: Required value',
    ],
    [
      `{${app}, restartPolicy: never}`,
      'spec.restartPolicy: Unsupported value: "never": supported values: "Always", "OnFailure", "Never"',
    ],
    [
      `{${app}, hostname: a.b}`,
      'spec.hostname: Invalid value: "a.b": must be at most 63 lower-case letters, digits and \'-\', beginning and ending with a letter or digit',
    ],
    [
      `{${app}, hostnameOverride: ${'a'.repeat(65)}}`,
      `spec.hostnameOverride: Invalid value: "${'a'.repeat(65)}": must be at most 64 lower-case letters, digits, '-' and '.', each part beginning and ending with a letter or digit`,
    ],
    [
      `{${app}, hostnameOverride: a.b, setHostnameAsFQDN: true}`,
      'spec.hostnameOverride: Invalid value: "a.b": may not be specified when setHostnameAsFQDN is true',
    ],
    [
      `{${app}, hostnameOverride: a.b, hostNetwork: true}`,
      'spec.hostnameOverride: Invalid value: "a.b": may not be specified when hostNetwork is true',
    ],
    [
      `{${app}, shareProcessNamespace: "true"}`,
      'spec.shareProcessNamespace: Invalid value: "true": must be true or false',
    ],
  ])('%s', (spec, message) => {
    expect(messagesOf(pod(spec))).toEqual([message]);
  });

  test.each([
    ['{name: Web}', 'metadata.name: Invalid value: "Web": must be at most 253'],
    ['{name: a..b}', 'metadata.name: Invalid value: "a..b": must be at most 253'],
    [`{name: ${'x'.repeat(254)}}`, 'metadata.name: Invalid value: '],
    ['{name: ""}', 'metadata.name: Required value'],
    ['{}', 'metadata.name: Required value'],
    ['{name: 5}', 'metadata.name: Invalid value: 5: must be a text'],
    ['{name: a, namespace: b.c}', 'metadata.namespace: Invalid value: "b.c": must be at most 63'],
    ['{name: a, labels: {a: b c}}', 'metadata.labels.a: Invalid value: "b c": must be at most 63'],
    ['{name: a, labels: {a: true}}', 'metadata.labels.a: Invalid value: true: must be a text'],
    ['{name: a, labels: {"a b": c}}', 'metadata.labels[a b]: Invalid value: "a b": must be a name of at most 63'],
    ['{name: a, labels: {A.B/c: d}}', 'metadata.labels[A.B/c]: Invalid value: "A.B/c": must be a name of at most 63'],
    [
      '{name: a, generateName: b-}',
      'warning metadata.generateName: set by a cluster and left out here: metadata.generateName',
    ],
    ['{name: a, lables: {}}', 'metadata.lables: unknown field "lables"'],
  ])('metadata %s', (meta, message) => {
    const found = messagesOf(`apiVersion: v1\nkind: Pod\nmetadata: ${meta}\nspec: {${app}}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  test('all errors come at once', () => {
    const text = 'apiVersion: v2\nkind: Pod\nmetadata: {nme: x}\nspec: {contaners: 1}\nextra: 1\n';
    expect(messagesOf(text).toSorted()).toEqual([
      'apiVersion: no matches for kind "Pod" in version "v2"',
      'extra: unknown field "extra"',
      'metadata.nme: unknown field "nme"',
      'spec.contaners: unknown field "contaners"',
    ]);
  });
});

describe('what the API server takes', () => {
  test('null is an empty text in a map and in a list of texts, and a field that is null is unset', () => {
    const text = `apiVersion: v1
kind: Pod
metadata: {name: a, labels: {a: , b: null}, annotations: {c: }}
spec:
  nodeSelector: {d: null}
  hostname: null
  containers:
  - {name: c, image: x, args: [x, null, ~], command: [null], env: null, ports: , resources: {limits: null}}
---
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {a: , b: null}
data: {c: }
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec: {selector: {matchLabels: {e: }}, template: {metadata: {labels: {e: }}, spec: {containers: [{name: c, image: x}]}}}
`;
    expect(findingsOf(text).filter((each) => !each.startsWith('warning'))).toEqual([]);
    const { pods, objects } = projectOf(text);
    const pod = pods.find(({ metadata }) => metadata.name === 'a');
    expect(pod?.metadata).toMatchObject({ labels: { a: '', b: '' }, annotations: { c: '' } });
    expect(pod?.spec.containers[0]).toMatchObject({ args: ['x', '', ''], command: [''], env: [], ports: [] });
    expect(objects[0]?.data).toEqual({ a: '', b: '', c: '' });
  });

  test('what a cluster has set in the objects of a dump is one warning', () => {
    const meta = (name: string): string =>
      `{name: ${name}, uid: x, generateName: w-, creationTimestamp: "2024-05-01T10:00:00Z", generation: 1, selfLink: "", ` +
      `managedFields: [], resourceVersion: "1", ownerReferences: [], finalizers: [], deletionTimestamp: x, deletionGracePeriodSeconds: 1}`;
    const text = `apiVersion: v1
kind: List
metadata: {resourceVersion: ""}
items:
- {apiVersion: v1, kind: Pod, metadata: ${meta('a')}, spec: {containers: [{name: c, image: x}]}, status: {phase: Running}}
- {apiVersion: v1, kind: ConfigMap, metadata: ${meta('b')}}
`;
    expect(findingsOf(text)).toEqual([
      'warning 5:51 items[0].metadata.uid: set by a cluster and left out here: metadata.uid, metadata.generateName, ' +
        'metadata.creationTimestamp, metadata.generation, metadata.selfLink, metadata.managedFields, metadata.resourceVersion, ' +
        'metadata.ownerReferences, metadata.finalizers, metadata.deletionTimestamp, metadata.deletionGracePeriodSeconds, ' +
        'status, in 2 objects',
    ]);
  });

  test('two mounts whose paths differ as texts', () => {
    const mounts = 'volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a/}]';
    expect(messagesOf(container(mounts, '{name: v}'))).toEqual([]);
  });
});
