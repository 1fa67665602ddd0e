import { describe, expect, test } from 'vitest';

import type { Container } from '../../../src/model/container.ts';
import type { PodSpec } from '../../../src/model/pod.ts';
import { findingsOf, messagesOf, podOf } from '../parse.ts';

/** A v1 Pod with one container and these further fields of its spec. */
const pod = (spec: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: x}], ${spec}}\n`;
/** A v1 Pod with one container of these fields. */
const container = (fields: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {os: {name: linux}, containers: [{name: app, image: x, ${fields}}]}\n`;
const containerOf = (fields: string): Container | undefined => podOf(container(fields)).spec.containers[0];
const init = (fields: string): string => pod(`initContainers: [{name: setup, image: x, ${fields}}]`);
const sidecar = (fields: string): string => init(`restartPolicy: Always, ${fields}`);

const TIMES = {
  initialDelaySeconds: 0,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};

describe('init containers', () => {
  const INIT: PodSpec['initContainers'] = [
    {
      name: 'migrate',
      image: 'shop/api:1',
      imagePullPolicy: 'IfNotPresent',
      command: ['./migrate'],
      env: [],
      ports: [],
      volumeMounts: [{ name: 'data', mountPath: '/data', readOnly: false }],
    },
    {
      name: 'proxy',
      image: 'envoy:1',
      imagePullPolicy: 'IfNotPresent',
      env: [],
      ports: [{ name: 'admin', containerPort: 9901, protocol: 'TCP' }],
      volumeMounts: [],
      startupProbe: {
        httpGet: { port: 'admin', path: '/ready', scheme: 'HTTP', httpHeaders: [] },
        ...TIMES,
        failureThreshold: 60,
        terminationGracePeriodSeconds: 2,
      },
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
      restartPolicy: 'Always',
    },
  ];
  const MIGRATE = 'image: "shop/api:1", command: [./migrate]';
  const PROXY = `image: "envoy:1", restartPolicy: Always, ports: [{name: admin, containerPort: 9901}],
    startupProbe: {httpGet: {path: /ready, port: admin}, failureThreshold: 60, terminationGracePeriodSeconds: 2},
    lifecycle: {preStop: {sleep: {seconds: 5}}}`;
  const LONG_MOUNTS = 'volumeMounts: [{name: data, mountPath: /data}]';

  test.each([
    [
      'Kubernetes',
      pod(
        `initContainers: [{name: migrate, ${MIGRATE}, ${LONG_MOUNTS}}, {name: proxy, ${PROXY}}], volumes: [{name: data}]`,
      ),
    ],
    [
      'the short form, as a map',
      `pods: {web: {initContainers: {migrate: {${MIGRATE}, volumeMounts: ["data:/data"]}, proxy: {${PROXY}}}, containers: {app: {image: x}}, volumes: {data: {}}}}`,
    ],
    [
      'the short form, as a list',
      `pods: {web: {initContainers: [{name: migrate, ${MIGRATE}, ${LONG_MOUNTS}}, {name: proxy, ${PROXY}}], containers: {app: {image: x}}, volumes: {data: {}}}}`,
    ],
  ])('of %s', (_, text) => {
    expect(podOf(text).spec.initContainers).toEqual(INIT);
  });

  test('pull as their dialect does', () => {
    const short = podOf('pods: {web: {initContainers: {a: {image: x}}, containers: {app: {image: x}}}}');
    expect(short.spec.initContainers[0]?.imagePullPolicy).toBe('IfNotPresent');
    expect(podOf(pod('initContainers: [{name: a, image: x}]')).spec.initContainers[0]?.imagePullPolicy).toBe('Always');
  });

  test('bring volumes as containers do, each once', () => {
    const { spec } = podOf(
      'pods: {web: {initContainers: {a: {image: x, volumeMounts: ["./src:/a", "data:/d"]}}, containers: {app: {image: x, volumeMounts: ["./src:/b"]}}}}\nvolumes: {data: {}}',
    );
    expect(spec.volumes.map(({ name }) => name)).toEqual(['host-src-4d4e3a97', 'data']);
  });

  test.each(['initContainers: []', 'initContainers: ', 'readinessGates: []', 'readinessGates: '])(
    '%s is none',
    (field) => {
      const { spec } = podOf(pod(field));
      expect(spec).toMatchObject({ initContainers: [], readinessGates: [] });
      expect(spec).not.toHaveProperty('activeDeadlineSeconds');
    },
  );

  test('an empty map is none', () => {
    expect(podOf('pods: {web: {initContainers: {}, containers: {a: {image: x}}}}').spec.initContainers).toEqual([]);
  });

  const ONLY_OF_SIDECAR = 'Forbidden: may not be set for init containers without restartPolicy=Always';
  test.each([
    ['lifecycle: {}', `lifecycle: ${ONLY_OF_SIDECAR}`],
    ['lifecycle: {preStop: {}}', `lifecycle: ${ONLY_OF_SIDECAR}`],
    ['livenessProbe: {tcpSocket: {port: 1}}', `livenessProbe: ${ONLY_OF_SIDECAR}`],
    ['readinessProbe: {}', `readinessProbe: ${ONLY_OF_SIDECAR}`],
    ['startupProbe: {tcpSocket: {port: 1}}', `startupProbe: ${ONLY_OF_SIDECAR}`],
    [
      'restartPolicy: Sometimes',
      'restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    ],
    ['restartPolicy: true', 'restartPolicy: Invalid value: true: must be a text'],
    ['restartPolicy: Never, lifecycle: {}', `lifecycle: ${ONLY_OF_SIDECAR}`],
    [
      'restartPolicy: Always, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [1]}}]',
      'restartPolicyRules: Forbidden: a sidecar restarts after every end',
    ],
    ['restartPolicy: Always, startupProbe: {}', 'startupProbe: Required value: must specify a handler type'],
    ['volumeMounts: [{name: nope, mountPath: /x}]', 'volumeMounts[0].name: Not found: "nope"'],
  ])('with %s are refused', (fields, message) => {
    expect(messagesOf(init(fields))).toEqual([`spec.initContainers[0].${message}`]);
    const short = `pods: {web: {initContainers: {setup: {image: x, ${fields}}}, containers: {app: {image: x}}}}`;
    expect(messagesOf(short)).toEqual([`pods.web.initContainers.setup.${message}`]);
  });

  test.each([
    ['{a: }', 'pods.web.initContainers.a: Required value'],
    ['{a: {}}', 'pods.web.initContainers.a.image: Required value'],
    ['[{image: x}]', 'pods.web.initContainers[0].name: Required value'],
    ['a', 'pods.web.initContainers: Invalid value: "a": must be a list or a map'],
    ['[{name: a, image: x}, {name: a, image: x}]', 'pods.web.initContainers[1].name: Duplicate value: "a"'],
    ['[{name: app, image: x}]', 'pods.web.initContainers[0].name: Duplicate value: "app"'],
    ['{app: {image: x}}', 'pods.web.initContainers.app: Duplicate value: "app"'],
  ])('as %s are refused', (written, message) => {
    expect(messagesOf(`pods: {web: {initContainers: ${written}, containers: {app: {image: x}}}}`)).toEqual([message]);
  });
});

describe('a restart policy of a container’s own', () => {
  const rule = '{action: Restart, exitCodes: {operator: NotIn, values: [0, 42]}}';

  test.each(['initContainers', 'containers'] as const)('is read with its rules, among the %s', (list) => {
    const fields = `restartPolicy: Never, restartPolicyRules: [${rule}]`;
    const pod = podOf(list === 'containers' ? container(fields) : init(fields));
    expect(pod.spec[list][0]).toMatchObject({
      restartPolicy: 'Never',
      restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'NotIn', values: [0, 42] } }],
    });
  });

  test.each([
    [`restartPolicyRules: [${rule}]`, 'restartPolicy: Required value: must be set when restartPolicyRules are'],
    [
      `restartPolicy: Never, restartPolicyRules: [${rule.replace('Restart', 'Stop')}]`,
      'restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart", "RestartAllContainers"',
    ],
    [
      'restartPolicy: Never, restartPolicyRules: [{action: Restart}]',
      'restartPolicyRules[0].exitCodes: Required value',
    ],
    [
      'restartPolicy: Never, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: []}}]',
      'restartPolicyRules[0].exitCodes.values: Required value',
    ],
    [
      `restartPolicy: Never, restartPolicyRules: [${Array(21).fill(rule).join()}]`,
      'restartPolicyRules: Invalid value: must not have more than 20 rules',
    ],
    ['restartPolicy: 3', 'restartPolicy: Invalid value: 3: must be a text'],
  ])('as %s is refused', (fields, message) => {
    expect(messagesOf(container(fields))).toEqual([`spec.containers[0].${message}`]);
  });

  test('that restarts all containers is a warning', () => {
    const all = rule.replace('Restart', 'RestartAllContainers');
    expect(messagesOf(container(`restartPolicy: Never, restartPolicyRules: [${all}]`))).toEqual([
      'warning spec.containers[0].restartPolicyRules[0].action: that container alone is restarted, not all of the Pod’s',
    ]);
  });
});

