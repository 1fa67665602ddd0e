import { describe, expect, test } from 'vitest';

import { findingsOf, messagesOf, parse, projectOf } from '../parse.ts';

const service = (spec: string, meta = 'name: web'): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {${meta}}\nspec: {${spec}}\n`;
const pod = (name: string, labels: string, more = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {${labels}}${more}}\n` +
  'spec: {containers: [{name: a, image: x, ports: [{containerPort: 8080, name: http}]}]}\n';
const files = (...docs: readonly string[]): string => docs.join('---\n');

const PORTS = 'ports: [{port: 8080}]';

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
    expect(messagesOf(text)).toEqual([]);
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

  test('without a selector has nothing behind it, and says so', () => {
    const text = files(service(PORTS), pod('a', 'app: web'));
    expect(messagesOf(text)).toEqual(['warning kind: Service web: it has no selector, so nothing is behind it']);
    expect(projectOf(text).pods[0]).not.toHaveProperty('services');
  });

  test.each(['NodePort', 'LoadBalancer'])('of type %s opens no port of the machine', (type) => {
    expect(messagesOf(files(service(`type: ${type}, selector: {app: web}, ${PORTS}`), pod('a', 'app: web')))).toEqual([
      "warning spec.type: Service web: no port of the machine is opened for it: write hostPort in the Pods' containers",
    ]);
  });

  test.each<[string, object]>([
    [
      'selector: {app: web}, ports: [{port: 80, targetPort: http, name: site}, {port: 53, protocol: UDP, name: dns}]',
      {
        selector: { app: 'web' },
        ports: [
          { name: 'site', protocol: 'TCP', port: 80, targetPort: 'http' },
          { name: 'dns', protocol: 'UDP', port: 53, targetPort: 53 },
        ],
      },
    ],
    ['clusterIP: None, selector: {app: web}', { selector: { app: 'web' }, clusterIP: 'None', ports: [] }],
    [
      `clusterIP: 10.0.0.9, sessionAffinity: ClientIP, publishNotReadyAddresses: true, selector: {app: web}, ${PORTS}`,
      {
        ...{ selector: { app: 'web' }, clusterIP: '10.0.0.9', affinitySeconds: 10_800, publishNotReadyAddresses: true },
        ports: [{ protocol: 'TCP', port: 8080, targetPort: 8080 }],
      },
    ],
    [
      `sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}, selector: {app: web}, ${PORTS}`,
      {
        ...{ selector: { app: 'web' }, affinitySeconds: 60 },
        ports: [{ protocol: 'TCP', port: 8080, targetPort: 8080 }],
      },
    ],
    [
      'type: ExternalName, externalName: db.example.com., selector: {app: web}',
      { type: 'ExternalName', externalName: 'db.example.com', ports: [] },
    ],
  ])('{%s}', (spec, expected) => {
    const { services } = projectOf(files(service(spec), pod('a', 'app: web')));
    expect(services).toEqual([{ name: 'web', namespace: 'default', type: 'ClusterIP', ...expected }]);
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
    expect(messagesOf(files(service(`selector: {app: web}, ${ports}`), pod('a', 'app: web')))).toEqual([]);
  });
});
