import { describe, expect, test } from 'vitest';
import { cgroupOf, cpuShares, podRequests, qosClass } from '../../../src/core/spec/qos.ts';
import { refusals } from '../../../src/core/admission/schedule.ts';
import type { ContainerPort, ResourceList } from '../../../src/model/container.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { node } from '../launch.ts';
import { makeContainer, makePod } from '../make.ts';

const asking = (name: string, requests: ResourceList, limits: ResourceList = {}, rest: object = {}) =>
  makeContainer(name, { resources: { requests, limits }, ...rest });

const podOf = (...containers: Pod['spec']['containers']) => makePod('web', { containers });

/** Requests that equal the limits. */
const even = (cpu: string, memory: string) => asking('app', { cpu, memory }, { cpu, memory });

describe('the QoS class', () => {
  test.each([
    ['nothing anywhere', podOf(makeContainer('app')), 'BestEffort'],
    ['zeros', podOf(asking('app', { cpu: '0', memory: '0' })), 'BestEffort'],
    ['another resource alone', podOf(asking('app', { 'ephemeral-storage': '1Gi' })), 'BestEffort'],
    ['limits that are the requests', podOf(even('1', '64Mi')), 'Guaranteed'],
    [
      'the same quantity in other words',
      podOf(asking('app', { cpu: '1', memory: '1Gi' }, { cpu: '1000m', memory: '1024Mi' })),
      'Guaranteed',
    ],
    ['memory alone', podOf(asking('app', { memory: '64Mi' }, { memory: '64Mi' })), 'Burstable'],
    [
      'a lower request',
      podOf(asking('app', { cpu: '500m', memory: '64Mi' }, { cpu: '1', memory: '64Mi' })),
      'Burstable',
    ],
    ['one of two containers', podOf(even('1', '64Mi'), makeContainer('log')), 'Burstable'],
    [
      'an init container without',
      makePod('web', { containers: [even('1', '64Mi')], initContainers: [makeContainer('init')] }),
      'Burstable',
    ],
  ])('of %s', (_what, pod, expected) => {
    expect(qosClass(pod.spec)).toBe(expected);
  });
});

describe('what the engine is told', () => {
  test.each([
    [0, 2],
    [1, 2],
    [100, 102],
    [250, 256],
    [500, 512],
    [1_000, 1_024],
    [1_000_000, 262_144],
  ])('%d thousandths of a CPU are %d shares', (milli, shares) => {
    expect(cpuShares(milli)).toBe(shares);
  });

  test.each([
    ['nothing', makeContainer('app'), { cpuShares: 2, cpuQuotaUs: 0, memoryBytes: 0, oomScoreAdj: 1000 }],
    [
      '100m',
      asking('app', { cpu: '100m' }, { cpu: '100m' }),
      { cpuShares: 102, cpuQuotaUs: 10_000, memoryBytes: 0, oomScoreAdj: 999 },
    ],
    [
      'a limit alone',
      asking('app', {}, { cpu: '1500m' }),
      { cpuShares: 1536, cpuQuotaUs: 150_000, memoryBytes: 0, oomScoreAdj: 999 },
    ],
    [
      'less than 10m',
      asking('app', {}, { cpu: '1m' }),
      { cpuShares: 2, cpuQuotaUs: 1_000, memoryBytes: 0, oomScoreAdj: 999 },
    ],
    [
      'a quarter of the memory',
      asking('app', { memory: '2Gi' }, { memory: '4Gi' }),
      { cpuShares: 2, cpuQuotaUs: 0, memoryBytes: 4 * 2 ** 30, oomScoreAdj: 750 },
    ],
    [
      'all of the memory',
      asking('app', { memory: '8Gi' }),
      { cpuShares: 2, cpuQuotaUs: 0, memoryBytes: 0, oomScoreAdj: 3 },
    ],
    [
      'Guaranteed',
      even('250m', '128974848'),
      { cpuShares: 256, cpuQuotaUs: 25_000, memoryBytes: 128_974_848, oomScoreAdj: -997 },
    ],
  ])('of %s', (_what, container, expected) => {
    expect(cgroupOf(podOf(container).spec, container, node)).toEqual(expected);
  });

  test('a sidecar is ended no earlier than those that it serves', () => {
    const sidecar = asking('mesh', { memory: '1Mi' }, {}, { restartPolicy: 'Always' });
    const pod = makePod('web', { initContainers: [sidecar], containers: [asking('app', { memory: '4Gi' })] });
    expect(cgroupOf(pod.spec, sidecar, node).oomScoreAdj).toBe(500);
  });

  test('an engine without cgroups is asked for nothing that it would drop', () => {
    const none = { ...node, enforces: { cpuShares: false, cpuQuota: false, memory: false, lowScores: false } };
    const container = even('1', '64Mi');
    expect(cgroupOf(podOf(container).spec, container, none)).toEqual({ cpuShares: 0, cpuQuotaUs: 0, memoryBytes: 0 });
  });
});

