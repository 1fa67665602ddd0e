import { describe, expect, test } from 'vitest';
import {
  candidatePorts,
  heldPorts,
  wantedPorts,
  withAllAutomatic,
  withPorts,
} from '../../../src/core/reach/auto-ports.ts';
import { observe } from '../../../src/core/runtime/observed.ts';
import type { ContainerPort } from '../../../src/model/container.ts';
import { infraOnEngine, makeContainer, makePod, makeProject } from '../make.ts';

const auto = (containerPort: number, over: Partial<ContainerPort> = {}): ContainerPort => ({
  containerPort,
  protocol: 'TCP',
  hostIP: '127.0.0.1',
  autoPort: true,
  ...over,
});
const withPortsOf = (...ports: ContainerPort[]) =>
  makeProject(makePod('db', { containers: [makeContainer('app', { ports })] }));
const portsIn = (project: ReturnType<typeof withPortsOf>) => project.pods[0]?.spec.containers[0]?.ports;

test('an automatic port becomes a published one; which of several of one number is the file’s order', () => {
  const project = withPortsOf(auto(80), auto(80), auto(53, { protocol: 'UDP' }));
  expect(wantedPorts(project).map(({ key }) => key)).toEqual([
    'default/db/app/80/TCP',
    'default/db/app/80/TCP#2',
    'default/db/app/53/UDP',
  ]);
  const chosen = new Map([
    ['default/db/app/80/TCP', 20_001],
    ['default/db/app/80/TCP#2', 20_002],
  ]);
  expect(portsIn(withPorts(project, chosen))).toEqual([
    { containerPort: 80, protocol: 'TCP', hostIP: '127.0.0.1', hostPort: 20_001 },
    { containerPort: 80, protocol: 'TCP', hostIP: '127.0.0.1', hostPort: 20_002 },
    auto(53, { protocol: 'UDP' }),
  ]);
});

test('what a Pod on the engine has is found by the same key', () => {
  const web = makePod('web', { containers: [makeContainer('app', { ports: [auto(80)] })] });
  const project = withPorts(makeProject(web), new Map([['default/web/app/80/TCP', 20_001]]));
  const [pod] = project.pods;
  if (pod === undefined) throw new Error('no Pod');
  const { pods } = observe({ containers: [infraOnEngine(pod)], volumes: [], networks: [] });
  expect([...heldPorts(pods)]).toEqual([['default/web/app/80/TCP', 20_001]]);
});

describe('every port is made automatic', () => {
  test('on its own address, but one that is not published', () => {
    const project = withAllAutomatic(
      withPortsOf(
        { containerPort: 80, protocol: 'TCP', hostPort: 8080, hostIP: '0.0.0.0' },
        { containerPort: 81, protocol: 'TCP' },
      ),
    );
    expect(portsIn(project)).toEqual([auto(80, { hostIP: '0.0.0.0' }), { containerPort: 81, protocol: 'TCP' }]);
  });

  test('but those of the machine’s own network', () => {
    const ports: ContainerPort[] = [{ containerPort: 80, protocol: 'TCP', hostPort: 80, hostIP: '0.0.0.0' }];
    const pod = makePod('db', { hostNetwork: true, containers: [makeContainer('app', { ports })] });
    expect(withAllAutomatic(makeProject(pod)).pods).toEqual([pod]);
  });
});

test('candidates are the same each time, others for each project, and in their range', () => {
  const take = (project: string, count: number): readonly number[] => {
    const ports = candidatePorts(project, 'default/db/app/80/TCP');
    return Array.from({ length: count }, () => ports.next().value);
  };
  expect(take('shop', 5)).toEqual(take('shop', 5));
  const first = new Set(Array.from({ length: 500 }, (_, index) => take(`shop-${index}`, 1)[0]));
  // Spread evenly over 10,000, 500 draws meet about twelve times.
  expect(first.size).toBeGreaterThan(470);
  for (const port of take('shop', 1000)) expect(port >= 20_000 && port < 30_000).toBe(true);
  expect(new Set(take('shop', 1000)).size).toBeGreaterThan(900);
});
