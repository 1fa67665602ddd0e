import { describe, expect, test } from 'vitest';

import { findingsOf, messagesOf, parse, projectOf } from '../parse.ts';

const service = (spec: string, meta = 'name: web'): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {${meta}}\nspec: {${spec}}\n`;
const pod = (name: string, labels: string, more = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {${labels}}${more}}\n` +
  'spec: {containers: [{name: a, image: x, ports: [{containerPort: 8080, name: http}]}]}\n';
const files = (...docs: readonly string[]): string => docs.join('---\n');

const PORTS = 'ports: [{port: 8080}]';
const EVERYBODY = "warning metadata.name: a Service's name is that of all its Pods, ready or not";

describe('a Service', () => {
  test('is a name of the Pods that have all of its labels, in its namespace', () => {
    const text = files(
      service(`selector: {app: web}, ${PORTS}`),
      service(`selector: {app: web, tier: front}, ${PORTS}`, 'name: front'),
      service(`selector: {app: web}, ${PORTS}`, 'name: api, namespace: shop'),
      pod('a', 'app: web, tier: front'),
      pod('b', 'app: web'),
      pod('c', 'app: db'),
      pod('d', 'app: web', ', namespace: shop'),
    );
    expect(projectOf(text).pods.map(({ metadata, services }) => [metadata.name, services])).toEqual([
      ['a', ['front', 'web']],
      ['b', ['web']],
      ['c', undefined],
      ['d', ['api']],
    ]);
    expect(messagesOf(text)).toEqual([EVERYBODY]);
  });

  test('is one of the Pods of a controller, of the short form and of other documents', () => {
    const text = `apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: StatefulSet
  metadata: {name: db}
  spec:
    replicas: 2
    selector: {matchLabels: {app: db}}
    template: {metadata: {labels: {app: db}}, spec: {containers: [{name: a, image: x}]}}
- {apiVersion: v1, kind: Service, metadata: {name: data}, spec: {clusterIP: None, selector: {app: db}}}
---
pods: {tool: {labels: {app: db}, containers: {a: {image: x}}}}
`;
    expect(projectOf(text).pods.map(({ metadata, services }) => [metadata.name, services])).toEqual([
      ['db-0', ['data']],
      ['db-1', ['data']],
      ['tool', ['data']],
    ]);
  });

  test.each([
    [
      'selector: {app: web}, type: ExternalName, externalName: example.com',
      'spec.type',
      'podrun gives no name to what is outside: it is left out',
    ],
    [PORTS, 'kind', 'it has no selector, so its name leads to no Pod: it is left out'],
  ])('{%s} is left out with one warning', (spec, path, message) => {
    const text = files(service(spec), pod('a', 'app: web'));
    expect(messagesOf(text)).toEqual([`warning ${path}: Service web: ${message}`]);
    expect(projectOf(text).pods[0]).not.toHaveProperty('services');
  });

  test.each(['NodePort', 'LoadBalancer'])('of type %s opens no port of the machine', (type) => {
    expect(messagesOf(files(service(`type: ${type}, selector: {app: web}, ${PORTS}`), pod('a', 'app: web')))).toEqual([
      "warning spec.type: Service web: no port of the machine is opened for it: write hostPort in the Pods' containers",
      EVERYBODY,
    ]);
  });

  test('has fields that podrun has no use for', () => {
    const rest =
      'clusterIP: 10.0.0.9, sessionAffinity: ClientIP, internalTrafficPolicy: Local, ipFamilyPolicy: SingleStack, ipFamilies: [IPv4], publishNotReadyAddresses: true, trafficDistribution: PreferClose';
    expect(messagesOf(files(service(`selector: {app: web}, ${PORTS}, ${rest}`), pod('a', 'app: web')))).toEqual([
      EVERYBODY,
    ]);
  });
});

test('a port that leads nowhere is no more than a warning, unless the Pods are to run', () => {
  const text = files(service('selector: {app: web}, ports: [{port: 80, targetPort: 8080}]'), pod('a', 'app: web'));
  const severities = (toRun: boolean): readonly string[] =>
    parse(text, { toRun }).diagnostics.flatMap(({ severity, hint }) =>
      hint === undefined ? [] : [`${severity}: ${hint}`],
    );
  expect(severities(false)).toEqual(['warning: write port: 8080, and call web:8080']);
  expect(severities(true)).toEqual(['error: write port: 8080, and call web:8080']);
  expect(parse(text, { toRun: true }).project).toBeUndefined();
});

