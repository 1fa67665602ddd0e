import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../../../src/core/runtime/action.ts';
import { projectLabels } from '../../../src/core/runtime/labels.ts';
import type { ObjectRecord } from '../../../src/core/runtime/labels.ts';
import { objectVolumeName } from '../../../src/core/runtime/object-record.ts';
import type { EngineContainer, EngineNetwork, EngineVolume } from '../../../src/core/runtime/snapshot.ts';
import { feedOf } from '../../../src/core/services/gateway-state.ts';
import { serviceAddresses, serviceRange } from '../../../src/core/services/range.ts';
import type { ServiceRange } from '../../../src/core/services/range.ts';
import { keptService } from '../../../src/core/services/service-records.ts';
import { gatewayTrouble } from '../../../src/core/services/trouble.ts';
import type { State } from '../../../src/core/state/state.ts';
import { step } from '../../../src/core/step/supervisor.ts';
import type { Project } from '../../../src/model/project.ts';
import type { Service } from '../../../src/model/service/service.ts';
import { infraOnEngine, makeContainer, makePod, makeProject, makeState, onEngine } from '../make.ts';
import { holding, share, shareRetry } from '../memory.ts';

const service = (name: string, over: Partial<Service> = {}): Service => ({
  ...{ name, namespace: 'default', type: 'ClusterIP', selector: { app: 'web' } },
  ports: [{ protocol: 'TCP', port: 80, targetPort: 8080 }],
  ...over,
});

describe('addresses', () => {
  test.each<[string, string, string]>([
    ['172.18.0.0/16', '172.18.128.0/17', '172.18.128.10'],
    ['10.89.3.0/24', '10.89.3.128/25', '10.89.3.138'],
    ['10.0.0.64/26', '10.0.0.96/27', '10.0.0.106'],
  ])('of %s are the upper half', (subnet, range, dns) => {
    expect(serviceRange(subnet)).toMatchObject({ range, dns });
  });

  test.each(['10.0.0.0/27', 'fd00::/64', '', undefined])('%s has none', (subnet) => {
    expect(serviceRange(subnet)).toBeUndefined();
  });

  const range = serviceRange('10.89.3.0/24') as ServiceRange;
  const none: ReadonlyMap<string, string> = new Map();
  const assign = (services: readonly Service[], before = none, taken: readonly string[] = []) =>
    serviceAddresses(services, range, before, new Set(taken));

  test('are each one, the same again, and of none that is taken', () => {
    const services = Array.from({ length: 100 }, (_, n) => service(`s${n}`));
    const addresses = assign(services);
    expect(new Set(addresses.values()).size).toBe(100);
    expect(assign(services)).toEqual(addresses);
    expect([...addresses.values()].every((address) => /^10\.89\.3\.(139|1[4-9]\d|2\d\d)$/.test(address))).toBe(true);
    const first = addresses.get('default/s0') ?? '';
    expect(assign([service('s0')], none, [first]).get('default/s0')).not.toBe(first);
  });

  test('stay while Services come and go', () => {
    const before = assign(Array.from({ length: 100 }, (_, n) => service(`s${n}`)));
    const kept = assign([service('a'), service('s99'), service('s7')], before);
    expect([kept.get('default/s7'), kept.get('default/s99')]).toEqual([
      before.get('default/s7'),
      before.get('default/s99'),
    ]);
  });

  test('are the ones that the file gives, where they are of the half', () => {
    const given = ['10.89.3.200', '10.89.3.2', '10.89.3.138'].map((clusterIP, n) => service(`s${n}`, { clusterIP }));
    const addresses = [...assign(given).values()];
    expect(addresses[0]).toBe('10.89.3.200');
    expect(addresses).not.toContain('10.89.3.2');
    expect(addresses).not.toContain('10.89.3.138');
  });

  test('are for nobody that is headless or outside', () => {
    const others = [service('a', { clusterIP: 'None' }), service('b', { type: 'ExternalName', externalName: 'x.y' })];
    expect(assign(others)).toEqual(none);
  });
});

const name = 'podrun-shop';
const network: EngineNetwork = {
  ...{ id: 'net1', name, createdAtMs: 0, gateway: '172.20.0.1', subnet: '172.20.0.0/16' },
  labels: projectLabels({ project: 'shop' }, 'network', name),
};
const gateway = { image: 'node', program: '/p/gateway.mjs' };
const web = makePod('web', { containers: [makeContainer('app')] }, { app: 'web' });
const project = { ...makeProject(web), services: [service('front'), service('db', { clusterIP: 'None' })] };