describe('host ports of init containers', () => {
  const on = (hostPort: number): string => `ports: [{containerPort: 1, hostPort: ${hostPort}}]`;
  const web = (initContainers: string, ports: string): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  initContainers: [${initContainers}]\n  containers: [{name: app, image: x, ${ports}}]\n`;
  const db = `---\n${web('', on(80)).replace('web', 'db')}`;

  test.each([
    [
      'twice in one',
      web('{name: a, image: x, ports: [{containerPort: 1, hostPort: 80}, {containerPort: 2, hostPort: 80}]}', on(81)),
      1,
    ],
    ['in one and a container', web(`{name: a, image: x, ${on(80)}}`, on(80)), 0],
    ['in two', web(`{name: a, image: x, ${on(80)}}, {name: b, image: x, ${on(80)}}`, on(81)), 0],
    ['in one and another Pod', web(`{name: a, image: x, ${on(80)}}`, on(81)) + db, 0],
    ['in a sidecar and another Pod', web(`{name: a, image: x, restartPolicy: Always, ${on(80)}}`, on(81)) + db, 1],
  ])('%s', (_, text, count) => {
    expect(findingsOf(text)).toHaveLength(count);
  });
});

describe('a lifecycle', () => {
  test.each([
    ['{}', undefined],
    ['{postStart: {exec: {command: [a, b]}}}', { postStart: { exec: { command: ['a', 'b'] } } }],
    [
      '{preStop: {httpGet: {port: 80}}}',
      { preStop: { httpGet: { port: 80, path: '/', scheme: 'HTTP', httpHeaders: [] } } },
    ],
    [
      '{postStart: {sleep: {seconds: 0}}, preStop: {sleep: {seconds: 30}}}',
      { postStart: { sleep: { seconds: 0 } }, preStop: { sleep: { seconds: 30 } } },
    ],
    ['{stopSignal: SIGUSR1}', { stopSignal: 'SIGUSR1' }],
    ['{stopSignal: SIGRTMIN+3}', { stopSignal: 'SIGRTMIN+3' }],
    ['{stopSignal: SIGRTMAX-14, preStop: }', { stopSignal: 'SIGRTMAX-14' }],
  ])('%s', (written, lifecycle) => {
    expect(containerOf(`lifecycle: ${written}`)?.lifecycle).toEqual(lifecycle);
  });

  const SIGNAL = 'must be the name of a signal, such as SIGINT, SIGUSR1 or SIGRTMIN+3';
  test.each([
    ['{preStop: {}}', 'lifecycle.preStop: Required value: must specify a handler type'],
    [
      '{preStop: {exec: {command: [a]}, sleep: {seconds: 1}}}',
      'lifecycle.preStop.sleep: Forbidden: may not specify more than 1 handler type',
    ],
    ['{preStop: {exec: {command: []}}}', 'lifecycle.preStop.exec.command: Required value'],
    ['{preStop: {exec: {command: a b}}}', 'lifecycle.preStop.exec.command: Invalid value: "a b": must be a list'],
    ['{preStop: {httpGet: {path: /}}}', 'lifecycle.preStop.httpGet.port: Required value'],
    [
      '{preStop: {tcpSocket: {port: 80}}}',
      'lifecycle.preStop.tcpSocket: Forbidden: Kubernetes takes a tcpSocket here, but it never works',
    ],
    [
      '{postStart: {tcpSocket: {port: 80}, exec: {command: [a]}}}',
      'lifecycle.postStart.tcpSocket: Forbidden: Kubernetes takes a tcpSocket here, but it never works',
    ],
    ['{preStop: {grpc: {port: 80}, sleep: {seconds: 1}}}', 'lifecycle.preStop.grpc: unknown field "grpc"'],
    ['{preStop: {sleep: {}}}', 'lifecycle.preStop.sleep.seconds: Required value'],
    ['{preStop: {sleep: 5}}', 'lifecycle.preStop.sleep: Invalid value: 5: must be a map'],
    [
      '{preStop: {sleep: {seconds: -1}}}',
      'lifecycle.preStop.sleep.seconds: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      '{preStop: {sleep: {seconds: 5s}}}',
      'lifecycle.preStop.sleep.seconds: Invalid value: "5s": must be a whole number',
    ],
    [
      '{postStart: {sleep: {seconds: 31}}}',
      "lifecycle.postStart.sleep.seconds: Invalid value: 31: must be at most the Pod's grace, which is 30",
    ],
    ['{stopSignal: SIGFOO}', `lifecycle.stopSignal: Invalid value: "SIGFOO": ${SIGNAL}`],
    ['{stopSignal: TERM}', `lifecycle.stopSignal: Invalid value: "TERM": ${SIGNAL}`],
    ['{stopSignal: sigterm}', `lifecycle.stopSignal: Invalid value: "sigterm": ${SIGNAL}`],
    ['{stopSignal: 15}', `lifecycle.stopSignal: Invalid value: 15: ${SIGNAL}`],
    ['{stopSignal: SIGRTMIN+16}', `lifecycle.stopSignal: Invalid value: "SIGRTMIN+16": ${SIGNAL}`],
    ['{poststart: {exec: {command: [a]}}}', 'lifecycle.poststart: unknown field "poststart"'],
    [
      '{preStop: {httpGet: {port: web}}}',
      'lifecycle.preStop.httpGet.port: no port of this container is named web: the hook will always fail',
    ],
  ])('%s is told', (written, message) => {
    const found = messagesOf(container(`lifecycle: ${written}`)).map((each) => each.replace('warning ', ''));
    expect(found).toEqual([`spec.containers[0].${message}`]);
  });

  test.each([
    ['10', '10', []],
    ['10', '11', ["Invalid value: 11: must be at most the Pod's grace, which is 10"]],
    ['0', '1', ["Invalid value: 1: must be at most the Pod's grace, which is 0"]],
    ['-5', '1', []],
    ['-5', '2', ["Invalid value: 2: must be at most the Pod's grace, which is 1"]],
  ])('a grace of %s and a sleep of %s', (grace, seconds, messages) => {
    const hook = `containers: [{name: app, image: x, lifecycle: {preStop: {sleep: {seconds: ${seconds}}}}}]`;
    const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {terminationGracePeriodSeconds: ${grace}, ${hook}}\n`;
    expect(messagesOf(text)).toEqual(
      messages.map((message) => `spec.containers[0].lifecycle.preStop.sleep.seconds: ${message}`),
    );
  });

  test('a grace that is wrong itself limits no sleep', () => {
    const text = pod('terminationGracePeriodSeconds: "60"').replace(
      'image: x',
      'image: x, lifecycle: {preStop: {sleep: {seconds: 45}}}',
    );
    expect(messagesOf(text)).toEqual([
      'spec.terminationGracePeriodSeconds: Invalid value: "60": must be a whole number',
    ]);
  });

  test('of a sidecar is checked too', () => {
    expect(messagesOf(sidecar('lifecycle: {preStop: {sleep: {seconds: 31}}}'))).toEqual([
      "spec.initContainers[0].lifecycle.preStop.sleep.seconds: Invalid value: 31: must be at most the Pod's grace, which is 30",
    ]);
  });

  test('variables become numbers in it', () => {
    const text =
      'pods: {web: {activeDeadlineSeconds: "${D}", containers: {app: {image: x, lifecycle: {preStop: {sleep: {seconds: "${S}"}}}}}}}';
    const { spec } = podOf(text, { env: { D: '60', S: '3' } });
    expect(spec.activeDeadlineSeconds).toBe(60);
    expect(spec.containers[0]?.lifecycle?.preStop).toEqual({ sleep: { seconds: 3 } });
  });
});

