import { describe, expect, test } from 'vitest';

import type { PodSpec } from '../../../src/model/pod.ts';
import { messagesOf, parse, podOf } from '../parse.ts';

const short = (fields: string): string => `pods: {web: {${fields}, containers: {app: {image: x}}}}`;
const long = (fields: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {${fields}, containers: [{name: app, image: x}]}\n`;
const specOf = (text: string): Partial<PodSpec> => {
  const { containers: _, ...rest } = podOf(text).spec;
  return rest;
};

describe('fields of a Pod', () => {
  const bare = specOf(short('restartPolicy: Always'));

  test.each([
    ['hostNetwork: true, hostPID: true, hostIPC: true', { hostNetwork: true, hostPID: true, hostIPC: true }],
    ['hostNetwork: false, hostPID: false, hostIPC: false, hostUsers: true', {}],
    ['subdomain: db, setHostnameAsFQDN: true', { subdomain: 'db', setHostnameAsFQDN: true }],
    ['subdomain: "", setHostnameAsFQDN: false', {}],
    [
      'hostAliases: [{ip: 10.0.0.9, hostnames: [a, b.c]}, {ip: "::1"}]',
      {
        hostAliases: [
          { ip: '10.0.0.9', hostnames: ['a', 'b.c'] },
          { ip: '::1', hostnames: [] },
        ],
      },
    ],
    ['dnsPolicy: ClusterFirst, dnsConfig: {}, hostAliases: []', {}],
    ['dnsPolicy: Default', { dnsPolicy: 'Default' }],
    [
      'dnsPolicy: None, dnsConfig: {nameservers: [1.1.1.1], searches: [a.b, c.], options: [{name: ndots, value: "2"}, {name: edns0}]}',
      {
        dnsPolicy: 'None',
        dnsConfig: {
          nameservers: ['1.1.1.1'],
          searches: ['a.b', 'c.'],
          options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
        },
      },
    ],
    ['imagePullSecrets: [{name: a}, {}]', { imagePullSecrets: [{ name: 'a' }] }],
    [
      'nodeSelector: {kubernetes.io/os: linux}, nodeName: here',
      { nodeSelector: { 'kubernetes.io/os': 'linux' }, nodeName: 'here' },
    ],
    ['nodeSelector: {}, nodeName: ""', {}],
    ['serviceAccountName: default, automountServiceAccountToken: false, enableServiceLinks: true', {}],
    [
      'serviceAccountName: robot, enableServiceLinks: false',
      { serviceAccountName: 'robot', enableServiceLinks: false },
    ],
    ['serviceAccount: old', { serviceAccountName: 'old' }],
    ['os: {name: linux}, priority: 0, preemptionPolicy: PreemptLowerPriority, ephemeralContainers: []', {}],
    ['tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists}, {key: node.kubernetes.io/unreachable}]', {}],
  ])('%s', (fields, expected) => {
    for (const text of [short(fields), long(fields)]) {
      expect(specOf(text)).toEqual({ ...bare, ...expected });
      expect(messagesOf(text)).toEqual([]);
    }
  });

  test.each([
    ['affinity: {nodeAffinity: {}}', 'affinity: there is one node: it is not looked at'],
    ['tolerations: [{key: gpu}]', 'tolerations: the one node has no taint: they are not looked at'],
    [
      'automountServiceAccountToken: true',
      'automountServiceAccountToken: no token is mounted: there is no API server that would take it',
    ],
    ['hostUsers: false', "hostUsers: the engine's own setting of user namespaces counts for all its containers"],
    ['runtimeClassName: gvisor', "runtimeClassName: the engine's default runtime runs the containers"],
    ['schedulerName: mine', 'schedulerName: podrun itself places the Pod on its one node'],
  ])('%s is accepted with a warning', (fields, message) => {
    expect(messagesOf(short(fields))).toEqual([`warning pods.web.${message}`]);
    expect(messagesOf(long(fields))).toEqual([`warning spec.${message}`]);
    expect(parse(long(fields)).project?.pods).toHaveLength(1);
  });

  test.each([
    ['hostNetwork: "yes"', 'hostNetwork: Invalid value: "yes": must be true or false'],
    ['affinity: 3', 'affinity: Invalid value: 3: must be a map'],
    ['hostPID: true, hostUsers: false', 'hostPID: Forbidden: when `hostUsers` is false'],
    [
      'hostPID: true, shareProcessNamespace: true',
      'shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled',
    ],
    [
      'subdomain: a.b',
      'subdomain: Invalid value: "a.b": must be at most 63 lower-case letters, digits and \'-\', beginning and ending with a letter or digit',
    ],
    ['os: {name: windows}', 'os.name: Unsupported value: "windows": supported values: "linux"'],
    ['ephemeralContainers: [{name: debug}]', 'ephemeralContainers: Forbidden: cannot be set on create'],
    ['hostAliases: [{ip: nope, hostnames: [a]}]', 'hostAliases[0].ip: Invalid value: "nope": must be an IP address'],
    ['hostAliases: [{hostnames: [a]}]', 'hostAliases[0].ip: Required value'],
    [
      'hostAliases: [{ip: 1.1.1.1, hostnames: [A_b]}]',
      "hostAliases[0].hostnames[0]: Invalid value: \"A_b\": must be at most 253 lower-case letters, digits, '-' and '.', each part beginning and ending with a letter or digit",
    ],
    [
      'dnsPolicy: none',
      'dnsPolicy: Unsupported value: "none": supported values: "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"',
    ],
    [
      'dnsPolicy: None, dnsConfig: {searches: [a]}',
      'dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None',
    ],
    ['dnsPolicy: None', 'dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
    [
      'dnsConfig: {nameservers: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4]}',
      'dnsConfig.nameservers: Invalid value: must not have more than 3 nameservers',
    ],
    ['dnsConfig: {nameservers: [dns]}', 'dnsConfig.nameservers[0]: Invalid value: "dns": must be an IP address'],
    ['dnsConfig: {searches: ["a b"]}', 'dnsConfig.searches[0]: Invalid value: "a b": must be the name of a domain'],
    [
      `dnsConfig: {searches: [${Array.from({ length: 33 }, () => 'a').join(', ')}]}`,
      'dnsConfig.searches: Invalid value: must not have more than 32 search paths',
    ],
    [
      `dnsConfig: {searches: [${Array.from({ length: 30 }, () => 'x'.repeat(70)).join(', ')}]}`,
      'dnsConfig.searches: Invalid value: must not have more than 2048 characters (including spaces) in the search list',
    ],
    ['dnsConfig: {options: [{value: "1"}]}', 'dnsConfig.options[0].name: Required value'],
    ['nodeSelector: {a: true}', 'nodeSelector.a: Invalid value: true: must be a text'],
    ['enableServiceLinks: 1', 'enableServiceLinks: Invalid value: 1: must be true or false'],
  ])('%s is refused', (fields, message) => {
    const errors = messagesOf(long(fields)).filter((found) => !found.startsWith('warning'));
    expect(errors).toEqual([`spec.${message}`]);
  });
});

describe("a Pod on the machine's network", () => {
  const text = (ports: string, kind = 'containers: {app'): string =>
    `pods: {web: {hostNetwork: true, ${kind}: {image: x, ports: [${ports}]}}${kind.startsWith('init') ? ', containers: {app: {image: x}}' : ''}}}`;

  test('has every port of its containers on the machine', () => {
    const spec = podOf(text('80, "81/udp", {containerPort: 82, hostPort: 82, hostIP: 127.0.0.1}')).spec;
    expect(spec.containers[0]?.ports).toEqual([
      { containerPort: 80, protocol: 'TCP', hostPort: 80, hostIP: '0.0.0.0' },
      { containerPort: 81, protocol: 'UDP', hostPort: 81, hostIP: '0.0.0.0' },
      { containerPort: 82, protocol: 'TCP', hostPort: 82, hostIP: '127.0.0.1' },
    ]);
    expect(podOf(text('80', 'initContainers: {setup')).spec.initContainers[0]?.ports).toEqual([
      { containerPort: 80, protocol: 'TCP', hostPort: 80, hostIP: '0.0.0.0' },
    ]);
  });

  test.each([
    [
      '{containerPort: 80, hostPort: 81}',
      'ports[0].containerPort: Invalid value: 80: must match `hostPort` when `hostNetwork` is true',
    ],
    ['"81:80"', 'ports[0]: Invalid value: 80: must match `hostPort` when `hostNetwork` is true'],
  ])('refuses %s', (port, message) => {
    expect(messagesOf(text(port))).toEqual([`pods.web.containers.app.${message}`]);
  });

  test('meets the published ports of another', () => {
    const both =
      'pods:\n  a: {hostNetwork: true, containers: {a: {image: x, ports: [80]}}}\n  b: {containers: {a: {image: x, ports: ["80:1"]}}}\n';
    expect(messagesOf(both)).toEqual([
      'pods.b.containers.a.ports[0]: host port TCP/80 is published by Pod a (line 2) and by Pod b (line 3)',
    ]);
  });
});