describe('the port of a Service', () => {
  const found = (port: string, ...others: readonly string[]): readonly string[] =>
    messagesOf(files(service(`selector: {app: web}, ports: [${port}]`), pod('a', 'app: web'), ...others)).filter(
      (each) => each !== EVERYBODY,
    );
  const nothing = (port: number, target: number): string =>
    `warning spec.ports[0].targetPort: podrun gives the Service's name to its Pods: web:${port} reaches nothing, use ${target}`;

  test.each([
    ['{port: 8080}', []],
    ['{port: 8080, targetPort: 8080, protocol: UDP}', []],
    ['{port: 8080, targetPort: http}', []],
    ['{port: 80, targetPort: 8080}', [nothing(80, 8080)]],
    ['{port: 80, targetPort: http}', [nothing(80, 8080)]],
    ['{port: 80, targetPort: other}', []],
  ])('%s', (port, warnings) => {
    expect(found(port)).toEqual(warnings);
  });

  test('whose name means another one in another Pod', () => {
    const other = pod('b', 'app: web').replace('8080', '9090');
    expect(found('{port: 8080, targetPort: http}', other)).toEqual([nothing(8080, 9090)]);
  });
});

describe('refused', () => {
  test.each([
    ['selector: {app: web}', 'spec.ports: Required value'],
    ['selector: {app: web}, ports: []', 'spec.ports: Required value'],
    ['ports: [{name: a}]', 'spec.ports[0].port: Required value'],
    ['ports: [{port: 0}]', 'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535'],
    ['ports: [{port: 65536}]', 'spec.ports[0].port: Invalid value: 65536: must be between 1 and 65535'],
    [
      'ports: [{port: 1, targetPort: "80"}]',
      'spec.ports[0].targetPort: Invalid value: "80": must be a port number without quotes, or a port name with at least one letter',
    ],
    ['ports: [{port: 1}, {port: 2, name: b}]', 'spec.ports[0].name: Required value'],
    ['ports: [{port: 1, name: a}, {port: 2, name: a}]', 'spec.ports[1].name: Duplicate value: "a"'],
    ['ports: [{port: 1, name: a}, {port: 1, name: b}]', 'spec.ports[1]: Duplicate value: {"port":1,"protocol":"TCP"}'],
    [
      'ports: [{port: 1, protocol: tcp}]',
      'spec.ports[0].protocol: Unsupported value: "tcp": supported values: "TCP", "UDP", "SCTP"',
    ],
    [
      `${PORTS}, type: Headless`,
      'spec.type: Unsupported value: "Headless": supported values: "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"',
    ],
    [`${PORTS}, selctor: {app: web}`, 'spec.selctor: unknown field "selctor"'],
    ['ports: 80', 'spec.ports: Invalid value: 80: must be a list'],
  ])('{%s}', (spec, message) => {
    const errors = messagesOf(files(service(spec), pod('a', 'app: web'))).filter((each) => !each.startsWith('warning'));
    expect(errors).toEqual([message]);
  });

  test('a name that begins with a digit', () => {
    const [finding] = findingsOf(service(`selector: {app: web}, ${PORTS}`, 'name: 1web'));
    expect(finding).toMatch(
      /^3:18 metadata\.name: Invalid value: "1web": must be at most 63 .*, beginning with a letter/,
    );
  });

  test('the same one twice', () => {
    const text = service(`selector: {app: web}, ${PORTS}`);
    expect(parse(files(text, text)).diagnostics[0]?.message).toMatch(
      'Duplicate value: Service default/web is already at',
    );
  });

  test('ports of the same number with other protocols are not', () => {
    const ports = 'ports: [{port: 53, name: a}, {port: 53, name: b, protocol: UDP}]';
    expect(messagesOf(files(service(`selector: {app: web}, ${ports}`), pod('a', 'app: web')))).toEqual([EVERYBODY]);
  });
});