describe('probes', () => {
  test('by gRPC, of any kind', () => {
    const grpc = (more: string): string => `{grpc: {port: 9090${more}}}`;
    expect(
      containerOf(
        `livenessProbe: ${grpc('')}, readinessProbe: ${grpc(', service: shop')}, startupProbe: ${grpc(', service: ')}`,
      ),
    ).toMatchObject({
      livenessProbe: { grpc: { port: 9090, service: '' }, ...TIMES },
      readinessProbe: { grpc: { port: 9090, service: 'shop' }, ...TIMES },
      startupProbe: { grpc: { port: 9090, service: '' }, ...TIMES },
    });
  });

  test.each([
    ['{grpc: {}}', 'startupProbe.grpc.port: Required value'],
    ['{grpc: {port: web}}', 'startupProbe.grpc.port: Invalid value: "web": must be a whole number'],
    ['{grpc: {port: 0}}', 'startupProbe.grpc.port: Invalid value: 0: must be between 1 and 65535'],
    ['{grpc: {port: 1, service: 2}}', 'startupProbe.grpc.service: Invalid value: 2: must be a text'],
    ['{grpc: {port: 1, host: x}}', 'startupProbe.grpc.host: unknown field "host"'],
    [
      '{grpc: {port: 1}, tcpSocket: {port: 1}}',
      'startupProbe.grpc: Forbidden: may not specify more than 1 handler type',
    ],
    ['{}', 'startupProbe: Required value: must specify a handler type'],
    [
      '{tcpSocket: {port: 1}, successThreshold: 2}',
      'startupProbe.successThreshold: Invalid value: 2: must be 1 for a startup probe',
    ],
    [
      '{tcpSocket: {port: 1}, terminationGracePeriodSeconds: 0}',
      'startupProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than or equal to 1',
    ],
    ['{sleep: {seconds: 1}, tcpSocket: {port: 1}}', 'startupProbe.sleep: unknown field "sleep"'],
  ])('startupProbe %s is refused', (written, message) => {
    expect(messagesOf(container(`startupProbe: ${written}`))).toEqual([`spec.containers[0].${message}`]);
    expect(messagesOf(sidecar(`startupProbe: ${written}`))).toEqual([`spec.initContainers[0].${message}`]);
  });
});