/** `createNetwork`, `createContainer shop.services`: what is begun. */
const begun = ({ inFlight }: State): readonly string[] =>
  [...inFlight.values()].map(({ action }) => `${action.verb} ${action.target}`).toSorted();

function served(over: Partial<EngineContainer> = {}): EngineContainer {
  return {
    ...onEngine(makeContainer('gateway'), 0, { address: '172.20.0.3', ...over }),
    name: 'shop.services',
    labels: { ...projectLabels({ project: 'shop' }, 'services', 'shop.services'), 'dev.podrun.network': 'net1' },
  };
}

function stateOf(containers: readonly EngineContainer[], of: Project = project, subnet = network.subnet): State {
  const networks = [{ ...network, ...(subnet === undefined ? {} : { subnet }) }];
  const state = holding(makeState(), of, { networks, containers });
  const images = new Map([state.self.infraImage, 'node'].map((image) => [image, 'sha256:1']));
  return share({ ...state, self: { ...state.self, gateway } }, { images });
}

const tick = (state: State, nowMs = 60_000): State => step(state, { kind: 'tick' }, nowMs).state;

describe('what serves Services', () => {
  test.each<[string, Partial<EngineContainer> | undefined, string]>([
    ['is made', undefined, 'createContainer shop.services'],
    ['is started', { state: 'created' }, 'startContainer shop.services'],
    ['is started again with what it holds', { state: 'exited', finishedAtMs: 50_000 }, 'startContainer shop.services'],
    ['goes on', { state: 'paused' }, 'unpauseContainer shop.services'],
    ['is made anew off the network', { address: '' }, 'removeContainer shop.services'],
    ['is made anew where it cannot start', { state: 'created', error: 'no' }, 'removeContainer shop.services'],
  ])('%s', (_, over, expected) => {
    expect(begun(tick(stateOf(over === undefined ? [] : [served(over)])))).toContain(expected);
  });

  test('is not started again at once where it ends at once', () => {
    const state = stateOf([served({ state: 'exited', startedAtMs: 49_000, finishedAtMs: 50_000 })]);
    expect(begun(tick(state, 59_999))).not.toContain('startContainer shop.services');
    expect(begun(tick(state, 60_000))).toContain('startContainer shop.services');
  });

  test('goes before the network does', () => {
    const down = { kind: 'down', volumes: false, kill: false } as const;
    const { state } = step(stateOf([served()]), { kind: 'intent', intent: down }, 60_000);
    expect(begun(state)).toEqual(['removeContainer shop.services']);
  });

  test('answers before a container begins, which is made meanwhile', () => {
    const made = onEngine(makeContainer('app'), 0, { state: 'created' });
    const waiting = tick(stateOf([served(), infraOnEngine(web), made]));
    expect(begun(waiting)).not.toContain(`startContainer ${made.name}`);
    const { state } = step(waiting, { kind: 'served' }, 60_001);
    expect(begun(state)).toContain(`startContainer ${made.name}`);
  });

  test('is the resolver of a Pod’s sandbox, which does not wait', () => {
    const state = tick(stateOf([]));
    expect(begun(state)).toContainEqual(expect.stringMatching(/^createVolume shop.web/));
  });

  test('stays where the last Service has gone, for the Pods whose resolver it is', () => {
    const state = stateOf([served({ state: 'exited', finishedAtMs: 50_000 })]);
    const { services: _services, ...bare } = project;
    const { state: after } = step(state, { kind: 'project', project: bare }, 60_000);
    expect(begun(after)).toContain('startContainer shop.services');
  });

  test('is nowhere where Services are names of their Pods', () => {
    const { state } = step(stateOf([]), { kind: 'project', project: { ...project, aliased: true } }, 60_000);
    expect(begun(state)).not.toContain('createContainer shop.services');
  });
});

