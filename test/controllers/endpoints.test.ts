import { describe, expect, test } from 'vitest';
import { endpointsOf, takingConnections } from '../../src/controllers/service/endpoints.ts';
import type { Endpoint, ServedPod } from '../../src/controllers/service/endpoints.ts';
import type { Container } from '../../src/model/container.ts';
import type { PodSpec } from '../../src/model/pod.ts';
import type { Service } from '../../src/model/service/service.ts';
import { makeContainer, makePod } from '../core/make.ts';

const web: Service = {
  ...{ name: 'web', namespace: 'default', type: 'ClusterIP', selector: { app: 'web' } },
  ports: [{ protocol: 'TCP', port: 80, targetPort: 8080 }],
};

/** `a ready`, `b going`: its name, which is its address too, and how it is. */
function served(text: string, spec: Partial<PodSpec> = {}, over: Partial<ServedPod> = {}): ServedPod {
  const [name = '', kind = ''] = text.split(' ');
  const phases: Readonly<Record<string, ServedPod['phase']>> = {
    done: 'Succeeded',
    failed: 'Failed',
    pending: 'Pending',
  };
  return {
    pod: makePod(name, spec, { app: 'web' }),
    ...{ uid: `uid-${name}`, address: name, phase: phases[kind] ?? 'Running' },
    isReady: kind === 'ready' || kind === 'going',
    isTerminating: kind === 'going' || kind === 'broken',
    ...over,
  };
}

/** `a ready serving`, with `!` before what is not. */
const told = (endpoints: readonly Endpoint[]): readonly string[] =>
  endpoints.map((each) =>
    [each.address, ...(['ready', 'serving', 'terminating'] as const).filter((key) => each[key])].join(' '),
  );

describe('which Pods are endpoints (endpointslice/utils_test.go, util/controller_utils_test.go)', () => {
  test.each<[string, Partial<Service>, readonly string[], readonly string[]]>([
    ['Ready', {}, ['a ready'], ['a ready serving']],
    ['not Ready', {}, ['a unready', 'b pending'], ['a', 'b']],
    ['being deleted', {}, ['a going', 'b broken'], ['a serving terminating', 'b terminating']],
    ['those that have ended are none', {}, ['a done', 'b failed', 'c ready'], ['c ready serving']],
    [
      'publishNotReadyAddresses',
      { publishNotReadyAddresses: true },
      ['a unready', 'b going', 'c broken'],
      ['a ready', 'b ready serving terminating', 'c ready terminating'],
    ],
    ['another label', { selector: { app: 'web', tier: 'front' } }, ['a ready'], []],
    ['another namespace', { namespace: 'other' }, ['a ready'], []],
    ['ExternalName', { type: 'ExternalName' }, ['a ready'], []],
  ])('%s', (_, over, pods, expected) => {
    expect(
      told(
        endpointsOf(
          { ...web, ...over },
          pods.map((text) => served(text)),
        ),
      ),
    ).toEqual(expected);
  });

  test('a Service without a selector has none', () => {
    const { selector: _selector, ...bare } = web;
    expect(endpointsOf(bare, [served('a ready')])).toEqual([]);
  });

  test('a Pod without an address is none yet', () => {
    expect(endpointsOf(web, [served('a pending', {}, { address: '' })])).toEqual([]);
  });

  test('a hostname below the Service is told, of no other subdomain', () => {
    const pods = ['web', 'other'].map((subdomain) => served('a ready', { hostname: 'db-0', subdomain }));
    expect(endpointsOf(web, pods).map(({ hostname }) => hostname)).toEqual(['db-0', undefined]);
  });
});

describe('ports (FindPort)', () => {
  const http = (containerPort: number, over: Partial<Container> = {}): Container =>
    makeContainer('app', { ports: [{ name: 'http', containerPort, protocol: 'TCP' }], ...over });
  const named: Service = { ...web, ports: [{ name: 'main', protocol: 'TCP', port: 80, targetPort: 'http' }] };
  const portsOf = (service: Service, ...pods: readonly ServedPod[]) =>
    endpointsOf(service, pods).map(({ ports }) => ports.map(({ name, port }) => `${name} ${port}`));

  test('a name leads to another number in each Pod', () => {
    const pods = [served('a ready', { containers: [http(8080)] }), served('b ready', { containers: [http(9090)] })];
    expect(portsOf(named, ...pods)).toEqual([['main 8080'], ['main 9090']]);
  });

  test.each<[string, Partial<PodSpec>, readonly string[]]>([
    ['a sidecar has it', { initContainers: [http(7070, { restartPolicy: 'Always' })] }, ['main 7070']],
    [
      'a container comes before a sidecar',
      { containers: [http(1)], initContainers: [http(2, { restartPolicy: 'Always' })] },
      ['main 1'],
    ],
    ['a plain init container does not count', { initContainers: [http(7070)] }, []],
    ['nobody has it', {}, []],
    [
      'another protocol',
      { containers: [http(1, { ports: [{ name: 'http', containerPort: 1, protocol: 'UDP' }] })] },
      [],
    ],
  ])('%s', (_, spec, expected) => {
    expect(portsOf(named, served('a ready', spec))).toEqual([expected]);
  });

  test('a number needs no port of the Pod', () => {
    expect(portsOf(web, served('a ready'))).toEqual([[' 8080']]);
  });

  test('a headless Service needs none', () => {
    expect(portsOf({ ...web, clusterIP: 'None', ports: [] }, served('a ready'))).toEqual([[]]);
  });
});

describe('where new connections go (pkg/proxy/topology_test.go)', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['the ready ones alone', ['a ready', 'b unready', 'c going'], ['a']],
    ['else those that go and still serve', ['a unready', 'b going', 'c broken'], ['b']],
    ['else nowhere', ['a unready', 'b broken'], []],
  ])('%s', (_, pods, expected) => {
    const endpoints = endpointsOf(
      web,
      pods.map((text) => served(text)),
    );
    expect(takingConnections(endpoints).map(({ address }) => address)).toEqual(expected);
  });
});