describe('a Pod', () => {
  test.each([
    ['activeDeadlineSeconds: 1', { activeDeadlineSeconds: 1 }],
    ['activeDeadlineSeconds: 2147483647', { activeDeadlineSeconds: 2147483647 }],
    [
      'readinessGates: [{conditionType: b}, {conditionType: a.io/B_c}]',
      { readinessGates: [{ conditionType: 'b' }, { conditionType: 'a.io/B_c' }] },
    ],
  ])('with %s', (field, spec) => {
    expect(podOf(pod(field)).spec).toMatchObject(spec);
    expect(podOf(`pods: {web: {${field}, containers: {app: {image: x}}}}`).spec).toMatchObject(spec);
  });

  const NAME = "must be a name of at most 63 letters, digits, '-', '_' and '.', after an optional DNS prefix and '/'";
  test.each([
    ['activeDeadlineSeconds: 0', 'activeDeadlineSeconds: Invalid value: 0: must be greater than or equal to 1'],
    [
      'activeDeadlineSeconds: 2147483648',
      'activeDeadlineSeconds: Invalid value: 2147483648: must be less than or equal to 2147483647',
    ],
    ['activeDeadlineSeconds: 1.5', 'activeDeadlineSeconds: Invalid value: 1.5: must be a whole number'],
    ['activeDeadlineSeconds: 1m', 'activeDeadlineSeconds: Invalid value: "1m": must be a whole number'],
    ['readinessGates: [{}]', 'readinessGates[0].conditionType: Required value'],
    ['readinessGates: [warm]', 'readinessGates[0]: Invalid value: "warm": must be a map'],
    ['readinessGates: {warm: {}}', 'readinessGates: Invalid value: must be a list'],
    ['readinessGates: [{conditionType: a b}]', `readinessGates[0].conditionType: Invalid value: "a b": ${NAME}`],
    ['readinessGates: [{conditionType: ""}]', `readinessGates[0].conditionType: Invalid value: "": ${NAME}`],
    [
      'readinessGates: [{conditionType: a}, {conditionType: a}]',
      'readinessGates[1].conditionType: Duplicate value: "a"',
    ],
    ['readinessGates: [{conditionType: a, status: x}]', 'readinessGates[0].status: unknown field "status"'],
  ])('with %s is refused', (field, message) => {
    expect(messagesOf(pod(field))).toEqual([`spec.${message}`]);
    expect(messagesOf(`pods: {web: {${field}, containers: {app: {image: x}}}}`)).toEqual([`pods.web.${message}`]);
  });
});