describe('why Services are not served', () => {
  const failed = (verb: 'startContainer' | 'pullImage' | 'createContainer', kind: FailureKind, target: string): State =>
    shareRetry(stateOf([]), {
      ...{ verb, target, count: 1, failedAtMs: 0, untilMs: 1_000 },
      failure: { kind, message: 'operation not permitted' },
    });

  test.each<[string, State, string | undefined]>([
    ['nothing is known yet', stateOf([]), undefined],
    ['it runs', stateOf([served()]), undefined],
    ['the engine refuses it', failed('startContainer', 'refused', 'shop.services'), 'operation not permitted'],
    ['its image cannot be had', failed('pullImage', 'refused', 'node'), 'operation not permitted'],
    ['the engine was slow', failed('createContainer', 'unknown', 'shop.services'), undefined],
    ['another container is refused', failed('startContainer', 'refused', 'shop.web.app.1.0'), undefined],
    [
      'it fails',
      stateOf([served({ state: 'exited', exitCode: 1, startedAtMs: 1 })]),
      expect.stringContaining('code 1') as string,
    ],
    [
      'it was killed once they were served',
      share(stateOf([served({ state: 'exited', exitCode: 137 })]), { isServed: true }),
      undefined,
    ],
    ['nothing is to serve them', stateOf([], { ...project, aliased: true }), undefined],
    ['there is no room', stateOf([], project, '10.0.0.0/27'), expect.stringContaining('10.0.0.0/27') as string],
  ])('%s', (_, state, expected) => {
    expect(gatewayTrouble(state)).toEqual(expected);
  });
});

describe('what the engine keeps of a Service', () => {
  const read = (state: State): State => step(state, { kind: 'project', project }, 60_000).state;
  const recordAt = (state: State, name: string) => state.shared.records.get(`default/Service/${name}`);

  test('is its address, whatever it was found by', () => {
    const first = recordAt(read(stateOf([])), 'front');
    expect(first).toMatchObject({ generation: { number: 1 }, kept: { service: { name: 'front', type: 'ClusterIP' } } });
    const before = keptService(first as ObjectRecord)?.address;
    expect(before).toMatch(/^172\.20\.(1[3-9]\d|12[89]|2\d\d)\.\d+$/);
    const moved = { ...(first as ObjectRecord), kept: { service: { ...service('front'), address: '172.20.200.1' } } };
    const volume = recordVolume(moved);
    const state = { ...stateOf([]), rest: { containers: [], networks: [network], volumes: [volume] } };
    expect(keptService(recordAt(read(state), 'front') as ObjectRecord)?.address).toBe('172.20.200.1');
  });

  test('is another generation after an edit, at the same address', () => {
    const first = read(stateOf([]));
    const edited = { ...project, services: [service('front', { ports: [] })] };
    const { state } = step(first, { kind: 'project', project: edited }, 60_001);
    expect(recordAt(state, 'front')).toMatchObject({ uid: recordAt(first, 'front')?.uid, generation: { number: 2 } });
    expect(keptService(recordAt(state, 'front') as ObjectRecord)?.address).toBe(
      keptService(recordAt(first, 'front') as ObjectRecord)?.address,
    );
    expect(recordAt(state, 'db')).toBeUndefined();
  });
});

function recordVolume(record: ObjectRecord): EngineVolume {
  const volume = objectVolumeName('shop', record.object, 1);
  const labels = projectLabels({ project: 'shop' }, 'object', volume);
  return {
    name: volume,
    labels: { ...labels, 'dev.podrun.attempt': '1', 'dev.podrun.object': JSON.stringify(record) },
  };
}

describe('what it is told', () => {
  const infra = infraOnEngine(web);
  const ready = (state: State): State => step(state, { kind: 'tick' }, 60_000).state;

  test('a ready Pod is a target, and a name behind a headless Service', () => {
    const feed = feedOf(ready(stateOf([served(), infra, onEngine(makeContainer('app'), 0)])));
    expect(feed?.state).toMatchObject({ dns: '172.20.128.10', network: '172.20.0.0/16' });
    expect(feed?.state.services).toMatchObject([
      { name: 'front', ports: [{ port: 80, targets: [{ address: '172.20.0.2', port: 8080 }] }] },
      { name: 'db', ports: [], hosts: [{ name: '172-20-0-2', address: '172.20.0.2', ports: [{ port: 8080 }] }] },
    ]);
  });

  test('a Pod that goes down has no new connections but where nobody else takes them', () => {
    const state = ready(stateOf([served(), infra, onEngine(makeContainer('app'), 0)]));
    const going = { ...state, intent: { kind: 'down', volumes: false, kill: false } as const };
    const [front, db] = feedOf(going)?.state.services ?? [];
    expect([front?.ports[0]?.targets, db?.hosts]).toEqual([[{ address: '172.20.0.2', port: 8080 }], []]);
  });

  test('nothing, where no gateway runs', () => {
    expect(feedOf(ready(stateOf([served({ state: 'exited' }), infra])))).toBeUndefined();
  });
});
