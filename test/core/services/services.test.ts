import { describe, expect, test } from 'vitest';
import { projectLabels } from '../../../src/core/runtime/labels.ts';
import type { EngineContainer, EngineNetwork } from '../../../src/core/runtime/snapshot.ts';
import { feedOf } from '../../../src/core/services/gateway-state.ts';
import { serviceAddresses, serviceRange } from '../../../src/core/services/range.ts';
import type { ServiceRange } from '../../../src/core/services/range.ts';
import type { State } from '../../../src/core/state/state.ts';
import { step } from '../../../src/core/step/supervisor.ts';
import type { Service } from '../../../src/model/service/service.ts';
import { infraOnEngine, makeContainer, makePod, makeProject, makeState, onEngine } from '../make.ts';
import { holding, share } from '../memory.ts';

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

function stateOf(containers: readonly EngineContainer[]): State {
  const state = holding(makeState(), project, { networks: [network], containers });
  const images = new Map([...state.self.infraImage, 'node'].map((image) => [image, 'sha256:1']));
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

  test('is there before a Pod begins', () => {
    const waiting = tick(stateOf([served()]));
    expect(begun(waiting)).not.toContainEqual(expect.stringMatching(/^createVolume/));
    const { state } = step(waiting, { kind: 'served' }, 60_001);
    expect(begun(state)).toContainEqual(expect.stringMatching(/^(createVolume|inspectImage)/));
  });
});

describe('what it is told', () => {
  const infra = infraOnEngine(web);
  const ready = (state: State): State => step(state, { kind: 'tick' }, 60_000).state;

  test('a ready Pod is a target, and a name behind a headless Service', () => {
    const feed = feedOf(ready(stateOf([served(), infra, onEngine(makeContainer('app'), 0)])), new Map());
    expect(feed?.state).toMatchObject({ dns: '172.20.128.10', network: '172.20.0.0/16' });
    expect(feed?.state.services).toMatchObject([
      { name: 'front', ports: [{ port: 80, targets: [{ address: '172.20.0.2', port: 8080 }] }] },
      { name: 'db', ports: [], hosts: [{ name: '172-20-0-2', address: '172.20.0.2', ports: [{ port: 8080 }] }] },
    ]);
  });

  test('a Pod that goes down has no new connections but where nobody else takes them', () => {
    const state = ready(stateOf([served(), infra, onEngine(makeContainer('app'), 0)]));
    const going = { ...state, intent: { kind: 'down', volumes: false, kill: false } as const };
    const [front, db] = feedOf(going, new Map())?.state.services ?? [];
    expect([front?.ports[0]?.targets, db?.hosts]).toEqual([[{ address: '172.20.0.2', port: 8080 }], []]);
  });

  test('nothing, where no gateway runs', () => {
    expect(feedOf(ready(stateOf([served({ state: 'exited' }), infra])), new Map())).toBeUndefined();
  });
});
