import { describe, expect, test } from 'vitest';
import { addressOf, endpointsJson, endpointsOf, engineHost, placesOf } from '../../../src/core/reach/endpoints.ts';
import type { ContainerPort } from '../../../src/model/container.ts';
import type { Endpoint } from '../../../src/model/project.ts';
import { makeContainer, makePod, makeProject } from '../make.ts';

const published = (hostIP: string, hostPort = 20_001): ContainerPort => ({
  ...{ name: 'pg', containerPort: 5432, protocol: 'TCP' },
  ...{ hostIP, hostPort },
});
const db = (...ports: ContainerPort[]) => makePod('db', { containers: [makeContainer('app', { ports })] });
const port = { namespace: 'default', pod: 'db', containerPort: 5432, protocol: 'TCP' } as const;

describe('a port is reached', () => {
  test.each([
    ['127.0.0.1', undefined, '127.0.0.1:20001'],
    ['0.0.0.0', undefined, '127.0.0.1:20001'],
    ['::', undefined, '[::1]:20001'],
    ['192.168.1.2', undefined, '192.168.1.2:20001'],
    ['0.0.0.0', 'engine.lan', 'engine.lan:20001'],
    ['127.0.0.1', 'engine.lan', '127.0.0.1:20001'],
  ])('published on %s of an engine on %s: at %s', (hostIP, host, address) => {
    expect(placesOf([db(published(hostIP))], host).map(addressOf)).toEqual([address]);
  });

  test('but not one that is not published, nor an init container’s that runs to its end', () => {
    const init = makeContainer('init', { ports: [published('127.0.0.1')] });
    const pod = makePod('db', {
      initContainers: [init, { ...init, name: 'side', restartPolicy: 'Always' }],
      containers: [makeContainer('app', { ports: [{ containerPort: 1, protocol: 'TCP' }] })],
    });
    expect(placesOf([pod])).toHaveLength(1);
  });
});

test.each([
  ['unix:///var/run/docker.sock', undefined],
  ['tcp://127.0.0.1:2375', undefined],
  ['tcp://[::1]:2375', undefined],
  ['tcp://docker:2376', 'docker'],
  ['tcp://[fd00::1]:2376', 'fd00::1'],
  ['ssh://me@build.lan:22', 'build.lan'],
])('the engine at %s is on %s', (address, host) => expect(engineHost(address)).toBe(host));

test('places are filled in, each wherever it stands; what is not there is told', () => {
  const endpoints: Endpoint[] = [
    { name: 'A', text: 'x://{db:5432}/{db:5432}?{"json":1}', ports: { 'db:5432': port } },
    { name: 'B', text: '{web:80}', ports: { 'web:80': { ...port, pod: 'web', containerPort: 80 } } },
    { name: 'C', text: 'plain', ports: {} },
  ];
  const places = placesOf([db(published('127.0.0.1'))]);
  expect(endpointsOf({ ...makeProject(), endpoints }, places)).toEqual({
    values: { A: 'x://127.0.0.1:20001/127.0.0.1:20001?{"json":1}', C: 'plain' },
    missing: { B: 'web:80' },
  });
  expect(endpointsJson('shop', { C: 'plain' }, places)).toEqual({
    project: 'shop',
    endpoints: { C: 'plain' },
    pods: { db: { '5432/tcp': { name: 'pg', host: '127.0.0.1', port: 20_001, address: '127.0.0.1:20001' } } },
  });
});