describe('room on the node', () => {
  test('a Pod needs its containers together, or its largest stage of init', () => {
    const init = asking('init', { cpu: '3', memory: '1Gi' });
    const sidecar = asking('mesh', { cpu: '500m', memory: '1Gi' }, {}, { restartPolicy: 'Always' });
    const pod = (...initContainers: Pod['spec']['containers']) =>
      makePod('web', {
        initContainers,
        containers: [asking('app', { cpu: '1', memory: '2Gi' }), asking('log', { cpu: '1' })],
      });
    expect(podRequests(pod(init, sidecar).spec)).toEqual({ cpuMilli: 3_000, memoryBytes: 3 * 2 ** 30 });
    expect(podRequests(pod(sidecar, init).spec)).toEqual({ cpuMilli: 3_500, memoryBytes: 3 * 2 ** 30 });
  });

  const named = (name: string, spec: Partial<Pod['spec']>): Pod => makePod(name, spec);
  const cpus = (name: string, cpu: string) => named(name, { containers: [asking('app', { cpu })] });
  const why = (...pods: readonly Pod[]) =>
    Object.fromEntries(
      [...refusals({ node, allowedSysctls: ['net.core.*'] }, pods, [], new Map(), () => undefined)].map(
        ([key, { phase, reason, message }]) => [key, `${phase} ${reason} ${message}`],
      ),
    );

  test('the first in the file has it; one that asks for nothing always fits', () => {
    expect(why(cpus('z', '3'), cpus('a', '2'), cpus('c', '1'), makePod('d'))).toEqual({
      'default/a': 'Pending Unschedulable 0/1 nodes are available: 1 Insufficient cpu.',
    });
  });

  describe('a host port is one Pod’s', () => {
    const noPort =
      "Pending Unschedulable 0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.";
    const ports = [{ containerPort: 80, protocol: 'TCP', hostPort: 8080, hostIP: '127.0.0.1' }] as const;
    const publishing = (name: string, over: Partial<ContainerPort> = {}) =>
      named(name, { containers: [makeContainer('app', { ports: [{ ...ports[0], ...over }] })] });
    const init = (restartPolicy?: 'Always') => ({
      initContainers: [makeContainer('init', { ports, ...(restartPolicy === undefined ? {} : { restartPolicy }) })],
    });

    test.each([
      ['of replicas: the first has it', publishing('b'), true],
      ['on all addresses', publishing('b', { hostIP: '0.0.0.0' }), true],
      ['of a sidecar', named('b', init('Always')), true],
      ['on another address', publishing('b', { hostIP: '127.0.0.2' }), false],
      ['of another protocol', publishing('b', { protocol: 'UDP' }), false],
      ['of another number', publishing('b', { hostPort: 8081 }), false],
      ['of an init container that runs to its end', named('b', init()), false],
    ])('%s', (_what, other, isTaken) => {
      expect(why(publishing('a'), other)).toEqual(isTaken ? { 'default/b': noPort } : {});
    });
  });

  test.each([
    [
      'cpu and memory',
      { containers: [asking('app', { cpu: '5', memory: '9Gi' })] },
      'Pending Unschedulable 0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.',
    ],
    [
      'another node',
      { nodeName: 'elsewhere' },
      "Pending Unschedulable 0/1 nodes are available: 1 node(s) didn't match the requested node name.",
    ],
    [
      'a label that the node has not',
      { nodeSelector: { disk: 'ssd' } },
      "Pending Unschedulable 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
    ],
    [
      'a sysctl that is not safe',
      { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } },
      'Failed SysctlForbidden forbidden sysctl: "kernel.msgmax" not allowlisted',
    ],
  ])('%s', (_what, spec, expected) => {
    expect(why(named('web', spec))).toEqual({ 'default/web': expected });
  });

  test.each([
    ['its own node', { nodeName: 'laptop', nodeSelector: { 'kubernetes.io/arch': 'amd64' } }],
    [
      'safe sysctls, with either separator',
      { securityContext: { sysctls: [{ name: 'net/ipv4/tcp_syncookies', value: '0' }] } },
    ],
    ['one that was allowed', { securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '9' }] } }],
  ])('%s is taken', (_what, spec) => {
    expect(why(named('web', spec))).toEqual({});
  });
});
